// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/clients.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "protocol/canonical_json.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>

namespace chancery::oauth {
namespace {

constexpr std::size_t kIdLength = 32;
// Registrations that come again within it are not written again.
constexpr base::Milliseconds kRenewedAfter = std::chrono::hours(1);

bool is_id(std::string_view id) {
  return id.size() == kIdLength && std::ranges::all_of(id, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

std::optional<Client> to_client(const storage::StoredOauthClient& stored) {
  const auto json = base::parse_json(stored.metadata);
  if (!json || !json->is_object()) return std::nullopt;
  auto metadata = read_metadata(json->get_object());
  // By rules that have become stricter since: the client registers again.
  if (!metadata) return std::nullopt;
  return Client{
      .id = stored.id, .metadata = *std::move(metadata), .registered_at = stored.registered_at};
}

}  // namespace

runtime::Task<bool> Clients::has_room() {
  if (co_await store_.count_clients() < rules_.most) co_return true;
  // Many at once: those that signed nobody in within the last minutes go first.
  storage::Change change;
  change.mutations.emplace_back(
      storage::ForgetOauthClients{clock_.now() - base::Milliseconds(kRenewedAfter)});
  co_await commits_.keep_house(std::move(change));
  co_return co_await store_.count_clients() < rules_.most;
}

runtime::Task<std::expected<Client, Refusal>> Clients::register_client(base::JsonObject object) {
  auto metadata = read_metadata(object);
  if (!metadata) co_return std::unexpected(metadata.error());
  std::string text = protocol::canonical_json(describe(*metadata));
  std::string id = base::encode_base64url(base::sha256(text)).substr(0, kIdLength);
  const base::Timestamp now = clock_.now();
  Client client{.id = id, .metadata = *std::move(metadata), .registered_at = now};
  const auto known = co_await store_.find_client(id);
  if (known && now - known->registered_at < kRenewedAfter) {
    client.registered_at = known->registered_at;
    co_return client;
  }
  if (!known) {
    const bool is_room = co_await has_room();
    if (!is_room) {
      co_return std::unexpected(
          Refusal{OauthError::temporarily_unavailable, "too many clients have registered"});
    }
  }
  storage::Change change;
  change.mutations.emplace_back(
      storage::PutOauthClient{{.id = id, .metadata = std::move(text), .registered_at = now}});
  co_await commits_.commit(
      std::move(change),
      {.kind = "server", .who = "server", .act = "oauth.client_register", .object = id});
  co_return client;
}

runtime::Task<std::optional<Client>> Clients::find(std::string id) {
  if (!is_id(id)) co_return std::nullopt;
  const auto stored = co_await store_.find_client(std::move(id));
  if (!stored) co_return std::nullopt;
  co_return to_client(*stored);
}

runtime::Task<std::map<std::string, Client>> Clients::load_of(protocol::UserId user) {
  std::map<std::string, Client> clients;
  for (const storage::ClientOfDevice& each : co_await store_.load_clients_of(std::move(user))) {
    if (auto client = co_await find(each.client)) {
      clients.emplace(each.device.text(), *std::move(client));
    }
  }
  co_return clients;
}

runtime::Task<> Clients::sweep() {
  storage::Change change;
  change.mutations.emplace_back(storage::ForgetOauthClients{clock_.now() - rules_.kept_unused});
  co_await commits_.keep_house(std::move(change));
}

}  // namespace chancery::oauth
