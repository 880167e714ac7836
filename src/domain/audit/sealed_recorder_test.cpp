// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/audit/sealed_recorder.hpp"

#include "base/base64.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

namespace chancery::audit {
namespace {

class StoppedClock final : public runtime::Clock {
 public:
  base::Timestamp now() const override { return {1'764'000'000'000}; }
  runtime::SteadyTime steady_now() const override { return {}; }
};

struct Fixture {
  support::SeededRandom random;
  StoppedClock clock;
  keys::EpochKeyRing ring{keys::RootKey(std::string(32, 'r')), {}, random};
  SealedRecorder recorder{ring, random, clock};
};

Act sending() {
  return {.who = "@alice:example.org",
          .device = "PHONE",
          .act = "room.send",
          .object = "$event",
          .context = "!room:example.org",
          .rule = "allowed"};
}

TEST_CASE("a record's commitment is that of its four compartments") {
  Fixture fixture;

  const storage::AuditRecord record = fixture.recorder.record(sending());

  CHECK(record.commitment == commit_to_record(record.parts));
  CHECK(record.commitment.size() == 32);
}

TEST_CASE("the same act twice leaves nothing that shows it is the same") {
  Fixture fixture;

  const storage::AuditRecord first = fixture.recorder.record(sending());
  const storage::AuditRecord second = fixture.recorder.record(sending());

  for (std::size_t i = 0; i < first.parts.size(); ++i) CHECK(first.parts[i] != second.parts[i]);
  CHECK(first.sealed_body != second.sealed_body);
}

TEST_CASE("the opened body proves each compartment by its salt") {
  Fixture fixture;
  const storage::AuditRecord record = fixture.recorder.record(sending());

  const std::string body =
      storage::open_record(record.sealed_body, fixture.ring, record.commitment);
  const auto parsed = base::parse_json(body);
  REQUIRE(parsed);
  const auto salts = base::decode_base64(*base::find_string(parsed->as_object(), "salts"));
  REQUIRE(salts);
  const auto& parts = *base::find_array(parsed->as_object(), "parts");

  REQUIRE(parts.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(commit_to_part(std::string_view(*salts).substr(i * 32, 32), base::to_text(parts[i])) ==
          record.parts[i]);
  }
}

TEST_CASE("a body does not open as another record's") {
  Fixture fixture;
  const storage::AuditRecord first = fixture.recorder.record(sending());
  const storage::AuditRecord second = fixture.recorder.record(sending());

  CHECK_THROWS((void)storage::open_record(first.sealed_body, fixture.ring, second.commitment));
}

TEST_CASE("an act of the server itself is sealed under the audit key") {
  Fixture fixture;

  const storage::AuditRecord record =
      fixture.recorder.record({.kind = "server", .who = "server", .act = "server.start"});

  CHECK(record.kind == "server");
  CHECK(storage::record_key_ids(record.sealed_body).sender_epoch == 0);
}

}  // namespace
}  // namespace chancery::audit
