// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memory for the frames of coroutines, of which a request takes dozens, for a moment each.
//
// A block that is given back stays with the thread and is the next to be taken, so that it is still
// in the processor's caches. A thread keeps a bounded number of each size; large frames, and
// everything under a sanitizer, go to the allocator.
//
// Concurrency: any thread; a block may be given back on another thread than took it.

#include <cstddef>

namespace chancery::runtime::detail {

// Never null. Throws std::bad_alloc.
[[nodiscard]] void* take_frame(std::size_t size);
// `size`: as it was taken.
void give_frame(void* frame, std::size_t size) noexcept;

// A base of promises: the coroutine's frame comes from here.
struct FrameOwner {
  static void* operator new(std::size_t size) { return take_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { give_frame(frame, size); }
};

}  // namespace chancery::runtime::detail
