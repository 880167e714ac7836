// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Invites by address: to whoever an identity server knows by it, or to whoever proves it there
// later.
//
// Concurrency: any scheduler.
// Failure:     ApiError, as of the acts that they are made of.
// Spec:        client-server, "Third-party Invites": m.room.third_party_invite,
//              third_party_signed.

#include "base/json.hpp"
#include "domain/rooms/actor.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/sending.hpp"
#include "domain/third_party_ids/identity_servers.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"
#include "storage/accounts.hpp"

#include <optional>
#include <string>

namespace chancery::third_party_ids {

class AddressInvites {
 public:
  struct Ports {
    rooms::Rooms& rooms;
    rooms::Sending& sending;
    rooms::MemberActs& members;
    storage::AccountStore& accounts;
    IdentityServers& identity;
    protocol::ServerName server;
  };
  explicit AddressInvites(Ports ports) : ports_(std::move(ports)) {}

  struct Request {
    protocol::RoomId room;
    IdentityServers::Account account;
    std::string medium;
    std::string address;
    rooms::InviteRequest::Direct direct = rooms::InviteRequest::Direct::no;
  };
  // Throws ApiError when it can never be: another medium, an identity server that is not listed.
  void require_allowed(const Request& request) const;
  runtime::Task<> invite(rooms::Actor actor, Request request, runtime::CancelToken cancel);

  // The same in two parts, for a room that is yet to be made: first whose address it is, absent
  // when nobody's, which ends here where the identity server does not say; then the invite.
  struct Found {
    Request request;
    std::optional<protocol::UserId> user;
  };
  runtime::Task<Found> look_up(Request request, runtime::CancelToken cancel);
  runtime::Task<> invite(rooms::Actor actor, Found found, runtime::CancelToken cancel);

  // Makes the invite that an identity server vouched for: `signed_part` says that the actor is whom
  // the address belongs to. Nothing happens for who is in the room or invited already.
  runtime::Task<> accept(rooms::Actor actor, protocol::RoomId room, base::JsonObject signed_part);

 private:
  runtime::Task<std::string> read_state(rooms::RoomPtr room, std::string type, std::string key,
                                        std::string member);

  Ports ports_;
};

}  // namespace chancery::third_party_ids
