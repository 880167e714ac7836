// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/peer_network.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>

namespace chancery::runtime {
namespace {

constexpr std::size_t kNetworkBytes = 8;

std::string text_of(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(family, bytes, text.data(), text.size()) == nullptr) return {};
  return text.data();
}

}  // namespace

std::string network_of(std::string_view address) {
  // Most are of IPv4, and those are their own name.
  if (address.find(':') == std::string_view::npos) return std::string(address);
  // A zone says which interface it came by.
  const std::string plain(address.substr(0, address.find('%')));
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, plain.c_str(), &parsed) != 1) return std::string(address);
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) return text_of(AF_INET, &parsed.s6_addr[12]);
  std::fill(std::begin(parsed.s6_addr) + kNetworkBytes, std::end(parsed.s6_addr), 0);
  return text_of(AF_INET6, &parsed) + "/64";
}

}  // namespace chancery::runtime
