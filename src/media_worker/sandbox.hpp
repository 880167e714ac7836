// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sandbox of the media worker: what it gives up before it reads a byte of a stranger's.
//
// After both steps it can read and write what is open, use memory and threads up to a limit, and
// end. Opening, connecting, starting programs and executable memory end it at once.
//
// Failure: SandboxError: then the worker must not go on.

#include <stdexcept>

namespace chancery::media_worker {

struct SandboxError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// First, before threads: limits on memory, time and files, no new privileges, death with the
// parent. Files can still be opened, for the libraries that start.
void limit_resources();
// Then, for every thread: the filter of system calls.
void filter_system_calls();

}  // namespace chancery::media_worker
