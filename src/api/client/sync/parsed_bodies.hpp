// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parsed bodies of sliding sync, by their text: a client repeats itself while it waits, and most
// clients of a kind say the same. Their rules are then one for all of them.
//
// Kept are bodies that name no place in a stream or connection: others come once.
//
// Concurrency: any thread. A full cache starts again empty.

#include "domain/sync/sliding_request.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chancery::client {

class ParsedBodies {
 public:
  // A longer one is parsed each time.
  static constexpr std::size_t kMostBytes = 4'096;
  static constexpr std::size_t kMostKept = 512;

  explicit ParsedBodies(sync::SlidingFace face) : face_(face) {}

  // "" is as good as {}. Throws ApiError when the text is no body of that face.
  [[nodiscard]] sync::SlidingBody get(const std::string& text);
  [[nodiscard]] std::size_t size() const;

 private:
  const sync::SlidingFace face_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, sync::SlidingBody> kept_;
};

}  // namespace chancery::client
