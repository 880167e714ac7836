// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/ip_address.hpp"

#include "base/parse_number.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <vector>

namespace chancery::http {
namespace {

// What is not public although a public address might look like it, with the reason.
constexpr std::array<std::string_view, 16> kSpecialV4{
    "0.0.0.0/8",         // this network
    "10.0.0.0/8",        // private
    "100.64.0.0/10",     // shared by a carrier; metadata of some clouds
    "127.0.0.0/8",       // this machine
    "168.63.129.16/32",  // a cloud's host
    "169.254.0.0/16",    // of the link; metadata
    "172.16.0.0/12",     // private
    "192.0.0.0/24",      // protocol assignments; metadata
    "192.0.2.0/24",      // documentation
    "192.88.99.0/24",    // 6to4 relays, given up
    "192.168.0.0/16",    // private
    "198.18.0.0/15",     // benchmarks
    "198.51.100.0/24",   // documentation
    "203.0.113.0/24",    // documentation
    "224.0.0.0/4",       // groups
    "240.0.0.0/4"};      // reserved, and everybody

// Of IPv6 only this is given out, so whatever lies outside needs no row: ::, ::1, v4-mapped and
// v4-compatible, 64:ff9b::/96, 64:ff9b:1::/48, 100::/64, unique local, of the link, site-local,
// groups.
constexpr std::string_view kGlobalV6 = "2000::/3";
constexpr std::array<std::string_view, 4> kSpecialV6{
    "2001::/23",      // protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4: an IPv4 address within
    "3fff::/20"};     // documentation

std::vector<IpNetwork> parse_all(const auto& texts) {
  std::vector<IpNetwork> networks;
  for (const std::string_view text : texts) networks.push_back(IpNetwork::parse(text).value());
  return networks;
}

bool is_in(const std::vector<IpNetwork>& networks, const IpAddress& address) {
  return std::ranges::any_of(networks, [&](const auto& each) { return each.contains(address); });
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string zero_ended(text);
  if (zero_ended.find('\0') != std::string::npos) return std::nullopt;
  IpAddress address;
  if (::inet_pton(AF_INET, zero_ended.c_str(), address.bytes_.data()) == 1) {
    address.is_v4_ = true;
    return address;
  }
  if (::inet_pton(AF_INET6, zero_ended.c_str(), address.bytes_.data()) == 1) return address;
  return std::nullopt;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  ::inet_ntop(is_v4_ ? AF_INET : AF_INET6, bytes_.data(), out.data(), out.size());
  return out.data();
}

IpAddress IpAddress::embedded_v4() const {
  IpAddress inner;
  inner.is_v4_ = true;
  std::copy(bytes_.begin() + 12, bytes_.end(), inner.bytes_.begin());
  return inner;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto first = IpAddress::parse(text.substr(0, slash));
  if (!first) return std::nullopt;
  IpNetwork network;
  network.first_ = *first;
  network.prefix_ = first->is_v4() ? 32 : 128;
  if (slash != text.npos) {
    const auto prefix = base::parse_number<unsigned>(text.substr(slash + 1));
    if (!prefix || *prefix > network.prefix_) return std::nullopt;
    network.prefix_ = *prefix;
  }
  for (unsigned bit = network.prefix_; bit < 128; ++bit) {
    if ((first->bytes_.at(bit / 8) >> (7 - bit % 8) & 1U) != 0) return std::nullopt;
  }
  return network;
}

bool IpNetwork::contains(const IpAddress& address) const {
  if (address.is_v4_ != first_.is_v4_) return false;
  for (unsigned bit = 0; bit < prefix_; bit += 8) {
    const unsigned kept = std::min(prefix_ - bit, 8U);
    const unsigned mask = 0xffU << (8 - kept) & 0xffU;
    if (((address.bytes_.at(bit / 8) ^ first_.bytes_.at(bit / 8)) & mask) != 0) return false;
  }
  return true;
}

bool is_public(const IpAddress& address) {
  static const std::vector<IpNetwork> kV4 = parse_all(kSpecialV4);
  static const std::vector<IpNetwork> kV6 = parse_all(kSpecialV6);
  static const IpNetwork kGlobal = IpNetwork::parse(kGlobalV6).value();
  if (address.is_v4()) return !is_in(kV4, address);
  return kGlobal.contains(address) && !is_in(kV6, address);
}

bool carries_v4(const IpAddress& address) {
  static const IpNetwork kMapped = IpNetwork::parse("::ffff:0:0/96").value();
  return kMapped.contains(address) || is_translated(address);
}

bool is_translated(const IpAddress& address) {
  static const IpNetwork kTranslated = IpNetwork::parse("64:ff9b::/96").value();
  return kTranslated.contains(address);
}

}  // namespace chancery::http
