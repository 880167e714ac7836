// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Records: bytes as they lie in the database, compressed and sealed.
//
// A record is: magic byte, format version, flags, room-epoch key id, sender-epoch key id, nonce,
// then AES-256-GCM over the zstd-compressed bytes. The header is authenticated with `bound_to`
// (what the record belongs to, an event id for one), so that records cannot change places.
//
// Concurrency: any thread.
// Failure:     StorageCorrupt when a record does not open.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::storage {

// The two locks of a record; destroying either shreds it. 0: that lock is not used.
struct RecordKeyIds {
  std::uint32_t room_epoch = 0;
  std::uint32_t sender_epoch = 0;
  friend bool operator==(const RecordKeyIds&, const RecordKeyIds&) = default;
};

// What a record is sealed under. `secret` is the concatenation of the keys named, 32 or 64 bytes.
struct RecordLock {
  RecordKeyIds ids;
  std::string secret;
};

// The port through which storage asks for keys; domain/keys implements it.
class RecordKeys {
 public:
  virtual ~RecordKeys() = default;
  // Throws StorageCorrupt when a key was destroyed or never was.
  [[nodiscard]] virtual RecordLock get_lock(RecordKeyIds ids) = 0;
};

// 12 random bytes, never twice under one lock and `bound_to`.
using Nonce = std::array<char, 12>;

[[nodiscard]] std::string seal_record(std::string_view bytes, const RecordLock& lock,
                                      std::string_view bound_to, const Nonce& nonce);
[[nodiscard]] RecordKeyIds record_key_ids(std::string_view record);
[[nodiscard]] std::string open_record(std::string_view record, const RecordLock& lock,
                                      std::string_view bound_to);
// The same, asking `keys` for the lock.
[[nodiscard]] std::string open_record(std::string_view record, RecordKeys& keys,
                                      std::string_view bound_to);

}  // namespace chancery::storage
