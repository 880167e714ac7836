// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// URIs that strangers name: read strictly, so that a browser cannot see another host in them.
//
// ASCII only, no backslash, no blank, hosts as letters, digits, '.' and '-' or as an IPv6 address.
// Failure: values, never exceptions, whatever the input.
// Spec: RFC 3986.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::oauth {

struct Uri {
  static constexpr std::size_t kMostBytes = 2'048;

  std::string scheme;  // in lower case
  bool has_authority = false;
  bool has_user = false;
  std::string host;  // in lower case; an IPv6 address with its brackets
  std::optional<std::uint16_t> port;
  std::string path;
  std::optional<std::string> query;
  bool has_fragment = false;
};

[[nodiscard]] std::optional<Uri> parse_uri(std::string_view text);
// "https://host:port" for https and http, "scheme:" for others: as a source in a content security
// policy, and for people.
[[nodiscard]] std::string origin_of(const Uri& uri);
// localhost, 127.0.0.1, [::1].
[[nodiscard]] bool is_loopback(const Uri& uri);
// `host` is `base` or beneath it.
[[nodiscard]] bool is_beneath(std::string_view host, std::string_view base);

}  // namespace chancery::oauth
