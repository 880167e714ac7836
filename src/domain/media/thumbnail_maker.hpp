// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The thumbnail maker port: an image in, a smaller one out, whatever the image does.

#include "domain/media/thumbnail_sizes.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace chancery::media {

struct ThumbnailJob {
  std::string image;
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
  broke_maker,  // it crashed over this image, or took too long
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
  virtual runtime::Task<ThumbnailResult> make(ThumbnailJob job) = 0;
  virtual runtime::Task<MeasureResult> measure(std::string image) = 0;
};

}  // namespace chancery::media
