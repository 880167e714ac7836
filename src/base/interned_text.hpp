// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Interned text: what many hold is kept once in the process.
//
// For names that are copied, compared and looked up all the time. A copy counts one holder more,
// two are equal where they are in the same place, and the hash is known: no letter is read for
// any of it. Making one from letters takes a look-up under a lock.
//
// Concurrency: any thread.
// Memory:      8 bytes each; the text, with some 120 bytes beside it, for as long as anybody
//              holds it.

#include <atomic>
#include <cstddef>
#include <string>
#include <utility>

namespace chancery::base {

class InternedText {
 public:
  InternedText() = default;  // ""
  // Throws std::bad_alloc.
  explicit InternedText(std::string text);

  InternedText(const InternedText& other) noexcept : entry_(other.entry_) {
    // Whoever is copied holds it meanwhile, so that there is nothing to order this against.
    if (entry_ != nullptr) entry_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  InternedText(InternedText&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  InternedText& operator=(const InternedText& other) noexcept {
    InternedText(other).swap(*this);
    return *this;
  }
  InternedText& operator=(InternedText&& other) noexcept {
    InternedText(std::move(other)).swap(*this);
    return *this;
  }
  ~InternedText() {
    if (entry_ != nullptr) let_go(*entry_);
  }
  void swap(InternedText& other) noexcept { std::swap(entry_, other.entry_); }

  // Valid for as long as any holder of the same text lives.
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] bool empty() const { return entry_ == nullptr; }
  // That of std::hash for the text; 0 for the empty one.
  [[nodiscard]] std::size_t hash() const { return entry_ == nullptr ? 0 : entry_->hash; }

  friend bool operator==(const InternedText&, const InternedText&) = default;

 private:
  struct Entry {
    const std::string text;
    const std::size_t hash;
    std::atomic<std::size_t> holders;
  };
  class Table;
  static void let_go(Entry& entry) noexcept;

  Entry* entry_ = nullptr;
};

}  // namespace chancery::base
