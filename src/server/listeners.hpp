// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The listeners: the addresses of the configuration, all handing their streams to one HTTP server.
//
// Failure: runtime::ListenError names the address; none listens then.

#include "http/server.hpp"
#include "runtime/network.hpp"
#include "server/config.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace chancery::server {

class Listeners {
 public:
  Listeners(const std::vector<ListenerConfig>& addresses, runtime::Network& network,
            http::Server& server);

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
  std::vector<Open> open_;
};

}  // namespace chancery::server
