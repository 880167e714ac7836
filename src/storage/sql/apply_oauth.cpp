// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_oauth.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kPutClient(
    "INSERT INTO oauth_clients (client_id, metadata, registered_at) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (client_id) DO UPDATE SET registered_at = excluded.registered_at");
constexpr Statement kForgetClients(
    "DELETE FROM oauth_clients WHERE registered_at < ?1 AND NOT EXISTS ("
    "SELECT 1 FROM refresh_tokens WHERE refresh_tokens.client_id = oauth_clients.client_id)");

}  // namespace

void apply(Writer& writer, const PutOauthClient& put, StreamPosition) {
  writer.execute(kPutClient, {std::string_view(put.client.id), Blob{put.client.metadata},
                              put.client.registered_at.milliseconds});
}

void apply(Writer& writer, const ForgetOauthClients& forget, StreamPosition) {
  writer.execute(kForgetClients, {forget.before.milliseconds});
}

}  // namespace chancery::storage::sql
