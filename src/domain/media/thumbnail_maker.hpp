// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The thumbnail maker port: an image in, a smaller one out, whatever the image does.

#include "domain/media/thumbnail_sizes.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <variant>

namespace chancery::media {

struct ThumbnailJob {
  // The image: asked for once, when its turn has come, so that what waits takes no memory.
  std::move_only_function<runtime::Task<std::string>()> read;
  ThumbnailSize size;
};

struct MadeThumbnail {
  std::string content_type;
  std::string bytes;
};
// The image is no larger than its thumbnail would be; it really is of this type.
struct OriginalWillDo {
  std::string content_type;
};
enum class NoThumbnail : std::uint8_t {
  not_an_image,  // none that is understood
  too_large,
  broke_maker,  // it crashed over this image
  late,         // it took too long: over this image, or because there was much to do
  not_now,      // too much to do, or the maker is not there: nothing to do with the image
};
struct ImageShape {
  std::string content_type;  // as it really is
  std::uint32_t width = 0;   // as it is shown
  std::uint32_t height = 0;
};
using MeasureResult = std::variant<ImageShape, NoThumbnail>;
using ThumbnailResult = std::variant<MadeThumbnail, OriginalWillDo, NoThumbnail>;

class ThumbnailMaker {
 public:
  virtual ~ThumbnailMaker() = default;
  // Throws what `read` throws.
  virtual runtime::Task<ThumbnailResult> make(ThumbnailJob job) = 0;
  virtual runtime::Task<MeasureResult> measure(std::string image) = 0;
};

}  // namespace chancery::media
