// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/oauth_store.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kFindClient(
    "SELECT metadata, registered_at FROM oauth_clients WHERE client_id = ?1");
constexpr Statement kCountClients("SELECT COUNT(*) FROM oauth_clients");
// A device has more than one refresh token while a refresh is under way.
constexpr Statement kLoadClientsOf(
    "SELECT DISTINCT device_id, client_id FROM refresh_tokens "
    "WHERE user_id = ?1 AND client_id <> '' ORDER BY device_id");

}  // namespace

runtime::Task<std::optional<StoredOauthClient>> SqlOauthClientStore::find_client(std::string id) {
  const Rows rows = co_await reader_.read(kFindClient, {std::string_view(id)});
  if (rows.empty()) co_return std::nullopt;
  co_return StoredOauthClient{
      .id = std::move(id), .metadata = rows.text(0, 0), .registered_at = {rows.integer(0, 1)}};
}

runtime::Task<std::uint64_t> SqlOauthClientStore::count_clients() {
  const Rows rows = co_await reader_.read(kCountClients, {});
  co_return static_cast<std::uint64_t>(rows.integer(0, 0));
}

runtime::Task<std::vector<ClientOfDevice>> SqlOauthClientStore::load_clients_of(
    protocol::UserId user) {
  const Rows rows = co_await reader_.read(kLoadClientsOf, {std::string_view(user.text())});
  std::vector<ClientOfDevice> clients;
  clients.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    clients.push_back(
        {.device = protocol::DeviceId::trusted(rows.text(row, 0)), .client = rows.text(row, 1)});
  }
  co_return clients;
}

}  // namespace chancery::storage::sql
