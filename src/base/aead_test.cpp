// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/aead.hpp"

#include <doctest/doctest.h>

namespace chancery::base {
namespace {

const std::string kKey(32, 'k');
const std::string kNonce(12, 'n');

TEST_CASE("what is sealed opens under the same key and binding") {
  const std::string sealed = seal(kKey, kNonce, "a room", "a secret");

  CHECK(open_sealed(kKey, "a room", sealed) == "a secret");
  CHECK(sealed.find("a secret") == std::string::npos);
}

TEST_CASE("nothing opens under another key, another binding, or after a change of any byte") {
  const std::string sealed = seal(kKey, kNonce, "a room", "a secret");

  CHECK_FALSE(open_sealed(std::string(32, 'x'), "a room", sealed));
  CHECK_FALSE(open_sealed(kKey, "another room", sealed));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(open_sealed(kKey, "a room", changed));
  }
  CHECK_FALSE(open_sealed(kKey, "a room", sealed.substr(0, 20)));
  CHECK_FALSE(open_sealed(kKey, "a room", ""));
}

TEST_CASE("an empty secret is a secret") {
  CHECK(open_sealed(kKey, "", seal(kKey, kNonce, "", "")) == "");
}

}  // namespace
}  // namespace chancery::base
