// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The real network: TCP by Boost.Asio, TLS by OpenSSL on the socket.
//
// One listening socket accepts, and the io threads get its connections in turn. TLS handshakes
// have ten seconds; ALPN is http/1.1.
//
// Concurrency: listen and reload from any thread; connect from an io thread.
// Lifetime:    await `stop` of every listener before the io threads stop.

#include "runtime/io_threads.hpp"
#include "runtime/network.hpp"

#include <cstdint>
#include <memory>

namespace chancery::runtime {

enum class TlsMinimum : std::uint8_t { tls12, tls13 };

class AsioNetwork final : public Network {
 public:
  explicit AsioNetwork(IoThreads& threads, TlsMinimum minimum = TlsMinimum::tls13);
  ~AsioNetwork() override;

  std::unique_ptr<Listener> listen(const Endpoint& at, AcceptStream accept) override;
  std::unique_ptr<Listener> listen_tls(const Endpoint& at, const TlsFiles& files,
                                       AcceptStream accept) override;
  void reload_certificates() override;
  Task<StreamPtr> connect(Endpoint to, CancelToken cancel = {}) override;
  Task<StreamPtr> connect_tls(Endpoint to, TlsTrust trust, CancelToken cancel = {}) override;
  Task<StreamPtr> start_tls(StreamPtr plain, TlsTrust trust, CancelToken cancel = {}) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chancery::runtime
