// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files of terms in the folder that the configuration names.
//
// Failure: ConfigError with a line for each mistake in any of them.

#include "domain/accounts/terms.hpp"
#include "server/config.hpp"
#include "server/config_load.hpp"

namespace chancery::server {

// Of the files in registration.terms that end in .txt. None where no folder is named.
[[nodiscard]] accounts::Terms load_terms(const Config& config);
// Reads them for the mistakes alone, which then begin with where the folder was named.
void check_terms(const LoadedConfig& loaded);

}  // namespace chancery::server
