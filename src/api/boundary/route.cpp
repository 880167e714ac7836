// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/route.hpp"

namespace chancery::boundary {

std::vector<std::string> v3_paths(std::string_view path) {
  return {fmt::format("/_matrix/client/v3{}", path), fmt::format("/_matrix/client/r0{}", path)};
}

std::vector<std::string> v1_paths(std::string_view path) {
  return {fmt::format("/_matrix/client/v1{}", path)};
}

}  // namespace chancery::boundary
