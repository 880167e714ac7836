// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the server says of itself to whoever asks, from the configuration.

#include "api/client/accounts/routes.hpp"
#include "server/config.hpp"

namespace chancery::server {

[[nodiscard]] client::PublicFace public_face(const Config& config);

}  // namespace chancery::server
