// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The registration files of application services that the configuration names.
//
// Failure: ConfigError with a line for each mistake in any of them.

#include "domain/appservices/registration.hpp"
#include "server/config.hpp"

#include <vector>

namespace chancery::server {

// A folder stands for the files in it that end in .yaml or .yml, by their names.
[[nodiscard]] std::vector<appservices::Registration> load_registrations(const Config& config);

}  // namespace chancery::server
