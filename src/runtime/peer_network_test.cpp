// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/peer_network.hpp"

#include <doctest/doctest.h>

namespace chancery::runtime {

TEST_CASE("all addresses of a household's network have one name") {
  CHECK(network_of("2001:db8:0:1::1") == "2001:db8:0:1::/64");
  CHECK(network_of("2001:db8:0:1:ffff:ffff:ffff:ffff") == "2001:db8:0:1::/64");
  CHECK(network_of("2001:0DB8::1:2:3:4:5") == network_of("2001:db8::1:0:0:0:9"));
  CHECK(network_of("2001:db8:0:2::1") != network_of("2001:db8:0:1::1"));
  CHECK(network_of("fe80::1%eth0") == "fe80::/64");
}

TEST_CASE("an IPv4 address is its own name, by whatever socket it came") {
  CHECK(network_of("192.0.2.1") == "192.0.2.1");
  CHECK(network_of("::ffff:192.0.2.1") == "192.0.2.1");
  CHECK(network_of("::FFFF:c000:0201") == "192.0.2.1");
}

TEST_CASE("what is no address stays as it is") {
  CHECK(network_of("").empty());
  CHECK(network_of("nobody") == "nobody");
  CHECK(network_of("a:b") == "a:b");
}

}  // namespace chancery::runtime
