// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The random port: unpredictable bytes for keys, tokens and salts.
//
// Concurrency: any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::runtime {

class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::string bytes(std::size_t count) = 0;

  // `length` characters of A-Z a-z 0-9, about 5.95 bits each.
  [[nodiscard]] std::string alphanumeric(std::size_t length);
  // `length` characters of `alphabet`, without bias.
  [[nodiscard]] std::string characters(std::size_t length, std::string_view alphabet);
};

// The kernel's generator, by libsodium.
class SystemRandom final : public Random {
 public:
  [[nodiscard]] std::string bytes(std::size_t count) override;
};

}  // namespace chancery::runtime
