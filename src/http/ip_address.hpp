// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Internet addresses and networks as values, and which of them are public.
//
// An address keeps its family: "::ffff:10.0.0.1" is an IPv6 address and as such not public.
//
// Spec: the IANA special-purpose address registries (RFC 6890 and its successors).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::http {

class IpAddress {
 public:
  // Only the usual form: four decimal numbers, or RFC 4291 without a zone.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return is_v4_; }
  // In lower case and in the shortest form.
  [[nodiscard]] std::string text() const;
  // The IPv4 address in the last 32 bits, as the translators of 64:ff9b::/96 have it.
  [[nodiscard]] IpAddress embedded_v4() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  friend class IpNetwork;
  std::array<std::uint8_t, 16> bytes_{};  // of IPv4 the first four
  bool is_v4_ = false;
};

class IpNetwork {
 public:
  // "10.0.0.0/8", "fd00::/8"; an address alone is a network of one. Bits beyond the prefix must
  // be 0.
  [[nodiscard]] static std::optional<IpNetwork> parse(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  unsigned prefix_ = 0;
};

// Whether it is an address of one machine on the public internet: none of this machine, of private
// and shared networks, of links, of a cloud's metadata, for tests, documentation and groups, and
// none that carries another address within.
[[nodiscard]] bool is_public(const IpAddress& address);
// Whether an IPv4 address lies within it: v4-mapped (::ffff:0:0/96), or behind a translator.
[[nodiscard]] bool carries_v4(const IpAddress& address);
// Whether it stands for an IPv4 address behind a translator (64:ff9b::/96).
[[nodiscard]] bool is_translated(const IpAddress& address);

}  // namespace chancery::http
