// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The listeners: the addresses of the configuration, all handing their streams to one HTTP server.
//
// Lifetime: await `stop` before they die, also when one of them could not be opened.

#include "http/server.hpp"
#include "runtime/network.hpp"
#include "server/config.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace chancery::server {

class Listeners {
 public:
  Listeners(runtime::Network& network, http::Server& server) : network_(network), server_(server) {}

  // One more. Throws runtime::ListenError, which names the address.
  void open(const ListenerConfig& config);
  // "http://127.0.0.1:8008", with the ports that were really bound.
  [[nodiscard]] std::vector<std::string> urls() const;
  // One without TLS; absent when all have it.
  [[nodiscard]] std::optional<runtime::Endpoint> find_plain() const;
  runtime::Task<> stop();

 private:
  struct Open {
    std::unique_ptr<runtime::Listener> listener;
    bool tls;
  };
  runtime::Network& network_;
  http::Server& server_;
  std::vector<Open> open_;
};

}  // namespace chancery::server
