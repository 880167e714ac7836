// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/detail/frame_memory.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

namespace chancery::runtime::detail {

TEST_CASE("frames that are there at once lie apart, whatever their sizes") {
  std::vector<std::pair<unsigned char*, std::size_t>> frames;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t size = 1; size <= 5'000; size += 37) {
      auto* const frame = static_cast<unsigned char*>(take_frame(size));
      std::memset(frame, static_cast<int>(size % 251), size);
      frames.emplace_back(frame, size);
    }
    for (const auto& [frame, size] : frames) {
      for (std::size_t i = 0; i < size; ++i) REQUIRE(frame[i] == size % 251);
      give_frame(frame, size);
    }
    frames.clear();
  }
}

TEST_CASE("a frame may be given back on another thread, in any number") {
  std::vector<void*> frames;
  std::unordered_set<void*> different;
  for (int i = 0; i < 10'000; ++i) {
    frames.push_back(take_frame(200));
    different.insert(frames.back());
  }
  CHECK(different.size() == frames.size());

  std::thread([&frames] {
    for (void* const frame : frames) give_frame(frame, 200);
    give_frame(take_frame(200), 200);
  }).join();

  give_frame(take_frame(200), 200);
}

TEST_CASE("a frame may be given back by the last that its thread destroys") {
  struct Last {
    Last() = default;
    Last(const Last&) = delete;
    Last& operator=(const Last&) = delete;
    ~Last() {
      give_frame(frame, 200);
      give_frame(take_frame(200), 200);
    }
    void* frame = take_frame(200);
  };

  std::thread([] {
    static thread_local Last last;
    CHECK(last.frame != nullptr);
    give_frame(take_frame(64), 64);  // from here on the thread keeps some
  }).join();
}

}  // namespace chancery::runtime::detail
