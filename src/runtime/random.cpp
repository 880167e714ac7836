// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/random.hpp"

#include "base/assert.hpp"

#include <sodium.h>

#include <algorithm>

namespace chancery::runtime {

std::string Random::alphanumeric(std::size_t length) {
  return characters(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}

std::string Random::characters(std::size_t length, std::string_view alphabet) {
  CHANCERY_ASSERT(!alphabet.empty() && alphabet.size() <= 256);
  // Bytes from `fair` on would favour the first characters of the alphabet: they are thrown away.
  const std::size_t fair = 256 - 256 % alphabet.size();
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    for (const char byte : bytes(length - text.size())) {
      const auto number = static_cast<unsigned char>(byte);
      if (number < fair) text.push_back(alphabet[number % alphabet.size()]);
    }
  }
  return text;
}

std::string SystemRandom::bytes(std::size_t count) {
  static const int ready = sodium_init();
  CHANCERY_ASSERT(ready >= 0);
  std::string text(count, '\0');
  randombytes_buf(text.data(), text.size());
  return text;
}

}  // namespace chancery::runtime
