// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// URLs that this server may be told to fetch: absolute, http or https, nothing that two programs
// could read in two ways.
//
// No userinfo; a host of at most 253 characters of letters, digits, '-', '_' and '.', or a numeric
// address in its one usual form ("127.1" and "0x7f000001" are none); names beyond ASCII only as
// punycode; no fragment.
//
// Failure: absent.
// Spec:    RFC 3986.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::http {

inline constexpr std::size_t kLongestUrl = 4096;

struct Url {
  bool is_secure = false;
  std::string host;  // lower case, without brackets and without a dot at its end
  std::uint16_t port = 0;
  std::string target;  // path and query, percent-encoded, beginning with '/'

  // "https://example.org", with the port if it is not the usual one: no two origins share one.
  [[nodiscard]] std::string origin() const;
  // The host and, unless it is the usual one, the port, as the Host field has them.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string text() const { return origin() + target; }

  friend bool operator==(const Url&, const Url&) = default;
};

[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

// A reference within a document of `base`, as found in pages and Location fields: characters that
// may not stand in a URL are percent-encoded first, as browsers do, but for those of the host.
[[nodiscard]] std::optional<Url> resolve_reference(const Url& base, std::string_view reference);

// An absolute URL that people typed: as parse_url, with stray characters percent-encoded.
[[nodiscard]] std::optional<Url> parse_typed_url(std::string_view text);

}  // namespace chancery::http
