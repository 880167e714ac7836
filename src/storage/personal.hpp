// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What people keep on the server for themselves and show to others: profile fields, account data,
// filters.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chancery::storage {

// A member of someone's profile: "displayname", "avatar_url", or a name of their own.
struct StoredProfileField {
  std::string field;
  std::string value;  // JSON text
};

// Account data of the account (`room` empty) or of one room for it. Tags are the type "m.tag".
struct StoredAccountData {
  std::string room;
  std::string type;
  std::string record;  // storage/record.hpp over the content's JSON text; see bound_to
  StreamPosition position;
};
// What the record of account data is bound to.
[[nodiscard]] inline std::string account_data_binding(const protocol::UserId& user,
                                                      const std::string& room,
                                                      const std::string& type) {
  return "account_data\n" + user.text() + "\n" + room + "\n" + type;
}

// --- mutations -------------------------------------------------------------------------------

struct SetProfileField {
  protocol::UserId user;
  std::string field;
  std::string value;  // JSON text; "" removes the field
};
// Everything of the profile.
struct DeleteProfile {
  protocol::UserId user;
};
struct PutAccountData {
  protocol::UserId user;
  std::string room;
  std::string type;
  std::string record;
  std::uint64_t bytes = 0;  // of the content, before it was compressed
};
// Everything, rooms and thread subscriptions included.
struct DeleteAccountData {
  protocol::UserId user;
};
struct PutFilter {
  protocol::UserId user;
  std::string id;
  std::string filter;  // JSON text
};

// --- what is read ----------------------------------------------------------------------------

class ProfileStore {
 public:
  virtual ~ProfileStore() = default;
  virtual runtime::Task<std::vector<StoredProfileField>> load_profile(protocol::UserId user) = 0;
  virtual runtime::Task<std::optional<std::string>> find_profile_field(protocol::UserId user,
                                                                       std::string field) = 0;
};

// What a person keeps, without the places up to which they have read: of those there is one for
// each of their rooms, and the server keeps them.
struct AccountDataUse {
  std::uint64_t items = 0;  // what was removed counts, since clients are still told of it
  std::uint64_t bytes = 0;
  // Of the one asked about; absent when there is none.
  std::optional<std::uint64_t> this_bytes;
};

class AccountDataStore {
 public:
  virtual ~AccountDataStore() = default;
  virtual runtime::Task<std::optional<StoredAccountData>> find_account_data(protocol::UserId user,
                                                                            std::string room,
                                                                            std::string type) = 0;
  // What changed after `after`, all rooms; everything when `after` is 0.
  virtual runtime::Task<std::vector<StoredAccountData>> load_account_data(protocol::UserId user,
                                                                          StreamPosition after) = 0;
  // What there is of one room, or with "" of the account.
  virtual runtime::Task<std::vector<StoredAccountData>> load_room_account_data(
      protocol::UserId user, std::string room) = 0;
  // All of it, and the one of that type.
  virtual runtime::Task<AccountDataUse> measure_account_data(protocol::UserId user,
                                                             std::string room,
                                                             std::string type) = 0;
};

class FilterStore {
 public:
  virtual ~FilterStore() = default;
  virtual runtime::Task<std::optional<std::string>> find_filter(protocol::UserId user,
                                                                std::string id) = 0;
  virtual runtime::Task<std::uint64_t> count_filters(protocol::UserId user) = 0;
};

}  // namespace chancery::storage
