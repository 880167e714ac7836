// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/config_checks.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "domain/mail/address.hpp"
#include "domain/media/preview/oembed.hpp"
#include "http/ip_address.hpp"
#include "http/outbound_rules.hpp"
#include "protocol/identifiers.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace chancery::server {

std::string_view check_server_name(std::string_view text) {
  if (protocol::ServerName::parse(text)) return {};
  return "is no server name: a host name, with a port only if need be (example.org)";
}

std::string_view check_localpart(std::string_view text) {
  if (text.empty() || protocol::UserId::parse_strict("@" + std::string(text) + ":x")) return {};
  return "is no user name: small letters, digits and . _ = - / +";
}

std::string_view check_media_uri(std::string_view text) {
  if (text.empty() || protocol::MediaUri::parse(text)) return {};
  return "is no mxc:// address";
}

std::string_view check_url(std::string_view text) {
  if (text.empty()) return {};
  if (!text.starts_with("https://") && !text.starts_with("http://")) {
    return "must begin with https:// or http://";
  }
  return text.ends_with('/') ? "must not end with a slash" : "";
}

std::string_view check_storage_url(std::string_view text) {
  if (text == "sqlite" || text.starts_with("postgresql://") || text.starts_with("postgres://")) {
    return {};
  }
  return R"(must be "sqlite" or begin with postgresql://)";
}

std::string_view check_shared_secret(std::string_view text) {
  return text.empty() || text.size() >= 8 ? "" : "must have at least 8 characters";
}

std::string_view check_room_version(std::string_view text) {
  constexpr std::array<std::string_view, 12> kVersions{"1", "2", "3", "4",  "5",  "6",
                                                       "7", "8", "9", "10", "11", "12"};
  if (std::ranges::find(kVersions, text) != kVersions.end()) return {};
  return "is no room version; 1 to 12 are known, 12 is the one to use";
}

std::string_view check_destination(std::string_view text) {
  const std::string entry(text);
  if (http::DestinationList::parse(std::span(&entry, 1))) return {};
  return "is neither a network (10.0.0.0/8), nor an address, nor a host (a.example, *.a.example)";
}

std::string_view check_network(std::string_view text) {
  if (http::IpNetwork::parse(text)) return {};
  return "is neither an address nor a network (10.0.0.0/8, whose bits beyond the prefix are 0)";
}

// As identity servers are named by clients: a host, with a port where it needs one.
std::string_view check_server_host(std::string_view text) {
  if (protocol::ServerName::parse(text)) return {};
  return "is no host name: no https:// before it, and nothing behind it (vector.im)";
}

std::string_view check_secure_url(std::string_view text) {
  return text.starts_with("https://") && text.size() > std::string_view("https://").size()
             ? ""
             : "is no https:// URL";
}

std::string_view check_provider(std::string_view text) {
  const std::string entry(text);
  if (media::OembedProviders::parse(std::span(&entry, 1))) return {};
  return "is not a host and the address of its provider (*.a.example https://a.example/oembed)";
}

std::string_view check_json_object(std::string_view text) {
  if (text.empty()) return {};
  const auto json = base::parse_json(text);
  return json && json->is_object() ? "" : "must be a JSON object";
}

std::string_view check_email(std::string_view text) {
  const std::size_t at = text.find('@');
  const bool is_good = at != 0 && at != std::string_view::npos && at + 1 < text.size();
  return text.empty() || is_good ? "" : "is no e-mail address";
}

std::string_view check_mail_address(std::string_view text) {
  if (text.empty() || mail::Address::parse(text)) return {};
  return "is no mail address that this server can write from";
}

std::string_view check_host(std::string_view text) {
  if (text.empty()) return {};
  const auto name = protocol::ServerName::parse(text);
  return name && name->host() == text ? "" : "is no host name";
}

std::string_view check_ed25519_key(std::string_view text) {
  constexpr std::size_t kKeyBytes = 32;
  const auto key = base::decode_base64(text);
  return text.empty() || (key && key->size() == kKeyBytes) ? "" : "is no key of 32 bytes in base64";
}

std::string_view check_not_empty(std::string_view text) {
  return text.empty() ? "must not be empty" : "";
}

}  // namespace chancery::server
