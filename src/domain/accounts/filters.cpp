// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/filters.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "protocol/api_error.hpp"
#include "protocol/canonical_json.hpp"
#include "storage/commit/change.hpp"

namespace chancery::accounts {
namespace {

constexpr std::size_t kIdLength = 16;
constexpr std::size_t kMostCached = 4'096;

std::string key_of(const protocol::UserId& user, const std::string& id) {
  return user.text() + "\n" + id;
}

}  // namespace

runtime::Task<std::string> Filters::put(Session session, base::JsonObject filter) {
  const base::Json value(std::move(filter));
  const std::string text =
      base::is_canonical(value) ? protocol::canonical_json(value) : base::to_text(value);
  std::string id = base::encode_base64url(base::sha256(text)).substr(0, kIdLength);
  if (co_await find(session.user, id)) co_return id;
  if (co_await store_.count_filters(session.user) >= kMostOfOne) {
    throw protocol::ApiError(protocol::ErrorCode::limit_exceeded, "Too many filters");
  }
  storage::Change change;
  change.mutations.emplace_back(storage::PutFilter{.user = session.user, .id = id, .filter = text});
  co_await commits_.commit(std::move(change), {.who = session.user.text(),
                                               .device = session.device.text(),
                                               .act = "filter.put",
                                               .object = id});
  co_return id;
}

runtime::Task<std::shared_ptr<const std::string>> Filters::find(protocol::UserId user,
                                                                std::string id) {
  const std::string key = key_of(user, id);
  {
    const std::lock_guard lock(mutex_);
    const auto found = cache_.find(key);
    if (found != cache_.end()) co_return found->second;
  }
  auto stored = co_await store_.find_filter(std::move(user), std::move(id));
  if (!stored) co_return nullptr;
  auto filter = std::make_shared<const std::string>(*std::move(stored));
  const std::lock_guard lock(mutex_);
  if (cache_.size() >= kMostCached) cache_.clear();
  cache_.insert_or_assign(key, filter);
  co_return filter;
}

}  // namespace chancery::accounts
