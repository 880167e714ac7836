// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/unbinding.hpp"

#include <utility>
#include <vector>

namespace chancery::third_party_ids {

using Unbound = IdentityServers::Unbound;

runtime::Task<std::vector<std::string>> Unbinding::find_servers(protocol::UserId user,
                                                                mail::Address address,
                                                                std::optional<std::string> named) {
  if (named) co_return std::vector<std::string>{*std::move(named)};
  co_return co_await ids_.load_bindings(std::move(user), std::move(address));
}

runtime::Task<Unbound> Unbinding::unbind(accounts::Session session, mail::Address address,
                                         std::optional<std::string> named,
                                         runtime::CancelToken cancel) {
  const auto servers = co_await find_servers(session.user, address, std::move(named));
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
