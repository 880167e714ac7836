// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/peer_network.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <netinet/in.h>

namespace chancery::runtime {
namespace {

constexpr std::size_t kNetworkBytes = 8;
// ::ffff:0:0/96, in which addresses of IPv4 are mapped.
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

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
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, plain.c_str(), bytes.data()) != 1) return std::string(address);
  if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {
    return text_of(AF_INET, bytes.data() + kMapped.size());
  }
  std::fill(bytes.begin() + kNetworkBytes, bytes.end(), 0);
  return text_of(AF_INET6, bytes.data()) + "/64";
}

}  // namespace chancery::runtime
