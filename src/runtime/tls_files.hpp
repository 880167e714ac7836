// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Files of TLS: what is wrong with them, before anything listens or connects.

#include "runtime/network.hpp"

#include <optional>
#include <string>

namespace chancery::runtime {

// Why a listener could not use certificate and key; absent: it can.
[[nodiscard]] std::optional<std::string> find_fault(const TlsFiles& files);
// Why certificates of authorities, in PEM, could not be trusted; absent: they can.
[[nodiscard]] std::optional<std::string> find_fault_of_authorities(const std::string& path);

}  // namespace chancery::runtime
