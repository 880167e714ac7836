// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/token_cache.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

const TokenHash kOne("one");
const TokenHash kTwo("two");

CachedTokenPtr token_of(const std::string& user, const std::string& device) {
  auto token = std::make_shared<CachedToken>();
  token->session.user = protocol::UserId::trusted(user);
  token->session.device = protocol::DeviceId::trusted(device);
  return token;
}

TEST_CASE("forgetting a device leaves the person's other devices") {
  TokenCache cache(100);
  cache.put(kOne, token_of("@a:x", "A"), cache.ticket());
  cache.put(kTwo, token_of("@a:x", "B"), cache.ticket());
  cache.forget(protocol::UserId::trusted("@a:x"), protocol::DeviceId::trusted("A"));

  CHECK(cache.find(kOne) == nullptr);
  CHECK(cache.find(kTwo) != nullptr);
  cache.forget(protocol::UserId::trusted("@a:x"));
  CHECK(cache.find(kTwo) == nullptr);
}

TEST_CASE("what was loaded before something was forgotten is not kept") {
  TokenCache cache(100);
  const std::uint64_t ticket = cache.ticket();
  cache.forget(protocol::UserId::trusted("@a:x"));
  cache.put(kOne, token_of("@a:x", "A"), ticket);
  CHECK(cache.find(kOne) == nullptr);
}

TEST_CASE("the cache never holds more than it may") {
  TokenCache cache(10);
  for (int i = 0; i < 100; ++i) {
    cache.put(TokenHash(std::to_string(i)), token_of("@a:x", "A"), cache.ticket());
  }
  int held = 0;
  for (int i = 0; i < 100; ++i) {
    if (cache.find(TokenHash(std::to_string(i))) != nullptr) ++held;
  }
  CHECK(held > 0);
  CHECK(held <= 10);
}

}  // namespace
}  // namespace chancery::accounts
