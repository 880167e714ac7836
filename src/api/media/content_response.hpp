// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Content as a response: headers that let a browser do no harm with it, ranges,
// and the bytes.

#include "api/boundary/call.hpp"
#include "domain/media/media.hpp"
#include "domain/media/thumbnail_sizes.hpp"
#include "http/message.hpp"

namespace chancery::media_api {

// 200, 206 for a range, 304 where the client has it, 416.
[[nodiscard]] http::Response content_response(boundary::Call& call, media::Content content);

// What the path and the query ask for. M_INVALID_PARAM for what makes no sense.
[[nodiscard]] media::MediaName media_name(const boundary::Call& call);
[[nodiscard]] media::Patience patience_of(boundary::Call& call);
[[nodiscard]] media::ThumbnailSize thumbnail_size(const boundary::Call& call);

}  // namespace chancery::media_api
