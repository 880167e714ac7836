// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text without its letter case, for comparisons that people expect to ignore it.
//
// Folds ASCII, Latin, Greek and Cyrillic letters; all others are themselves. A folded text is as
// long as the text, so that positions in it are positions in the text.

#include <string>
#include <string_view>

namespace chancery::protocol {

[[nodiscard]] std::string fold_case(std::string_view text);

}  // namespace chancery::protocol
