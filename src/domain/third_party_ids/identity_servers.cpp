// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/identity_servers.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "protocol/api_error.hpp"
#include "protocol/canonical_json.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace chancery::third_party_ids {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kPrefix = "/_matrix/identity/v2";
constexpr std::size_t kMostAnswerBytes = std::size_t{64} * 1'024;
constexpr std::size_t kLongestToken = 255;

ApiError no_answer() {
  return ApiError(ErrorCode::unknown, "The identity server did not answer").with_status(502);
}

ApiError nonsense() {
  return ApiError(ErrorCode::unknown, "The identity server did not answer as it should")
      .with_status(502);
}

std::string text_of(const base::JsonObject& json, std::string_view name) {
  return std::string(base::find_string(json, name).value_or(""));
}

}  // namespace

bool IdentityServers::is_allowed(const std::string& server) const {
  return std::ranges::find(facts_.allowed, server) != facts_.allowed.end();
}

void IdentityServers::require_allowed(const std::string& server) const {
  if (is_allowed(server)) return;
  throw ApiError(ErrorCode::server_not_trusted,
                 "This server does not talk to that identity server");
}

runtime::Task<http::OutboundResult> IdentityServers::send(http::Method method, std::string server,
                                                          std::string path, base::JsonObject body,
                                                          std::string authorization,
                                                          runtime::CancelToken cancel) {
  require_allowed(server);
  http::OutboundRequest request{.method = method,
                                .url = fmt::format("https://{}{}{}", server, kPrefix, path),
                                .headers = {},
                                .body = method == http::Method::get ? "" : base::to_text(body),
                                .chosen_by = http::ChosenBy::others,
                                .time = kPatience,
                                .longest_body = kMostAnswerBytes};
  request.headers.add("Authorization", authorization);
  if (method != http::Method::get) request.headers.add("Content-Type", "application/json");
  co_return co_await outbound_.send(std::move(request), std::move(cancel));
}

