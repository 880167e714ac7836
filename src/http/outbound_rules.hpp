// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Outbound rules: where others may make this server connect to.
//
// An entry of a list is a network ("10.0.0.0/8"), an address, a host ("push.example.org") or a
// host's subdomains ("*.example.org"). What is denied is denied; else what is allowed, by name or
// by address, is allowed; else what is public, unless the server is closed.
//
// Concurrency: any thread; constant.

#include "http/ip_address.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::http {

class DestinationList {
 public:
  DestinationList() = default;
  // Absent when one of them is no entry.
  [[nodiscard]] static std::optional<DestinationList> parse(std::span<const std::string> entries);

  [[nodiscard]] bool has_host(std::string_view host) const;
  [[nodiscard]] bool has_address(const IpAddress& address) const;

 private:
  std::vector<IpNetwork> networks_;
  std::vector<std::string> hosts_;
  std::vector<std::string> domains_;  // ".example.org"
};

class OutboundRules {
 public:
  // closed: only what is allowed, for networks without a way to the internet.
  enum class Openness : std::uint8_t { open, closed };
  OutboundRules() = default;
  OutboundRules(Openness openness, DestinationList allow, DestinationList deny)
      : openness_(openness), allow_(std::move(allow)), deny_(std::move(deny)) {}

  // Whether to look the host up at all.
  [[nodiscard]] bool may_resolve(std::string_view host) const;
  // Whether to connect to an address that `host` was resolved to.
  [[nodiscard]] bool may_connect(std::string_view host, const IpAddress& address) const;

 private:
  [[nodiscard]] bool allows_address(const IpAddress& address) const;

  Openness openness_ = Openness::open;
  DestinationList allow_;
  DestinationList deny_;
};

}  // namespace chancery::http
