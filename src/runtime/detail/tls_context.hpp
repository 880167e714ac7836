// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// TLS contexts: what the connections of one listener, or to one kind of peer, share.
//
// Concurrency: any thread.

#include "runtime/asio_network.hpp"
#include "runtime/network.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

namespace chancery::runtime::detail {

using TlsContextPtr = std::shared_ptr<SSL_CTX>;

// Throws ListenError when the certificate or key cannot be used.
[[nodiscard]] TlsContextPtr make_server_context(const TlsFiles& files, TlsMinimum minimum);
// Throws PeerGone when the trusted certificates cannot be read.
[[nodiscard]] TlsContextPtr make_client_context(const TlsTrust& trust, TlsMinimum minimum);

// The certificate of a listener, which may be replaced while it runs.
class TlsIdentity {
 public:
  TlsIdentity(TlsFiles files, TlsMinimum minimum);
  [[nodiscard]] TlsContextPtr context() const;
  // Throws ListenError and keeps the old one.
  void reload();

 private:
  const TlsFiles files_;
  const TlsMinimum minimum_;
  mutable std::mutex mutex_;
  TlsContextPtr context_;
};

// The reason of OpenSSL's last error, for a log.
[[nodiscard]] std::string last_tls_error();

}  // namespace chancery::runtime::detail
