// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/mail_store.hpp"

#include "tests/storage/store_under_test.hpp"

namespace chancery::storage {
namespace {

constexpr base::Timestamp kLater{1'000'000};

StoredMail mail(char id, std::int64_t at) {
  return {.id = std::string(16, id),
          .next_attempt_at = {at},
          .attempts = 0,
          .expires_at = {1'000},
          .record = std::string("re\0cord", 7)};
}

STORE_TEST("mail that is due comes in the order of its time, and later mail does not") {
  sql::SqlMailStore queue(store.reader());
  CHECK(!store.run(queue.find_next_mail()).has_value());
  store.commit({QueueMail{mail('a', 30)}, QueueMail{mail('b', 10)}, QueueMail{mail('c', 20)}});

  CHECK(store.run(queue.find_next_mail()) == base::Timestamp{10});
  const auto due = store.run(queue.load_due_mail({{20}, kLater}, 10));
  REQUIRE(due.size() == 2);
  CHECK(due[0].id == std::string(16, 'b'));
  CHECK(due[0].record == std::string("re\0cord", 7));
  CHECK(due[0].expires_at == base::Timestamp{1'000});
  CHECK(due[1].id == std::string(16, 'c'));
  CHECK(store.run(queue.load_due_mail({{100}, kLater}, 1)).size() == 1);
}

STORE_TEST("mail whose next attempt is later than any can be is due as well") {
  sql::SqlMailStore queue(store.reader());
  store.commit({QueueMail{mail('a', 30)}, QueueMail{mail('b', 90)}, QueueMail{mail('c', 91)}});

  const auto due = store.run(queue.load_due_mail({{20}, {90}}, 10));

  REQUIRE(due.size() == 1);
  CHECK(due[0].id == std::string(16, 'c'));
}

STORE_TEST("mail that failed waits for its next time, and goes when it was handed over") {
  sql::SqlMailStore queue(store.reader());
  store.commit({QueueMail{mail('a', 10)}});
  store.commit({NoteMailFailure{std::string(16, 'a'), 1, {50}}});
  CHECK(store.run(queue.load_due_mail({{20}, kLater}, 10)).empty());
  const auto due = store.run(queue.load_due_mail({{50}, kLater}, 10));
  REQUIRE(due.size() == 1);
  CHECK(due[0].attempts == 1);
  store.commit({RemoveMail{std::string(16, 'a')}});
  CHECK(!store.run(queue.find_next_mail()).has_value());
}

}  // namespace
}  // namespace chancery::storage
