// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Serving: from a configuration to a program that answers, until a signal ends it.

#include "server/config.hpp"

#include <functional>
#include <string>
#include <vector>

namespace chancery::server {

// What an operator wants to know when the server listens.
struct Greeting {
  std::string server_name;
  std::vector<std::string> addresses;  // "http://127.0.0.1:8008"
  std::string setup_link;              // works once; empty when there is an account already
};

// Returns when the server has stopped, with everything written. `greet` is called when it
// listens. Throws what keeps it from starting: storage::StorageError, keys::KeyFileError,
// runtime::ListenError.
void serve(const Config& config, const std::function<void(const Greeting&)>& greet);

}  // namespace chancery::server
