// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The input buffer of a connection: bytes received and not yet used. It holds no memory while it
// is empty, so that an idle connection is small.

#include "http/detail/buffer_shelf.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace chancery::http::detail {

class InputBuffer {
 public:
  InputBuffer() = default;
  // Takes its memory from there. Lifetime: `shelf` outlives it.
  explicit InputBuffer(BufferShelf& shelf) : shelf_(&shelf) {}

  [[nodiscard]] std::string_view bytes() const { return {memory_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] bool is_empty() const { return begin_ == end_; }

  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Space for reading into; there is always some.
  [[nodiscard]] std::span<char> room() {
    if (end_ == capacity_) make_room();
    return {memory_.get() + end_, capacity_ - end_};
  }
  void add(std::size_t count) { end_ += count; }

  void release() {
    if (!is_empty()) return;
    if (shelf_ != nullptr && capacity_ == BufferShelf::kBlock) {
      shelf_->put_block(std::move(memory_));
    }
    memory_.reset();
    begin_ = end_ = capacity_ = 0;
  }

 private:
  void make_room() {
    const std::size_t held = end_ - begin_;
    const std::size_t capacity =
        std::max(BufferShelf::kBlock, begin_ > 0 ? capacity_ : capacity_ * 2);
    auto fresh = shelf_ != nullptr && capacity == BufferShelf::kBlock
                     ? shelf_->take_block()
                     : std::make_unique_for_overwrite<char[]>(capacity);
    if (held > 0) std::memcpy(fresh.get(), memory_.get() + begin_, held);
    memory_ = std::move(fresh);
    capacity_ = capacity;
    begin_ = 0;
    end_ = held;
  }

  BufferShelf* shelf_ = nullptr;
  std::unique_ptr<char[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace chancery::http::detail
