// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The port through which pushers ask whether a mail address is a person's own; server/ answers it
// from the addresses of accounts.

#include "domain/mail/address.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

namespace chancery::push {

class OwnAddresses {
 public:
  virtual ~OwnAddresses() = default;
  virtual runtime::Task<bool> owns(protocol::UserId user, mail::Address address) = 0;
};

}  // namespace chancery::push
