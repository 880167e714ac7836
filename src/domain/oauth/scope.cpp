// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/scope.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace chancery::oauth {
namespace {

constexpr std::size_t kMostBytes = 1'024;
constexpr std::array<std::string_view, 2> kEverything{"urn:matrix:client:api:*",
                                                      "urn:matrix:org.matrix.msc2967.client:api:*"};
constexpr std::array<std::string_view, 2> kDevice{"urn:matrix:client:device:",
                                                  "urn:matrix:org.matrix.msc2967.client:device:"};

std::unexpected<Refusal> refuse(std::string_view why) {
  return std::unexpected(Refusal{OauthError::invalid_scope, std::string(why)});
}

// RFC 6749 3.3.
bool is_scope_text(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c == ' ' || (c >= '!' && c <= '~' && c != '"' && c != '\\'); });
}

// RFC 3986 2.3, as the specification asks of device ids.
bool is_unreserved(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
  });
}

std::optional<std::string_view> device_of(std::string_view token) {
  for (const std::string_view prefix : kDevice) {
    if (token.starts_with(prefix)) return token.substr(prefix.size());
  }
  return std::nullopt;
}

}  // namespace

std::expected<Scope, Refusal> parse_scope(std::string_view text) {
  if (text.size() > kMostBytes || !is_scope_text(text)) return refuse("malformed scope");
  bool has_everything = false;
  std::optional<protocol::DeviceId> device;
  std::string granted;
  const auto grant = [&](std::string_view token) {
    if (!granted.empty()) granted += ' ';
    granted += token;
  };
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view token = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (std::ranges::find(kEverything, token) != kEverything.end()) {
      has_everything = true;
      grant(token);
    } else if (const auto named = device_of(token)) {
      auto parsed = protocol::DeviceId::parse(*named);
      if (!parsed || !is_unreserved(*named)) return refuse("not a valid device id");
      if (device && *device != *parsed) return refuse("more than one device");
      device = *std::move(parsed);
      grant(token);
    }
  }
  if (!has_everything) return refuse("urn:matrix:client:api:* is missing");
  if (!device) return refuse("urn:matrix:client:device:<device_id> is missing");
  return Scope{.device = *std::move(device), .text = std::move(granted)};
}

}  // namespace chancery::oauth
