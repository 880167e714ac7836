// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/client_address.hpp"

#include <doctest/doctest.h>

namespace chancery::server {
namespace {
const std::vector<std::string> kProxies{"10.0.0.1", "10.0.0.2"};
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

TEST_CASE("what is no address in the header ends the search") {
  CHECK(find_client_address("10.0.0.1", "6.6.6.6, unknown", kProxies) == "10.0.0.1");
  CHECK(find_client_address("10.0.0.1", "", kProxies) == "10.0.0.1");
  CHECK(find_client_address("10.0.0.1", ",,", kProxies) == "10.0.0.1");
}

}  // namespace chancery::server