runtime::Task<base::JsonObject> IdentityServers::ask(http::Method method, Account account,
                                                     std::string path, base::JsonObject body,
                                                     runtime::CancelToken cancel) {
  const bool is_token =
      std::ranges::all_of(account.access_token, [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_token || account.access_token.size() > 4'096) {
    throw ApiError(ErrorCode::invalid_param, "'id_access_token' is not valid");
  }
  const http::OutboundResult answer =
      co_await send(method, std::move(account.server), std::move(path), std::move(body),
                    "Bearer " + account.access_token, std::move(cancel));
  if (!answer || answer->status >= 500) throw no_answer();
  const auto parsed = base::parse_json(answer->body);
  if (!parsed || !parsed->is_object()) throw nonsense();
  if (answer->status < 200 || answer->status >= 300) {
    // Its words are a stranger's: only its code is for the log.
    throw ApiError(ErrorCode::forbidden, "The identity server refused")
        .because(text_of(parsed->get_object(), "errcode").substr(0, 64));
  }
  co_return parsed->get_object();
}

runtime::Task<mail::Address> IdentityServers::bind(Account account, Binding binding,
                                                   runtime::CancelToken cancel) {
  const base::JsonObject answer = co_await ask(http::Method::post, std::move(account), "/3pid/bind",
                                               {{"sid", binding.session},
                                                {"client_secret", binding.client_secret},
                                                {"mxid", binding.user.text()}},
                                               std::move(cancel));
  auto address = mail::Address::parse(text_of(answer, "address"));
  if (text_of(answer, "medium") != "email" || !address) throw nonsense();
  co_return *std::move(address);
}

// As servers sign what they send each other; the identity server asks us for the key.
std::string IdentityServers::sign(const std::string& server, const std::string& path,
                                  const base::JsonObject& body) const {
  const base::JsonObject signed_part{{"method", "POST"},
                                     {"uri", std::string(kPrefix) + path},
                                     {"origin", facts_.own_name.text()},
                                     {"destination", server},
                                     {"content", body}};
  const std::string signature =
      base::encode_base64(facts_.key.sign(protocol::canonical_json(signed_part)));
  return fmt::format(R"(X-Matrix origin="{}",destination="{}",key="{}",sig="{}")",
                     facts_.own_name.text(), server, facts_.key.id().text(), signature);
}

runtime::Task<IdentityServers::Unbound> IdentityServers::unbind(std::string server,
                                                                protocol::UserId user,
                                                                mail::Address address,
                                                                runtime::CancelToken cancel) {
  require_allowed(server);
  const std::string path = "/3pid/unbind";
  base::JsonObject body{
      {"mxid", user.text()},
      {"threepid", base::JsonObject{{"medium", "email"}, {"address", address.text()}}}};
  std::string authorization = sign(server, path, body);
  const http::OutboundResult answer =
      co_await send(http::Method::post, std::move(server), path, std::move(body),
                    std::move(authorization), std::move(cancel));
  co_return answer && answer->status >= 200 && answer->status < 300 ? Unbound::yes : Unbound::no;
}

runtime::Task<std::optional<protocol::UserId>> IdentityServers::look_up(
    Account account, mail::Address address, runtime::CancelToken cancel) {
  const base::JsonObject details =
      co_await ask(http::Method::get, account, "/hash_details", {}, cancel);
  const std::string pepper = text_of(details, "lookup_pepper");
  const base::JsonArray* algorithms = base::find_array(details, "algorithms");
  const bool has_hash =
      algorithms != nullptr && std::ranges::any_of(*algorithms, [](const base::Json& one) {
        return one.is_string() && std::string_view(one.get_string()) == "sha256";
      });
  if (pepper.empty() || !has_hash) co_return std::nullopt;  // nobody is looked up in clear
  const std::string hash =
      base::encode_base64url(base::sha256(fmt::format("{} email {}", address.text(), pepper)));
  const base::JsonObject found = co_await ask(
      http::Method::post, std::move(account), "/lookup",
      {{"addresses", base::JsonArray{hash}}, {"algorithm", "sha256"}, {"pepper", pepper}},
      std::move(cancel));
  const base::JsonObject* mappings = base::find_object(found, "mappings");
  if (mappings == nullptr) co_return std::nullopt;
  auto user = protocol::UserId::parse(text_of(*mappings, hash));
  if (!user) co_return std::nullopt;
  co_return *std::move(user);
}

runtime::Task<IdentityServers::StoredInvite> IdentityServers::store_invite(
    Account account, Invite invite, runtime::CancelToken cancel) {
  const std::string server = account.server;
  base::JsonObject body{{"medium", "email"},
                        {"address", invite.address.text()},
                        {"room_id", invite.room.text()},
                        {"sender", invite.sender.text()}};
  if (!invite.sender_name.empty()) body["sender_display_name"] = invite.sender_name;
  if (!invite.room_name.empty()) body["room_name"] = invite.room_name;
  const base::JsonObject answer = co_await ask(http::Method::post, std::move(account),
                                               "/store-invite", std::move(body), std::move(cancel));
  StoredInvite stored{.token = text_of(answer, "token"), .content = {}};
  const base::JsonArray* listed = base::find_array(answer, "public_keys");
  if (stored.token.empty() || stored.token.size() > kLongestToken || listed == nullptr) {
    throw nonsense();
  }
  base::JsonArray keys;
  for (const base::Json& one : *listed) {
    const base::JsonObject* key = one.if_object();
    const std::string text = key == nullptr ? "" : text_of(*key, "public_key");
    if (text.empty() || text.size() > kLongestToken) continue;
    // Where it is asked about is ours to say: it is this server that was allowed.
    const bool is_ephemeral = text_of(*key, "key_validity_url").ends_with("/ephemeral/isvalid");
    keys.emplace_back(base::JsonObject{
        {"public_key", text},
        {"key_validity_url", fmt::format("https://{}{}/pubkey/{}isvalid", server, kPrefix,
                                         is_ephemeral ? "ephemeral/" : "")}});
  }
  if (keys.empty()) throw nonsense();
  const base::JsonObject first = keys.front().as_object();
  // Not as the server redacted it, but as we do: what everybody in the room may read.
  stored.content = {{"display_name", invite.address.masked()},
                    {"public_key", first.at("public_key")},
                    {"key_validity_url", first.at("key_validity_url")},
                    {"public_keys", std::move(keys)}};
  co_return stored;
}

}  // namespace chancery::third_party_ids
