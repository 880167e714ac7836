// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a configuration dares: settings that are right for some servers and a mistake on others.
//
// They are told at each start, so that nobody runs them without having been told.

#include "server/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chancery::server {

struct Risk {
  std::string_view event;  // as it stands in the log
  std::string where;       // the address of a listener, or the key
  std::string_view advice;
  friend bool operator==(const Risk&, const Risk&) = default;
};

[[nodiscard]] std::vector<Risk> find_risks(const Config& config);

}  // namespace chancery::server
