// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Named files: whether the certificates, keys and programs can be used that the configuration names
// by a path.
//
// A start ends at what cannot; `config check` tells it before, all of it at once.

#include "server/config_load.hpp"
#include "server/risks.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::server {

// Throws ConfigError with a line for each that cannot be used. What whoever asks may not read is no
// mistake, for the server may run as somebody else: it comes back, to be told.
[[nodiscard]] std::vector<Risk> check_named_files(const LoadedConfig& loaded);

// media.worker, or the program of that name beside this one.
[[nodiscard]] std::string worker_path(const Config& config);
// That no thumbnail will be made, where it is so.
[[nodiscard]] std::optional<Risk> find_worker_risk(const Config& config);

}  // namespace chancery::server
