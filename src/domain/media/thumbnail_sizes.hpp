// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Thumbnail sizes: the few that are made, and which of them answers a request.
//
// Spec: client-server, "Thumbnails". Never smaller than asked for; where nothing that is made is
//       large enough, the original answers.

#include <cstdint>
#include <optional>
#include <string_view>

namespace chancery::media {

// still: the first picture of what moves, as large as it is; never asked for by clients.
enum class ThumbnailForm : std::uint8_t { scale, crop, animated, still };
// As in storage::ThumbnailKey.
[[nodiscard]] std::string_view form_name(ThumbnailForm form);

struct ThumbnailSize {
  std::int64_t width = 0;
  std::int64_t height = 0;
  ThumbnailForm form = ThumbnailForm::scale;
  friend bool operator==(const ThumbnailSize&, const ThumbnailSize&) = default;
};

// The smallest that covers `wanted`; absent: only the original does.
[[nodiscard]] std::optional<ThumbnailSize> find_size(const ThumbnailSize& wanted);

}  // namespace chancery::media
