// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/audit_store.hpp"

#include "storage/audit_record.hpp"
#include "storage/commit/change.hpp"
#include "tests/storage/store_under_test.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chancery::storage {
namespace {

AuditRecord record(char mark) {
  return {.kind = "user",
          .commitment = std::string(32, mark),
          .parts = {std::string(32, '1'), std::string(32, '2'), std::string(32, '3'),
                    std::string(32, mark)},
          .sealed_body = std::string("body\0\xff", 6) + mark,
          .keys = {}};
}

std::vector<std::uint64_t> positions(const std::vector<StoredAuditRecord>& records) {
  std::vector<std::uint64_t> found;
  for (const StoredAuditRecord& one : records) found.push_back(one.position.value);
  return found;
}
using Positions = std::vector<std::uint64_t>;

STORE_TEST("audit records are read back as they were written, the newest first, page by page") {
  sql::SqlAuditStore audit(store.reader());
  CHECK(store.run(audit.load_audit_records({}, 10)).empty());
  for (const char mark : {'a', 'b', 'c', 'd'}) {
    store.commit(Change{.preconditions = {}, .mutations = {}, .audit = record(mark)});
  }
  store.commit(std::vector<Mutation>{});  // nobody's act

  CHECK(positions(store.run(audit.load_audit_records({}, 10))) == Positions{4, 3, 2, 1});
  CHECK(positions(store.run(audit.load_audit_records({}, 3))) == Positions{4, 3, 2});
  CHECK(positions(store.run(audit.load_audit_records({2}, 3))) == Positions{1});
  CHECK(store.run(audit.load_audit_records({1}, 3)).empty());

  const StoredAuditRecord newest = store.run(audit.load_audit_records({}, 1)).at(0);
  CHECK(newest.kind == "user");
  CHECK(newest.commitment == std::string(32, 'd'));
  CHECK(newest.parts ==
        std::string(32, '1') + std::string(32, '2') + std::string(32, '3') + std::string(32, 'd'));
  CHECK(newest.sealed_body == std::string("body\0\xff", 6) + 'd');
}

}  // namespace
}  // namespace chancery::storage
