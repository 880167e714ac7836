// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The network port: byte streams to peers, and listeners that bring them.
//
// The real one is Boost.Asio with OpenSSL on the file descriptor (runtime/asio_network.hpp); tests
// have one in memory. A stream may be plain or TLS; its user does not see which.
//
// Concurrency: a stream is used on the scheduler that it was made on; one read and one write may
//              run at a time.
// Failure:     PeerGone when the connection broke; end of stream is a read of 0 bytes.

#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace chancery::runtime {

struct PeerGone : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// An address could not be bound, or a certificate not be read; the text says which and why.
struct ListenError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Endpoint {
  std::string address;  // numeric
  std::uint16_t port = 0;
};

class Stream {
 public:
  virtual ~Stream() = default;
  // Returns when a read would return at once, or fail. Holds no buffer meanwhile.
  virtual Task<> wait_readable() = 0;
  // At least one byte, or 0 at the end of the stream.
  virtual Task<std::size_t> read_some(std::span<char> into) = 0;
  // All of `bytes`, which must stay valid until then.
  virtual Task<> write_all(std::string_view bytes) = 0;
  // Returns when there is something to read or the peer has gone (true: it has gone). Reads
  // nothing. `stop_watching` makes a running watch return false.
  virtual Task<bool> watch_for_hang_up() = 0;
  virtual void stop_watching() = 0;
  // Says that no more will be written (TLS close_notify, FIN).
  virtual Task<> shut_down() = 0;
  // Breaks off: running reads and writes fail with PeerGone. From its own scheduler.
  virtual void close() = 0;
  [[nodiscard]] virtual Endpoint peer() const = 0;
  [[nodiscard]] virtual bool is_secure() const = 0;
};

using StreamPtr = std::unique_ptr<Stream>;
// Called on the scheduler that shall serve the stream.
using AcceptStream = std::function<void(StreamPtr stream)>;

class Listener {
 public:
  virtual ~Listener() = default;
  // The address that was bound, with the port that the system chose for port 0.
  [[nodiscard]] virtual Endpoint local() const = 0;
  // No more streams come after this returns to its awaiter. Await it before the listener dies.
  virtual Task<> stop() = 0;
};

struct TlsFiles {
  std::string certificate_chain;  // path, PEM
  std::string private_key;        // path, PEM
};

// What a TLS client asks of the peer's certificate.
struct TlsTrust {
  std::string name;          // the certificate must be for this name
  std::string certificates;  // path of trusted ones, PEM; empty: the system's
};

class Network {
 public:
  virtual ~Network() = default;
  // Listens on every scheduler of the network. Throws ListenError.
  virtual std::unique_ptr<Listener> listen(const Endpoint& at, AcceptStream accept) = 0;
  virtual std::unique_ptr<Listener> listen_tls(const Endpoint& at, const TlsFiles& files,
                                               AcceptStream accept) = 0;
  // Reads certificates and keys again; new connections use them. A file that cannot be used
  // leaves the old one in place and throws ListenError.
  virtual void reload_certificates() = 0;
  // A stream on the current scheduler. Throws PeerGone, and Cancelled.
  virtual Task<StreamPtr> connect(Endpoint to, CancelToken cancel = {}) = 0;
  virtual Task<StreamPtr> connect_tls(Endpoint to, TlsTrust trust, CancelToken cancel = {}) = 0;
  // The same connection, in TLS from now on, on the scheduler that it was made on. Requires:
  // `plain` is of this network, not secure, and nobody else uses it.
  virtual Task<StreamPtr> start_tls(StreamPtr plain, TlsTrust trust, CancelToken cancel = {}) = 0;
};

}  // namespace chancery::runtime
