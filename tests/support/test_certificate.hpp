// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Self-signed certificates for tests.

#include "runtime/network.hpp"

#include <string>

namespace chancery::support {

// Writes a new key and a certificate for `name` (a DNS name) into `folder`. Calling it again
// replaces both.
runtime::TlsFiles write_certificate(const std::string& folder, const std::string& name);

}  // namespace chancery::support
