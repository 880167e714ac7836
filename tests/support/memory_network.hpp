// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A network in memory: listeners and streams within one scheduler, slow or broken as a test wants.
//
// listen_tls gives streams that say they are secure; nothing is encrypted. The path of the
// certificate chain stands for the name it is made out to; empty: whatever name is asked for.
//
// Concurrency: none; everything on one (simulated) scheduler.
// Lifetime:    streams may outlive the network.

#include "runtime/network.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chancery::support {

struct MemoryLink {
  std::size_t capacity = 64 * 1024;    // bytes under way before a writer waits
  std::size_t longest_read = 1 << 20;  // no read returns more, so that tests can split anywhere
};

struct StreamPair {
  runtime::StreamPtr client;
  runtime::StreamPtr server;
};
[[nodiscard]] StreamPair make_stream_pair(MemoryLink link = {});

// Breaks the connection of `stream` as a lost peer does: both sides get PeerGone.
void break_connection(runtime::Stream& stream);

class MemoryNetwork final : public runtime::Network {
 public:
  explicit MemoryNetwork(MemoryLink link = {});

  std::unique_ptr<runtime::Listener> listen(const runtime::Endpoint& at,
                                            runtime::AcceptStream accept) override;
  std::unique_ptr<runtime::Listener> listen_tls(const runtime::Endpoint& at,
                                                const runtime::TlsFiles& files,
                                                runtime::AcceptStream accept) override;
  void reload_certificates() override {}
  runtime::Task<runtime::StreamPtr> connect(runtime::Endpoint to,
                                            runtime::CancelToken cancel = {}) override;
  runtime::Task<runtime::StreamPtr> connect_tls(runtime::Endpoint to, runtime::TlsTrust trust,
                                                runtime::CancelToken cancel = {}) override;
  // The server's side goes on as it is. A chain given by `certify` stands for its certificate.
  runtime::Task<runtime::StreamPtr> start_tls(runtime::StreamPtr plain, runtime::TlsTrust trust,
                                              runtime::CancelToken cancel = {}) override;
  void certify(const runtime::Endpoint& at, std::string name);
  // Connecting to this address gets no answer, as behind a firewall that drops.
  void swallow(const runtime::Endpoint& at);
  // What was connected to, or tried, in order.
  [[nodiscard]] const std::vector<runtime::Endpoint>& attempts() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace chancery::support
