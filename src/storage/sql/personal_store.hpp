// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Profiles, account data and filters read from tables.

#include "storage/personal.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlProfileStore final : public ProfileStore {
 public:
  explicit SqlProfileStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::vector<StoredProfileField>> load_profile(protocol::UserId user) override;
  runtime::Task<std::optional<std::string>> find_profile_field(protocol::UserId user,
                                                               std::string field) override;

 private:
  Reader& reader_;
};

class SqlAccountDataStore final : public AccountDataStore {
 public:
  explicit SqlAccountDataStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<StoredAccountData>> find_account_data(protocol::UserId user,
                                                                    std::string room,
                                                                    std::string type) override;
  runtime::Task<std::vector<StoredAccountData>> load_account_data(protocol::UserId user,
                                                                  StreamPosition after) override;

  runtime::Task<std::vector<StoredAccountData>> load_room_account_data(protocol::UserId user,
                                                                       std::string room) override;
  runtime::Task<AccountDataUse> measure_account_data(protocol::UserId user, std::string room,
                                                     std::string type) override;

 private:
  Reader& reader_;
};

class SqlFilterStore final : public FilterStore {
 public:
  explicit SqlFilterStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<std::string>> find_filter(protocol::UserId user,
                                                        std::string id) override;
  runtime::Task<std::uint64_t> count_filters(protocol::UserId user) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
