// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The socket of one connection, in clear or with TLS. Connecting waits; nothing else does.
//
// Whom the server's certificate names is not asked: load goes to whom it was pointed at.
//
// Failure: HttpFailed.

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace chancery::bench {

class HttpFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Endpoint {
  enum class Security : std::uint8_t { plain, tls };
  std::string host;
  std::string port;
  Security security = Security::plain;
};

// What the connections to one endpoint share.
class Connector {
 public:
  explicit Connector(Endpoint endpoint);
  const Endpoint& endpoint() const { return endpoint_; }

 private:
  friend class ClientSocket;
  Endpoint endpoint_;
  std::shared_ptr<SSL_CTX> tls_;  // null: plain
};

class ClientSocket {
 public:
  ClientSocket() = default;
  explicit ClientSocket(const Connector& connector);
  ClientSocket(ClientSocket&& other) noexcept;
  ClientSocket& operator=(ClientSocket&& other) noexcept;
  ~ClientSocket() { close(); }

  bool is_open() const { return socket_ >= 0; }
  int descriptor() const { return socket_; }
  void close();

  // Bytes taken or read; absent: none now. No bytes read: the server closed.
  std::optional<std::size_t> send(std::string_view bytes);
  std::optional<std::size_t> receive(std::span<char> into);

 private:
  std::optional<std::size_t> outcome_of(int result, std::size_t count, std::string_view what);

  int socket_ = -1;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, &SSL_free};
};

}  // namespace chancery::bench
