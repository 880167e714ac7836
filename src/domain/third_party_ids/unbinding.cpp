// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/unbinding.hpp"

#include <utility>
#include <vector>

namespace chancery::third_party_ids {

using Unbound = IdentityServers::Unbound;

runtime::Task<Unbound> Unbinding::unbind(accounts::Session session, mail::Address address,
                                         std::optional<std::string> named,
                                         runtime::CancelToken cancel) {
  std::vector<std::string> servers;
  if (named) {
    servers.push_back(*std::move(named));
  } else {
    servers = co_await ids_.load_bindings(session.user, address);
  }
  bool is_unbound = !servers.empty();
  for (const std::string& server : servers) {
    const Unbound unbound = co_await identity_.unbind(server, session.user, address, cancel);
    is_unbound = is_unbound && unbound == Unbound::yes;
    if (unbound == Unbound::no) continue;
    co_await ids_.note_binding(session, address, server, ThirdPartyIds::Bound::no);
  }
  co_return is_unbound ? Unbound::yes : Unbound::no;
}

}  // namespace chancery::third_party_ids
