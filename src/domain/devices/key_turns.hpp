// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One change of a user's keys at a time.
//
// A client may sign its new device while the upload of that device's keys is still on its way to
// the disk: the signature then waits for what it signs. And of two first uploads of cross-signing
// keys, the second is no first one.

#include "protocol/identifiers.hpp"
#include "runtime/turnstiles.hpp"

namespace chancery::devices {

using KeyTurns = runtime::Turnstiles<protocol::UserId>;

}  // namespace chancery::devices
