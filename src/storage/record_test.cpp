// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/record.hpp"

#include "base/base64.hpp"
#include "storage/errors.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::storage {
namespace {

const std::string kEvent =
    R"({"auth_events":[],"content":{"body":"good morning","msgtype":"m.text"},"depth":7,)"
    R"("hashes":{"sha256":"thqVnlUjlrbZMSLxSgnXUY28VDRLS3ENbvpLGpbBBbg"},)"
    R"("origin_server_ts":1767225600000,"prev_events":[],"room_id":"!room:example.org",)"
    R"("sender":"@anna:example.org","type":"m.room.message"})";

RecordLock lock() { return {.ids = {3, 4}, .secret = std::string(64, 'k')}; }

Nonce nonce(char fill = 'n') {
  Nonce made;
  made.fill(fill);
  return made;
}

TEST_CASE("a record opens to the bytes that were sealed") {
  const std::string record = seal_record(kEvent, lock(), "$event", nonce());

  CHECK(open_record(record, lock(), "$event") == kEvent);
  CHECK(record_key_ids(record) == RecordKeyIds{3, 4});
}

TEST_CASE("an event is stored in less than two thirds of its length") {
  CHECK(seal_record(kEvent, lock(), "$event", nonce()).size() < kEvent.size() * 2 / 3);
}

TEST_CASE("nothing of a record's content can be read in it") {
  const std::string record = seal_record(kEvent, lock(), "$event", nonce());

  CHECK(record.find("good morning") == std::string::npos);
  CHECK(record.find("anna") == std::string::npos);
}

TEST_CASE("bytes that do not compress, one byte and no byte are records too") {
  for (const std::string& bytes : {std::string(), std::string("x"), std::string("\0\xff\x17", 3)}) {
    const std::string record = seal_record(bytes, lock(), "$event", nonce());

    CHECK(open_record(record, lock(), "$event") == bytes);
  }
}

TEST_CASE("a record with any bit changed does not open") {
  const std::string record = seal_record(kEvent, lock(), "$event", nonce());

  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    std::string changed = record;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    CHECK_THROWS_AS((void)open_record(changed, lock(), "$event"), StorageCorrupt);
  }
}

TEST_CASE("a record cut short anywhere does not open") {
  const std::string record = seal_record(kEvent, lock(), "$event", nonce());

  for (std::size_t length = 0; length < record.size(); ++length) {
    CHECK_THROWS_AS((void)open_record(record.substr(0, length), lock(), "$event"), StorageCorrupt);
  }
}

TEST_CASE("a record does not open in the place of another, nor under another key") {
  const std::string record = seal_record(kEvent, lock(), "$event", nonce());
  RecordLock other = lock();
  other.secret[63] = 'x';

  CHECK_THROWS_AS((void)open_record(record, lock(), "$other"), StorageCorrupt);
  CHECK_THROWS_AS((void)open_record(record, other, "$event"), StorageCorrupt);
}

TEST_CASE("a record can be locked by one key alone") {
  const RecordLock one{.ids = {9, 0}, .secret = std::string(32, 'r')};
  const std::string record = seal_record(kEvent, one, "media", nonce());

  CHECK(open_record(record, one, "media") == kEvent);
}

TEST_CASE("records of format 1 that lie on disks open for ever") {
  // Written by the first version of the format and dictionary; never to be made again.
  const char* const text =
      "zgEBAAAAAwAAAARubm5ubm5ubm5ubm74BICnfjrWl1ehuO91IF5RASt1mc57hg3OishGLfSg/HJ8+qE0"
      "mpqGgalXn1jG8SB4gthnokRhdrZXr/uc7Q5LvSFbhdhBE/ieoG+V9+g8Y95p7MYE80IlVGyWMEjDn2YU"
      "bpqxvF7N0+VkX5nENjDX8dUgiWhtnlSflZzCHQ";
  const auto record = base::decode_base64(text);

  CHECK(open_record(record.value(), lock(), "$event") == kEvent);
}

TEST_CASE("a record asks for the lock that its header names") {
  struct Keys : RecordKeys {
    RecordKeyIds asked;
    RecordLock get_lock(RecordKeyIds ids) override {
      asked = ids;
      return lock();
    }
  } keys;
  const std::string record = seal_record(kEvent, lock(), "$event", nonce());

  CHECK(open_record(record, keys, "$event") == kEvent);
  CHECK(keys.asked == RecordKeyIds{3, 4});
}

}  // namespace
}  // namespace chancery::storage
