// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/client_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>

namespace chancery::server {
namespace {

bool is_numeric_address(const std::string& text) {
  in6_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_trusted(std::string_view address, const std::vector<std::string>& trusted) {
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  return std::ranges::find(trusted, address) != trusted.end();
}

}  // namespace

std::string find_client_address(std::string_view peer, std::string_view forwarded_for,
                                const std::vector<std::string>& trusted) {
  std::string address(peer);
  while (is_trusted(address, trusted) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    std::string_view entry =
        comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1);
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
    while (entry.starts_with(' ') || entry.starts_with('\t')) entry.remove_prefix(1);
    while (entry.ends_with(' ') || entry.ends_with('\t')) entry.remove_suffix(1);
    std::string candidate(entry);
    if (!is_numeric_address(candidate)) break;
    address = std::move(candidate);
  }
  return address;
}

}  // namespace chancery::server
