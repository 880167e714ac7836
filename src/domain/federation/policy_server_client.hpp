// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The client of policy servers: what rooms ask theirs before an event is sent.
//
// Concurrency: any scheduler.
// Failure:     ApiError: what the policy server refused with, as far as it speaks of the event;
//              503 when it does not answer. Cancelled.
// Spec:        server-server, "Asking for a Policy Server signature on an event".

#include "domain/federation/outages.hpp"
#include "domain/federation/server_client.hpp"
#include "domain/rooms/policy_servers.hpp"

#include <cstdint>

namespace chancery::federation {

class PolicyServerClient final : public rooms::PolicyServers {
 public:
  // What is referred to must outlive it.
  struct Ports {
    ServerClient& client;
    runtime::Clock& clock;
    const protocol::SigningKey& key;
    protocol::ServerName server;  // ours
  };
  // Whether somebody runs a policy server under this server's own name.
  enum class UnderOwnName : std::uint8_t { there_is_none, there_is_one };
  struct Settings {
    base::Milliseconds patience{10'000};
    UnderOwnName own = UnderOwnName::there_is_none;
  };
  PolicyServerClient(Ports ports, Settings settings)
      : ports_(std::move(ports)), settings_(settings), outages_(ports_.clock) {}

  runtime::Task<std::string> sign(protocol::EventPtr event, protocol::PolicyServer server,
                                  runtime::CancelToken cancel) override;

 private:
  Ports ports_;
  const Settings settings_;
  Outages outages_;
};

}  // namespace chancery::federation
