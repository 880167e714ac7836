// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The outside: the real way out over this machine's network and name servers, as configured.
//
// Its TLS goes down to 1.2, for others are not ours to choose.
//
// Lifetime: await `stop` after the last request, before the io threads stop.

#include "domain/mail/smtp_client.hpp"
#include "http/outbound_client.hpp"
#include "runtime/ares_resolver.hpp"
#include "runtime/asio_network.hpp"
#include "server/config.hpp"

namespace chancery::server {

class Outside {
 public:
  Outside(const Config& config, runtime::IoThreads& threads);

  [[nodiscard]] http::Outbound& outbound() { return client_; }
  [[nodiscard]] runtime::Resolver& resolver() { return resolver_; }
  [[nodiscard]] mail::Carrier& mail() { return smtp_; }
  // Reads the trusted certificates again.
  void reload_certificates() { network_.reload_certificates(); }
  runtime::Task<> stop() { return client_.stop(); }

 private:
  runtime::AsioNetwork network_;
  runtime::AresResolver resolver_;
  http::OutboundClient client_;
  mail::SmtpClient smtp_;
};

}  // namespace chancery::server
