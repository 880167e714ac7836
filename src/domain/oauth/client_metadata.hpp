// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Client metadata: what a client says of itself when it registers, as far as it is believed.
//
// All its addresses must lie on the host of its client_uri or beneath it. Translations are not
// kept.
//
// Failure: values, never exceptions, whatever the input.
// Spec: RFC 7591 2; client-server, "Client metadata".

#include "base/json.hpp"
#include "domain/oauth/redirect_uri.hpp"
#include "domain/oauth/refusal.hpp"

#include <expected>
#include <string>
#include <vector>

namespace chancery::oauth {

inline constexpr std::string_view kCodeGrant = "authorization_code";
inline constexpr std::string_view kRefreshGrant = "refresh_token";
inline constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

struct ClientMetadata {
  std::string client_name;  // "" when it has none
  std::string client_uri;
  std::string logo_uri;  // kept for who asks, never fetched or shown
  std::string tos_uri;
  std::string policy_uri;
  std::vector<std::string> redirect_uris;
  std::vector<std::string> grant_types;
  ApplicationType application_type = ApplicationType::web;

  [[nodiscard]] bool may_use(std::string_view grant_type) const;
  // For people: the name, or the host.
  [[nodiscard]] std::string title() const;
  // The host of client_uri.
  [[nodiscard]] std::string host() const;
};

[[nodiscard]] std::expected<ClientMetadata, Refusal> read_metadata(const base::JsonObject& object);
// With every member that read_metadata reads, and those that never vary.
[[nodiscard]] base::JsonObject describe(const ClientMetadata& metadata);

}  // namespace chancery::oauth
