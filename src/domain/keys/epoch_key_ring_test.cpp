// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/epoch_key_ring.hpp"

#include "storage/errors.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

namespace chancery::keys {
namespace {

constexpr base::Timestamp kNovember{1'764'000'000'000};
constexpr base::Timestamp kDecember{1'766'000'000'000};
const std::string kSecret(32, 'r');

std::vector<storage::WrappedKey> keys_of(const FreshLock& fresh) {
  std::vector<storage::WrappedKey> keys;
  for (const auto& put : fresh.made) keys.push_back(put.key);
  return keys;
}

TEST_CASE("a lock needs both the room's and the sender's key") {
  support::SeededRandom random;
  EpochKeyRing ring(RootKey(kSecret), {}, random);

  const FreshLock fresh = ring.lock_for("!room", "@alice:example.org", kNovember);

  CHECK(fresh.lock.secret.size() == 64);
  CHECK(fresh.made.size() == 4);
}

TEST_CASE("keys are handed out as made until they are stored, and not after") {
  support::SeededRandom random;
  EpochKeyRing ring(RootKey(kSecret), {}, random);
  const FreshLock first = ring.lock_for("!room", "@alice:example.org", kNovember);

  const FreshLock again = ring.lock_for("!room", "@alice:example.org", kNovember);
  CHECK(again.lock.secret == first.lock.secret);
  CHECK(again.made.size() == first.made.size());

  ring.note_stored(first.made);
  CHECK(ring.lock_for("!room", "@alice:example.org", kNovember).made.empty());
}

TEST_CASE("another month, room or person has another key") {
  support::SeededRandom random;
  EpochKeyRing ring(RootKey(kSecret), {}, random);
  const std::string base_secret = ring.lock_for("!a", "@alice:x", kNovember).lock.secret;

  CHECK(ring.lock_for("!a", "@alice:x", kDecember).lock.secret != base_secret);
  CHECK(ring.lock_for("!b", "@alice:x", kNovember).lock.secret.substr(0, 32) !=
        base_secret.substr(0, 32));
  CHECK(ring.lock_for("!a", "@bob:x", kNovember).lock.secret.substr(32) != base_secret.substr(32));
}

TEST_CASE("a ring made of stored keys opens what the first one locked") {
  support::SeededRandom random;
  EpochKeyRing ring(RootKey(kSecret), {}, random);
  const FreshLock fresh = ring.lock_for("!room", "@alice:example.org", kNovember);

  EpochKeyRing reopened(RootKey(kSecret), keys_of(fresh), random);

  CHECK(reopened.get_lock(fresh.lock.ids).secret == fresh.lock.secret);
  CHECK(reopened.lock_for("!room", "@alice:example.org", kNovember).made.empty());
}

TEST_CASE("a wrong root key is refused at once") {
  support::SeededRandom random;
  EpochKeyRing ring(RootKey(kSecret), {}, random);
  const FreshLock fresh = ring.lock_for("!room", "@alice:example.org", kNovember);

  CHECK_THROWS_AS(EpochKeyRing(RootKey(std::string(32, 'w')), keys_of(fresh), random),
                  storage::StorageCorrupt);
}

TEST_CASE("a wrapped key does not open in another's place") {
  support::SeededRandom random;
  EpochKeyRing ring(RootKey(kSecret), {}, random);
  auto keys = keys_of(ring.lock_for("!room", "@alice:example.org", kNovember));
  std::swap(keys[1].wrapped, keys[3].wrapped);

  EpochKeyRing reopened(RootKey(kSecret), keys, random);

  CHECK_THROWS_AS((void)reopened.get_lock({.room_epoch = keys[1].id, .sender_epoch = 0}),
                  storage::StorageCorrupt);
}

TEST_CASE("the server's signing key is the same after a restart") {
  support::SeededRandom random;
  EpochKeyRing ring(RootKey(kSecret), {}, random);
  const auto first = ring.signing_key();
  std::vector<storage::WrappedKey> stored;
  for (const auto& put : first.made) stored.push_back(put.key);

  EpochKeyRing reopened(RootKey(kSecret), stored, random);
  const auto second = reopened.signing_key();

  CHECK(second.made.empty());
  CHECK(second.key.public_key() == first.key.public_key());
  CHECK(second.key.id() == first.key.id());
}

}  // namespace
}  // namespace chancery::keys
