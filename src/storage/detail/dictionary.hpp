// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The compression dictionary of events, built into the program.
//
// Spec: docs/decisions/0007-compression-dictionary.md.

#include <string_view>

namespace chancery::storage::detail {

// src/storage/dictionary/events-1.zstd-dict. Never changed: a new one is events-2, with a number of
// its own in the record's header.
std::string_view events_dictionary();

}  // namespace chancery::storage::detail
