// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/outbound_rules.hpp"

#include "http/url.hpp"

#include <algorithm>

namespace chancery::http {
namespace {

// The host as a URL would have it; absent when it could not stand in one.
std::optional<std::string> read_host(std::string_view text) {
  const auto url = parse_url("https://" + std::string(text));
  if (!url || url->text() != "https://" + url->host + "/") return std::nullopt;
  return url->host;
}

}  // namespace

std::optional<DestinationList> DestinationList::parse(std::span<const std::string> entries) {
  DestinationList list;
  for (const std::string& entry : entries) {
    if (const auto network = IpNetwork::parse(entry)) {
      list.networks_.push_back(*network);
      continue;
    }
    const bool is_domain = entry.starts_with("*.");
    auto host = read_host(is_domain ? std::string_view(entry).substr(2) : entry);
    if (!host) return std::nullopt;
    if (is_domain) {
      list.domains_.push_back("." + *host);
    } else {
      list.hosts_.push_back(*std::move(host));
    }
  }
  return list;
}

bool DestinationList::has_host(std::string_view host) const {
  return std::ranges::find(hosts_, host) != hosts_.end() ||
         std::ranges::any_of(domains_, [host](const auto& each) { return host.ends_with(each); });
}

bool DestinationList::has_address(const IpAddress& address) const {
  return std::ranges::any_of(networks_,
                             [&](const IpNetwork& each) { return each.contains(address); });
}

bool OutboundRules::may_resolve(std::string_view host) const { return !deny_.has_host(host); }

bool OutboundRules::may_connect(std::string_view host, const IpAddress& address) const {
  if (deny_.has_host(host) || deny_.has_address(address)) return false;
  // Whatever address lies within must not be denied either.
  if (carries_v4(address) && deny_.has_address(address.embedded_v4())) return false;
  return allow_.has_host(host) || allows_address(address);
}

bool OutboundRules::allows_address(const IpAddress& address) const {
  const bool is_listed = allow_.has_address(address);
  if (is_translated(address)) return is_listed && allows_address(address.embedded_v4());
  return is_listed || (openness_ == Openness::open && is_public(address));
}

}  // namespace chancery::http
