// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/thumbnail_sizes.hpp"

#include <array>

namespace chancery::media {
namespace {

struct Sides {
  std::int64_t width;
  std::int64_t height;
};
// Small first. The specification's five, and crops for larger avatars.
constexpr std::array kCrops{Sides{32, 32}, Sides{96, 96}, Sides{240, 240}, Sides{480, 480}};
constexpr std::array kScales{Sides{320, 240}, Sides{640, 480}, Sides{800, 600}};

template <typename Sizes>
std::optional<ThumbnailSize> find_in(const Sizes& sizes, const ThumbnailSize& wanted) {
  for (const Sides& each : sizes) {
    if (each.width >= wanted.width && each.height >= wanted.height) {
      return ThumbnailSize{.width = each.width, .height = each.height, .form = wanted.form};
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view form_name(ThumbnailForm form) {
  switch (form) {
    case ThumbnailForm::crop:
      return "crop";
    case ThumbnailForm::animated:
      return "animated";
    case ThumbnailForm::still:
      return "still";
    case ThumbnailForm::scale:
      break;
  }
  return "scale";
}

std::optional<ThumbnailSize> find_size(const ThumbnailSize& wanted) {
  return wanted.form == ThumbnailForm::crop ? find_in(kCrops, wanted) : find_in(kScales, wanted);
}

}  // namespace chancery::media
