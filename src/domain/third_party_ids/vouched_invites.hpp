// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Vouched invites: what an identity server pushes when somebody proves an address to which there
// were invites.
//
// Anyone may push; what counts is the signature of each invite, which the auth rules hold against
// the keys that stand in the room. Nobody learns who has an account here, or what rooms there are.
//
// Concurrency: any scheduler.
// Failure:     StorageError. An invite that comes to nothing is passed over.
// Spec:        server-server, "PUT /_matrix/federation/v1/3pid/onbind".

#include "domain/accounts/accounts.hpp"
#include "domain/third_party_ids/address_invites.hpp"

#include <vector>

namespace chancery::third_party_ids {

class VouchedInvites {
 public:
  static constexpr std::size_t kMost = 100;

  VouchedInvites(AddressInvites& invites, accounts::Accounts& accounts)
      : invites_(invites), accounts_(accounts) {}

  struct Invite {
    protocol::RoomId room;
    base::JsonObject signed_part;
  };
  // Of this server's people: `user` is invited to each room; the first kMost of them.
  runtime::Task<> accept_all(protocol::UserId user, std::vector<Invite> invites);

 private:
  AddressInvites& invites_;
  accounts::Accounts& accounts_;
};

}  // namespace chancery::third_party_ids
