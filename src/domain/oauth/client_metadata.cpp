// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/client_metadata.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <unicode/uchar.h>
#include <utility>

namespace chancery::oauth {
namespace {

constexpr std::size_t kMostNameBytes = 128;
constexpr std::size_t kMostRedirects = 16;
constexpr std::size_t kMostListed = 32;
constexpr std::array<std::string_view, 3> kGrants{kCodeGrant, kRefreshGrant, kDeviceGrant};

std::unexpected<Refusal> refuse(std::string why) {
  return std::unexpected(Refusal{OauthError::invalid_client_metadata, std::move(why)});
}

using Text = std::expected<std::string, Refusal>;

// "" when missing.
Text read_text(const base::JsonObject& object, std::string_view key) {
  const base::Json* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return refuse(std::string(key) + " is no string");
  return std::string(value->get_string());
}

// An https address; `base` null: of the client itself.
Text read_address(const base::JsonObject& object, std::string_view key, const Uri* base) {
  Text text = read_text(object, key);
  if (!text || text->empty()) return text;
  const auto uri = parse_uri(*text);
  if (!uri || uri->scheme != "https" || !uri->has_authority || uri->has_user) {
    return refuse(std::string(key) + " is no https address without a user");
  }
  if (base != nullptr && !is_beneath(uri->host, base->host)) {
    return refuse(std::string(key) + " is not on the host of client_uri or beneath it");
  }
  return text;
}

using Texts = std::expected<std::vector<std::string>, Refusal>;

Texts read_list(const base::JsonObject& object, std::string_view key) {
  std::vector<std::string> texts;
  const base::Json* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return texts;
  if (!value->is_array() || value->get_array().size() > kMostListed) {
    return refuse(std::string(key) + " is no list, or too long");
  }
  for (const base::Json& each : value->get_array()) {
    if (!each.is_string()) return refuse(std::string(key) + " holds something but strings");
    texts.emplace_back(each.get_string());
  }
  return texts;
}

// Whether nothing is seen of it, or it changes in what order the rest is seen.
bool is_unseen(char32_t code_point) {
  const auto point = static_cast<UChar32>(code_point);
  return u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
         u_hasBinaryProperty(point, UCHAR_BIDI_CONTROL) != 0 || u_iscntrl(point) != 0 ||
         u_charType(point) == U_UNASSIGNED || u_charType(point) == U_PRIVATE_USE_CHAR;
}

// A name that cannot pass for another one by what does not show.
bool is_shown_whole(std::string_view name) {
  constexpr char32_t kAsEmoji = 0xFE0F;  // after what is one; it is seen by its colours
  bool is_after_emoji = false;
  while (!name.empty()) {
    const std::size_t length = base::utf8_length(name);
    if (length == 0) return false;
    const char32_t code_point = base::utf8_code_point(name);
    if (is_unseen(code_point) && !(code_point == kAsEmoji && is_after_emoji)) return false;
    is_after_emoji = u_hasBinaryProperty(static_cast<UChar32>(code_point), UCHAR_EMOJI) != 0;
    name.remove_prefix(length);
  }
  return true;
}

// Whether the host is somebody's: beneath "com" is everybody.
bool names_a_site(const Uri& uri) {
  if (is_loopback(uri)) return true;
  return uri.host.find('.') != std::string::npos && !uri.host.ends_with('.');
}

std::optional<Refusal> read_addresses(const base::JsonObject& object, ClientMetadata& metadata) {
  Text client_uri = read_address(object, "client_uri", nullptr);
  if (!client_uri) return client_uri.error();
  if (client_uri->empty()) {
    return Refusal{OauthError::invalid_client_metadata, "client_uri is missing"};
  }
  metadata.client_uri = *std::move(client_uri);
  const Uri base = *parse_uri(metadata.client_uri);
  if (!names_a_site(base)) {
    return Refusal{OauthError::invalid_client_metadata, "the host of client_uri is no site's"};
  }
  for (const auto& [key, member] : {std::pair{"logo_uri", &ClientMetadata::logo_uri},
                                    {"tos_uri", &ClientMetadata::tos_uri},
                                    {"policy_uri", &ClientMetadata::policy_uri}}) {
    Text text = read_address(object, key, &base);
    if (!text) return text.error();
    metadata.*member = *std::move(text);
  }
  Texts redirects = read_list(object, "redirect_uris");
  if (!redirects) return redirects.error();
  if (redirects->size() > kMostRedirects) {
    return Refusal{OauthError::invalid_client_metadata, "too many redirect_uris"};
  }
  for (const std::string& redirect : *redirects) {
    if (const auto fault = find_fault(redirect, metadata.application_type, base)) {
      return Refusal{OauthError::invalid_redirect_uri, std::string(*fault)};
    }
  }
  metadata.redirect_uris = *std::move(redirects);
  return std::nullopt;
}

std::optional<Refusal> read_grants(const base::JsonObject& object, ClientMetadata& metadata) {
  Texts grants = read_list(object, "grant_types");
  if (!grants) return grants.error();
  if (grants->empty()) grants->emplace_back(kCodeGrant);
  for (const std::string_view known : kGrants) {
    if (std::ranges::find(*grants, known) != grants->end()) {
      metadata.grant_types.emplace_back(known);
    }
  }
  if (metadata.may_use(kCodeGrant) && metadata.redirect_uris.empty()) {
    return Refusal{OauthError::invalid_redirect_uri, "authorization_code needs redirect_uris"};
  }
  if (!metadata.may_use(kCodeGrant) && !metadata.may_use(kDeviceGrant)) {
    return Refusal{OauthError::invalid_client_metadata, "no grant type by which to sign in"};
  }
  Texts responses = read_list(object, "response_types");
  if (!responses) return responses.error();
  if (metadata.may_use(kCodeGrant) && !responses->empty() &&
      std::ranges::find(*responses, "code") == responses->end()) {
    return Refusal{OauthError::invalid_client_metadata, "response_types has no code"};
  }
  return std::nullopt;
}

}  // namespace

bool ClientMetadata::may_use(std::string_view grant_type) const {
  return std::ranges::find(grant_types, grant_type) != grant_types.end();
}

std::string ClientMetadata::host() const {
  const auto uri = parse_uri(client_uri);
  return uri ? uri->host : client_uri;
}

std::string ClientMetadata::title() const { return client_name.empty() ? host() : client_name; }

std::expected<ClientMetadata, Refusal> read_metadata(const base::JsonObject& object) {
  ClientMetadata metadata;
  Text name = read_text(object, "client_name");
  if (!name) return std::unexpected(name.error());
  if (name->size() > kMostNameBytes || !is_shown_whole(*name)) {
    return refuse("client_name is too long or holds what does not show");
  }
  metadata.client_name = *std::move(name);

  const Text type = read_text(object, "application_type");
  if (!type) return std::unexpected(type.error());
  if (!type->empty() && *type != "web" && *type != "native") {
    return refuse("application_type is web or native");
  }
  if (*type == "native") metadata.application_type = ApplicationType::native;

  const Text method = read_text(object, "token_endpoint_auth_method");
  if (!method) return std::unexpected(method.error());
  if (!method->empty() && *method != "none") {
    return refuse("token_endpoint_auth_method is none: there are no client secrets here");
  }
  if (const auto fault = read_addresses(object, metadata)) return std::unexpected(*fault);
  if (const auto fault = read_grants(object, metadata)) return std::unexpected(*fault);
  return metadata;
}

base::JsonObject describe(const ClientMetadata& metadata) {
  const auto list = [](const std::vector<std::string>& texts) {
    return base::JsonArray(texts.begin(), texts.end());
  };
  const bool is_native = metadata.application_type == ApplicationType::native;
  base::JsonArray responses;
  if (metadata.may_use(kCodeGrant)) responses.emplace_back("code");
  base::JsonObject object{{"client_uri", metadata.client_uri},
                          {"redirect_uris", list(metadata.redirect_uris)},
                          {"grant_types", list(metadata.grant_types)},
                          {"response_types", std::move(responses)},
                          {"application_type", is_native ? "native" : "web"},
                          {"token_endpoint_auth_method", "none"}};
  if (!metadata.client_name.empty()) object["client_name"] = metadata.client_name;
  if (!metadata.logo_uri.empty()) object["logo_uri"] = metadata.logo_uri;
  if (!metadata.tos_uri.empty()) object["tos_uri"] = metadata.tos_uri;
  if (!metadata.policy_uri.empty()) object["policy_uri"] = metadata.policy_uri;
  return object;
}

}  // namespace chancery::oauth
