// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/client_address.hpp"

#include "http/ip_address.hpp"

namespace chancery::server {
namespace {

bool is_trusted(std::string_view text, const http::DestinationList& trusted) {
  auto address = http::IpAddress::parse(text);
  if (!address) return false;
  if (trusted.has_address(*address)) return true;
  // A socket of IPv6 writes those of IPv4 in its own way.
  const bool is_mapped = !address->is_v4() && text.starts_with("::ffff:");
  return is_mapped && trusted.has_address(address->embedded_v4());
}

}  // namespace

std::string find_client_address(std::string_view peer, std::string_view forwarded_for,
                                const http::DestinationList& trusted) {
  std::string address(peer);
  while (is_trusted(address, trusted) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    std::string_view entry =
        comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
    while (entry.starts_with(' ') || entry.starts_with('\t')) entry.remove_prefix(1);
    while (entry.ends_with(' ') || entry.ends_with('\t')) entry.remove_suffix(1);
    std::string candidate(entry);
    if (!http::IpAddress::parse(candidate)) break;
    address = std::move(candidate);
  }
  return address;
}

}  // namespace chancery::server
