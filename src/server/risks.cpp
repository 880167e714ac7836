// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/risks.hpp"

#include "http/ip_address.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace chancery::server {
namespace {

// Reached from this machine alone. What is no address is not, to be on the safe side.
bool is_loopback(const ListenerConfig& listener) {
  const auto address = http::IpAddress::parse(listener.address);
  if (!address) return false;
  constexpr std::array<std::string_view, 3> kLoopback{"127.0.0.0/8", "::1", "::ffff:127.0.0.0/104"};
  return std::ranges::any_of(kLoopback, [&](std::string_view network) {
    const auto parsed = http::IpNetwork::parse(network);
    return parsed && parsed->contains(*address);
  });
}

std::string text_of(const ListenerConfig& listener) {
  const bool is_v6 = listener.address.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", listener.address, listener.port)
               : fmt::format("{}:{}", listener.address, listener.port);
}

}  // namespace

std::vector<Risk> find_risks(const Config& config) {
  std::vector<Risk> risks;
  bool is_reached_from_outside = false;
  for (const ListenerConfig& listener : config.listeners) {
    if (is_loopback(listener)) continue;
    is_reached_from_outside = true;
    if (listener.tls) continue;
    risks.push_back({.event = "listens_in_clear",
                     .where = text_of(listener),
                     .advice =
                         "passwords and tokens pass unencrypted, unless only a proxy with TLS "
                         "reaches this address"});
  }
  if (is_reached_from_outside && config.server.public_url.empty()) {
    risks.push_back({.event = "public_url_not_set",
                     .where = "server.public_url",
                     .advice = "clients and browsers are sent to the first listener's address"});
  }
  if (config.registration.mode == RegistrationMode::open && config.registration.allow_dummy) {
    risks.push_back({.event = "registration_open_to_all",
                     .where = "registration.allow_dummy",
                     .advice = "whoever reaches this server makes accounts, with no check"});
  }
  if (!config.limits.enabled) {
    risks.push_back({.event = "limits_off",
                     .where = "limits.enabled",
                     .advice = "one client can keep this server busy, and guess as fast as it "
                               "likes; for measurements only"});
  }
  return risks;
}

}  // namespace chancery::server
