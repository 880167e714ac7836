// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/detail/frame_memory.hpp"

#include <array>
#include <cstdint>
#include <new>

namespace chancery::runtime::detail {
namespace {

// Sizes go by steps of a cache line, up to what the frames of a hot path have.
constexpr std::size_t kStep = 64;
constexpr std::size_t kSizes = 96;
// A thread keeps so many bytes of each size at most: 6 MiB in all.
constexpr std::size_t kMostOfASize = std::size_t{64} * 1'024;

// Of clang, which alone builds this.
constexpr bool kKeeps = !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);

struct Free {
  Free* next;
};

struct List {
  Free* first = nullptr;
  std::size_t count = 0;
};

// The blocks that a thread keeps. Without a destructor: coroutines may end in other objects of the
// thread that are destroyed after the closer below, and by then it keeps nothing.
class Kept {
 public:
  void* take(std::size_t index) {
    List& list = lists_[index];
    return list.first != nullptr ? take(list) : ::operator new(size_of(index));
  }
  void give(void* block, std::size_t index) {
    List& list = lists_[index];
    const bool has_place = (list.count + 1) * size_of(index) <= kMostOfASize;
    if (!has_place || (stage_ != Stage::open && !open())) {
      ::operator delete(block, size_of(index));
      return;
    }
    list.first = ::new (block) Free{list.first};
    ++list.count;
  }
  void close() {
    for (std::size_t i = 0; i < kSizes; ++i) {
      List& list = lists_[i];
      while (list.first != nullptr) ::operator delete(take(list), size_of(i));
    }
    stage_ = Stage::closed;
  }

 private:
  enum class Stage : std::uint8_t { fresh, open, closed };

  static constexpr std::size_t size_of(std::size_t index) { return (index + 1) * kStep; }
  static void* take(List& list) {
    Free* const block = list.first;
    list.first = block->next;
    --list.count;
    return block;
  }
  // False when the thread ends. The first block that is kept has the closer made.
  bool open();

  std::array<List, kSizes> lists_;
  Stage stage_ = Stage::fresh;
};

constinit thread_local Kept kept;

// Gives back what its thread keeps, when that ends.
struct Closer {
  Closer() = default;
  ~Closer() { kept.close(); }
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
};

bool Kept::open() {
  if (stage_ == Stage::closed) return false;
  static thread_local Closer closer;
  stage_ = Stage::open;
  return true;
}

// Beyond kSizes for those that go to the allocator.
constexpr std::size_t index_of(std::size_t size) { return (size - 1) / kStep; }

}  // namespace

void* take_frame(std::size_t size) {
  if (!kKeeps || index_of(size) >= kSizes) return ::operator new(size);
  return kept.take(index_of(size));
}

void give_frame(void* frame, std::size_t size) noexcept {
  if (!kKeeps || index_of(size) >= kSizes) {
    ::operator delete(frame, size);
    return;
  }
  kept.give(frame, index_of(size));
}

}  // namespace chancery::runtime::detail
