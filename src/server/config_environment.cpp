// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/config_load.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace chancery::server {
namespace {

// Null: not set. Called before any thread starts, so that nobody changes the environment meanwhile.
const char* find_variable(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_environment() {
  std::vector<std::pair<std::string, std::string>> found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (!text.starts_with("CHANCERY_") || equals == std::string_view::npos) continue;
    found.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return found;
}

std::string find_credentials_folder() {
  const char* folder = find_variable("CREDENTIALS_DIRECTORY");
  return folder == nullptr ? "" : folder;
}

std::optional<std::string> find_config_file() {
  if (const char* named = find_variable("CHANCERY_CONFIG"); named != nullptr && *named != '\0') {
    return named;
  }
  for (const char* path : {"chancery.toml", "/etc/chancery/chancery.toml"}) {
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) return path;
  }
  return std::nullopt;
}

}  // namespace chancery::server
