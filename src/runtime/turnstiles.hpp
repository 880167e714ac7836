// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Turnstiles by key: one task at a time for each key, without an object for each key.
//
// Keys share a fixed number of turnstiles, so two keys may wait for each other: a task that is
// inside may not enter again, for whichever key.
//
// Concurrency: any thread.

#include "runtime/wait.hpp"

#include <array>
#include <cstddef>
#include <functional>

namespace chancery::runtime {

template <typename Key, std::size_t kStripes = 64>
class Turnstiles {
 public:
  Task<Turnstile::Turn> enter(const Key& key) {
    return stripes_[std::hash<Key>{}(key) % kStripes].enter();
  }

 private:
  std::array<Turnstile, kStripes> stripes_;
};

}  // namespace chancery::runtime
