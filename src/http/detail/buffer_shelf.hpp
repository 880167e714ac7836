// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The buffer shelf: memory for reading and writing that one connection lays down and the next one
// takes up, so that a request costs no allocation of it and an idle connection holds none.
//
// Concurrency: one scheduler.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace chancery::http::detail {

class BufferShelf {
 public:
  static constexpr std::size_t kBlock = 4096;
  using Block = std::unique_ptr<char[]>;

  // So many bytes, with anything in them.
  [[nodiscard]] Block take_block() {
    return block_ ? std::move(block_) : std::make_unique_for_overwrite<char[]>(kBlock);
  }
  void put_block(Block block) { block_ = std::move(block); }

  // Empty, with what room the last one had.
  [[nodiscard]] std::string take_text() { return std::exchange(text_, {}); }
  void put_text(std::string text) {
    if (text.capacity() > kLongestText || text.capacity() <= text_.capacity()) return;
    text.clear();
    text_ = std::move(text);
  }

 private:
  static constexpr std::size_t kLongestText = 32 * 1024;

  Block block_;
  std::string text_;
};

}  // namespace chancery::http::detail
