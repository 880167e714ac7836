// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Dates: points in time as people and other programs read them, in UTC.

#include "base/time.hpp"

#include <string>

namespace chancery::base {

// "2026-11-29"
[[nodiscard]] std::string day_text(Timestamp at);
// "2026-11-29T05:24:25Z"
[[nodiscard]] std::string moment_text(Timestamp at);
// "2026-11-29T05:24:25.123Z"
[[nodiscard]] std::string exact_moment_text(Timestamp at);
// RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"
[[nodiscard]] std::string http_date(Timestamp at);
// RFC 5322 3.3: "Sun, 06 Nov 1994 08:49:37 +0000"
[[nodiscard]] std::string mail_date(Timestamp at);

}  // namespace chancery::base
