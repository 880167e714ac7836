// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/thumbnail_sizes.hpp"

#include <doctest/doctest.h>

namespace chancery::media {

TEST_CASE("the smallest size that covers the request is chosen") {
  using enum ThumbnailForm;

  CHECK(find_size({1, 1, crop}) == ThumbnailSize{32, 32, crop});
  CHECK(find_size({32, 33, crop}) == ThumbnailSize{96, 96, crop});
  CHECK(find_size({1, 1, scale}) == ThumbnailSize{320, 240, scale});
  CHECK(find_size({320, 241, scale}) == ThumbnailSize{640, 480, scale});
  CHECK(find_size({800, 600, animated}) == ThumbnailSize{800, 600, animated});
}

TEST_CASE("what is larger than any thumbnail is the original's to answer") {
  CHECK_FALSE(find_size({801, 1, ThumbnailForm::scale}));
  CHECK_FALSE(find_size({1, 481, ThumbnailForm::crop}));
  CHECK_FALSE(find_size({INT64_MAX, INT64_MAX, ThumbnailForm::scale}));
}

}  // namespace chancery::media
