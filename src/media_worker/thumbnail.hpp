// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Thumbnails made by libvips: PNG, JPEG, GIF and WebP in, the same or PNG out, nothing else.
//
// The size of an image is read from its head and judged before a pixel is decoded. What cameras
// write beside the pixels (place, time, device) is not in the thumbnail.
//
// Concurrency: one thread calls; libvips uses one more.

#include "media_worker/wire/messages.hpp"

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace chancery::media_worker {

inline constexpr std::uint64_t kMostPixels = 50'000'000;
inline constexpr std::uint64_t kMostImageBytes = 64ULL * 1024 * 1024;

struct StartError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Once, before the sandbox closes: starts libvips with four loaders, all others blocked, and runs
// each once, so that nothing is left to be loaded. Throws StartError.
void start_vips();

// What the first bytes say.
[[nodiscard]] media_wire::Format format_of(std::string_view image);

[[nodiscard]] media_wire::Reply make_thumbnail(const media_wire::JobHead& job,
                                               std::string_view image);

}  // namespace chancery::media_worker
