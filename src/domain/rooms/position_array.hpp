// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One position for each room, in pages that are never moved: read and written without a lock.
//
// Concurrency: any thread.

#include "base/assert.hpp"
#include "storage/positions.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace chancery::rooms {

class PositionArray {
 public:
  PositionArray() = default;
  ~PositionArray() {
    for (std::atomic<Page*>& page : pages_) delete page.load();
  }
  PositionArray(const PositionArray&) = delete;
  PositionArray& operator=(const PositionArray&) = delete;

  // 0: never set.
  [[nodiscard]] storage::StreamPosition get(storage::RoomNumber room) const {
    const Page* page = pages_.at(room.value / kPageSize).load(std::memory_order_acquire);
    if (page == nullptr) return {};
    return {page->at(room.value % kPageSize).load(std::memory_order_relaxed)};
  }
  void set(storage::RoomNumber room, storage::StreamPosition position) {
    std::atomic<Page*>& slot = pages_.at(room.value / kPageSize);
    Page* page = slot.load(std::memory_order_acquire);
    if (page == nullptr) {
      auto made = std::make_unique<Page>();
      if (slot.compare_exchange_strong(page, made.get())) page = made.release();
    }
    page->at(room.value % kPageSize).store(position.value, std::memory_order_relaxed);
  }

 private:
  static constexpr std::size_t kPageSize = 1'024;
  static constexpr std::size_t kPages = 16'384;  // 16 million rooms
  using Page = std::array<std::atomic<std::uint64_t>, kPageSize>;
  std::array<std::atomic<Page*>, kPages> pages_{};
};

}  // namespace chancery::rooms
