// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/mail_store.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadDue(
    "SELECT mail_id, next_attempt_at, attempts, expires_at, record FROM mail_queue "
    "WHERE next_attempt_at <= ?1 OR next_attempt_at > ?2 "
    "ORDER BY next_attempt_at, mail_id LIMIT ?3");
constexpr Statement kFindNext(
    "SELECT next_attempt_at FROM mail_queue ORDER BY next_attempt_at LIMIT 1");

}  // namespace

runtime::Task<std::vector<StoredMail>> SqlMailStore::load_due_mail(Due due, std::size_t most) {
  const Rows rows = co_await reader_.read(
      kLoadDue, {due.now.milliseconds, due.latest.milliseconds, static_cast<std::int64_t>(most)});
  std::vector<StoredMail> mails;
  mails.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    mails.push_back({.id = rows.text(row, 0),
                     .next_attempt_at = {rows.integer(row, 1)},
                     .attempts = rows.integer(row, 2),
                     .expires_at = {rows.integer(row, 3)},
                     .record = rows.text(row, 4)});
  }
  co_return mails;
}

runtime::Task<std::optional<base::Timestamp>> SqlMailStore::find_next_mail() {
  const Rows rows = co_await reader_.read(kFindNext, {});
  if (rows.empty()) co_return std::nullopt;
  co_return base::Timestamp{rows.integer(0, 0)};
}

}  // namespace chancery::storage::sql
