// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The TLS stream: OpenSSL on the socket itself, so that an idle connection holds no record buffer.
//
// Failure: whatever TLS complains of is PeerGone; the connection is of no more use then.

#include "runtime/detail/socket_stream.hpp"
#include "runtime/detail/tls_context.hpp"

namespace chancery::runtime::detail {

class TlsStream : public SocketStream {
 public:
  TlsStream(AsioScheduler& scheduler, int socket, Endpoint peer, TlsContextPtr context);

  // One of these first. The caller sets the deadline.
  Task<> accept();
  Task<> connect(std::string name);

  Task<> wait_readable() override;
  Task<std::size_t> read_some(std::span<char> into) override;
  Task<> write_all(std::string_view bytes) override;
  Task<> shut_down() override;
  [[nodiscard]] bool is_secure() const override { return true; }

 protected:
  Sight look() override;

 private:
  void throw_if_closed() const;
  Task<> shake_hands();
  // Waits for what the failed call `result` wants; throws PeerGone if it cannot succeed.
  Task<> wait_for(int wanted);
  [[nodiscard]] int find_wanted(int result);

  TlsContextPtr context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool failed_ = false;
};

}  // namespace chancery::runtime::detail
