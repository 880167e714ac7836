// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/client_address.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace chancery::server {
namespace {
http::DestinationList list(const std::vector<std::string>& entries) {
  return http::DestinationList::parse(entries).value();
}
const http::DestinationList kProxies = list({"10.0.0.1", "10.0.0.2"});
}  // namespace

TEST_CASE("without a trusted proxy the header is not believed") {
  CHECK(find_client_address("192.0.2.1", "1.2.3.4", kProxies) == "192.0.2.1");
  CHECK(find_client_address("10.0.0.1", "1.2.3.4", {}) == "10.0.0.1");
}

TEST_CASE("behind trusted proxies the client is the last address that is none of them") {
  CHECK(find_client_address("10.0.0.1", "192.0.2.7", kProxies) == "192.0.2.7");
  CHECK(find_client_address("10.0.0.1", "6.6.6.6, 192.0.2.7, 10.0.0.2", kProxies) == "192.0.2.7");
  CHECK(find_client_address("::ffff:10.0.0.1", "2001:db8::1", kProxies) == "2001:db8::1");
}

TEST_CASE("a network stands for each of its proxies, however their addresses are written") {
  const http::DestinationList networks = list({"10.0.0.0/8", "fd00::/8", "2001:db8::1"});
  CHECK(find_client_address("10.1.2.3", "192.0.2.7, 10.9.9.9", networks) == "192.0.2.7");
  CHECK(find_client_address("::ffff:10.1.2.3", "192.0.2.7", networks) == "192.0.2.7");
  CHECK(find_client_address("fd00::5", "192.0.2.7", networks) == "192.0.2.7");
  CHECK(find_client_address("2001:DB8:0::1", "192.0.2.7", networks) == "192.0.2.7");
  CHECK(find_client_address("11.1.2.3", "192.0.2.7", networks) == "11.1.2.3");
  CHECK(find_client_address("64:ff9b::10.1.2.3", "192.0.2.7", networks) == "64:ff9b::10.1.2.3");
  CHECK(find_client_address("10.0.0.1", "192.0.2.7", list({})) == "10.0.0.1");
}

TEST_CASE("what is no address in the header ends the search") {
  CHECK(find_client_address("10.0.0.1", "6.6.6.6, unknown", kProxies) == "10.0.0.1");
  CHECK(find_client_address("10.0.0.1", "", kProxies) == "10.0.0.1");
  CHECK(find_client_address("10.0.0.1", ",,", kProxies) == "10.0.0.1");
}

}  // namespace chancery::server
