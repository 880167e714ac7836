// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Unbinding: identity servers forget an address of somebody.
//
// Failure: StorageError; an identity server that does not answer is a result.
// Spec:    client-server, "POST /account/3pid/unbind".

#include "domain/accounts/session.hpp"
#include "domain/third_party_ids/identity_servers.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::third_party_ids {

class Unbinding {
 public:
  Unbinding(ThirdPartyIds& ids, IdentityServers& identity) : ids_(ids), identity_(identity) {}

  // The server that is named, or else all that were told of the address by way of this server.
  runtime::Task<std::vector<std::string>> find_servers(protocol::UserId user, mail::Address address,
                                                       std::optional<std::string> named);
  // At the server that is named, or else at all that were told of it by way of this server. `yes`
  // when all of them did; `no` otherwise, and when none is known.
  runtime::Task<IdentityServers::Unbound> unbind(accounts::Session session, mail::Address address,
                                                 std::optional<std::string> named,
                                                 runtime::CancelToken cancel);

 private:
  ThirdPartyIds& ids_;
  IdentityServers& identity_;
};

}  // namespace chancery::third_party_ids
