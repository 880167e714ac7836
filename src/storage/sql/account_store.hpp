// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts, devices, tokens and what lets people in, read from tables.

#include "storage/accounts.hpp"
#include "storage/registration.hpp"
#include "storage/sessions.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlAccountStore final : public AccountStore {
 public:
  explicit SqlAccountStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<StoredAccount>> find_account(protocol::UserId user) override;
  runtime::Task<std::vector<StoredAccount>> load_accounts(protocol::UserId after,
                                                          std::size_t limit) override;
  runtime::Task<std::uint64_t> count_accounts() override;
  runtime::Task<std::vector<protocol::UserId>> load_ended_members(protocol::UserId after,
                                                                  std::size_t limit) override;
  runtime::Task<std::vector<protocol::UserId>> load_joined_guests(protocol::UserId after,
                                                                  std::size_t limit) override;
  runtime::Task<std::vector<protocol::UserId>> load_guests_in(RoomNumber room) override;
  runtime::Task<std::vector<protocol::UserId>> load_erased() override;

 private:
  Reader& reader_;
};

class SqlSessionStore final : public SessionStore {
 public:
  explicit SqlSessionStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<StoredAccessToken>> find_access_token(std::string hash) override;
  runtime::Task<std::optional<StoredRefreshToken>> find_refresh_token(std::string hash) override;
  runtime::Task<std::optional<TokenFamily>> find_token_family(std::string family) override;
  runtime::Task<std::optional<StoredDevice>> find_device(protocol::UserId user,
                                                         protocol::DeviceId device) override;
  runtime::Task<std::vector<StoredDevice>> load_devices(protocol::UserId user) override;

 private:
  Reader& reader_;
};

class SqlRegistrationStore final : public RegistrationStore {
 public:
  explicit SqlRegistrationStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<StoredRegistrationToken>> find_registration_token(
      std::string token) override;
  runtime::Task<std::vector<StoredRegistrationToken>> load_registration_tokens() override;
  runtime::Task<std::optional<base::Timestamp>> find_setup_link(std::string hash) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
