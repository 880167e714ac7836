// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pictures for tests: small true images, and some that lie about their size.

#include "media_worker/wire/messages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::support {

struct Sides {
  int width = 0;
  int height = 0;
  friend bool operator==(const Sides&, const Sides&) = default;
};

// A gradient. As GIF or WebP of several `pages` it moves.
[[nodiscard]] std::string make_picture(media_wire::Format format, Sides sides, int pages = 1);
// A PNG that moves, as browsers show it: libvips knows of its first picture alone.
[[nodiscard]] std::string make_moving_png(Sides sides);
// A JPEG that is to be shown turned by a quarter, and that says where it was taken.
[[nodiscard]] std::string make_turned_jpeg(Sides sides);
// A PNG of a few bytes whose head says that it is this large.
[[nodiscard]] std::string make_png_bomb(std::uint32_t width, std::uint32_t height);
// Absent when `text` is no image.
[[nodiscard]] std::optional<Sides> sides_of(std::string_view text);

}  // namespace chancery::support
