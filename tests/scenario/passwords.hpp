// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The passwords of those who have one.

namespace chancery::scenario {

inline constexpr const char* kPassword = "correct horse battery";
inline constexpr const char* kNewPassword = "another horse, another battery";

}  // namespace chancery::scenario
