// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rows of the old paths, which need no token and answer only where the operator allows that.

#include "api/media/routes.hpp"

#include <string_view>

namespace chancery::media_api {

// A row for `below` ("download/{serverName}/{mediaId}") under each of the old versions. Closed, it
// answers M_NOT_FOUND and `endpoint` is not asked.
[[nodiscard]] boundary::Route legacy_route(boundary::Spec spec, std::string_view below,
                                           LegacyPaths legacy, boundary::Endpoint endpoint);

}  // namespace chancery::media_api
