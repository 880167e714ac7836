// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// OAuth clients, read from tables.

#include "storage/oauth_clients.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlOauthClientStore final : public OauthClientStore {
 public:
  explicit SqlOauthClientStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<StoredOauthClient>> find_client(std::string id) override;
  runtime::Task<std::uint64_t> count_clients() override;
  runtime::Task<std::vector<ClientOfDevice>> load_clients_of(protocol::UserId user) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
