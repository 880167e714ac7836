// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/outside.hpp"

#include "server/mail_modules.hpp"

#include <fstream>

namespace chancery::server {
namespace {

http::OutboundRules rules_of(const Config::Outbound& config) {
  using Openness = http::OutboundRules::Openness;
  // The reader of the configuration has refused what is no entry.
  return {config.enabled ? Openness::open : Openness::closed,
          http::DestinationList::parse(config.allow).value(),
          http::DestinationList::parse(config.deny).value()};
}

}  // namespace

Outside::Outside(const Config& config, runtime::IoThreads& threads)
    : network_(threads, runtime::TlsMinimum::tls12),
      client_({.network = network_, .resolver = resolver_},
              {.rules = rules_of(config.outbound), .certificates = config.outbound.certificates}),
      smtp_({.network = network_, .resolver = resolver_}, smtp_server(config)) {
  const std::string& certificates = config.outbound.certificates;
  if (!certificates.empty() && !std::ifstream(certificates)) {
    throw ConfigError("outbound.certificates: cannot read " + certificates);
  }
}

}  // namespace chancery::server
