// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Loading the configuration: file, then environment, then command line; the later one wins.
//
// Failure: ConfigError with every mistake found, one line each.

#include "server/config.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::server {

struct ConfigSources {
  std::optional<std::string> file;  // must be readable
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::pair<std::string, std::string>> overrides;  // --set KEY=VALUE and its like
  std::vector<std::string> listen;                             // --listen, replaces all listeners
  std::string credentials_folder;                              // systemd's; empty: none
};

struct LoadedConfig {
  Config values;
  // Where each key that is not at its default came from: "chancery.toml:12".
  std::map<std::string, std::string, std::less<>> origins;
};

[[nodiscard]] LoadedConfig load_config(const ConfigSources& sources);

// The variables of the process that begin with CHANCERY_.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_environment();
// The folder of the credentials that systemd gave to the process; empty when it gave none.
[[nodiscard]] std::string find_credentials_folder();
// The file to read when none was named: CHANCERY_CONFIG, ./chancery.toml,
// /etc/chancery/chancery.toml; absent when there is none.
[[nodiscard]] std::optional<std::string> find_config_file();

}  // namespace chancery::server
