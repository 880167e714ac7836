// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Letters of any script, folded for names that are compared without case.
//
// Concurrency: any thread.
// Spec:        Unicode UAX #15 (NFC), CaseFolding.txt (simple folding, which keeps each letter
// one).

#include <optional>
#include <string>
#include <string_view>

namespace chancery::base {

// In NFC and without case; folding it again changes nothing. Absent when `text` is no UTF-8, or has
// anything beyond ASCII that is no letter, mark or number: what cannot be seen, turns the direction
// of text or breaks a line.
[[nodiscard]] std::optional<std::string> fold_letters(std::string_view text);

}  // namespace chancery::base
