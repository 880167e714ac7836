// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Content-Disposition: whether a browser may show content, and what the file is
// called.
//
// Spec: RFC 6266, RFC 8187; client-server, "Serving inline content".

#include <optional>
#include <string>
#include <string_view>

namespace chancery::media_api {

// Whether a browser that shows content of this type runs nothing in it.
// Parameters do not count.
[[nodiscard]] bool may_be_shown(std::string_view content_type);

// Always one line of printable ASCII, whatever the name is. Text outside ASCII,
// and what quotes could hide, goes as filename*=utf-8''….
[[nodiscard]] std::string content_disposition(std::string_view content_type,
                                              const std::optional<std::string>& file_name);

}  // namespace chancery::media_api
