// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The check of what must hold whatever a stranger sends: on in every build, never on input.

namespace chancery::base {

// Writes the broken condition and its place to stderr and aborts.
[[noreturn]] void fail_assertion(const char* condition, const char* file, int line);

}  // namespace chancery::base

#define CHANCERY_ASSERT(condition) \
  ((condition) ? void() : ::chancery::base::fail_assertion(#condition, __FILE__, __LINE__))
