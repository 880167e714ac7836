// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The way out: HTTP/1.1 to whoever a URL names, where the rules allow it.
//
// A name is resolved anew for each request and each redirect; the addresses that come back are held
// against the rules, and only such an address is connected to. A connection is used again only for
// the same origin at an address that was found anew. A certificate must be for the URL's host, also
// where the request says that the server is elsewhere.
//
// Concurrency: any scheduler.
// Lifetime:    await `stop` after the last request, before it dies.

#include "http/detail/kept_connections.hpp"
#include "http/detail/seats.hpp"
#include "http/outbound.hpp"
#include "http/outbound_rules.hpp"
#include "http/url.hpp"
#include "runtime/deadline.hpp"
#include "runtime/network.hpp"
#include "runtime/resolver.hpp"

#include <array>
#include <string>
#include <vector>

namespace chancery::http {

class OutboundClient final : public Outbound {
 public:
  struct Ports {
    runtime::Network& network;
    runtime::Resolver& resolver;
  };
  struct Settings {
    OutboundRules rules;
    std::string certificates;  // path of trusted ones, PEM; empty: the system's
    // Of what others chose and of what the operator chose, each: the one cannot block the other.
    detail::Seats::Limits at_once;
    base::Milliseconds idle{20'000};  // how long a connection is kept
    std::size_t most_kept = 128;
  };
  OutboundClient(Ports ports, Settings settings);

  runtime::Task<OutboundResult> send(OutboundRequest request, runtime::CancelToken cancel) override;
  runtime::Task<> stop();

 private:
  using Addresses = std::expected<std::vector<std::string>, OutboundFailure>;
  using Connected = std::expected<std::unique_ptr<detail::Exchange>, OutboundFailure>;
  struct Outcome;
  struct Target;

  runtime::Task<OutboundResult> follow(OutboundRequest& request, Url url,
                                       const runtime::Deadline& deadline);
  // One request to one place, without redirects.
  runtime::Task<OutboundResult> ask(const OutboundRequest& request, const Url& url,
                                    const runtime::Deadline& deadline);
  runtime::Task<Addresses> find_addresses(ChosenBy chosen_by, const Target& target,
                                          runtime::CancelToken cancel);
  // Tries one address after the other; the address that answered is put first.
  runtime::Task<Connected> connect(const Target& target, std::vector<std::string>& addresses,
                                   const runtime::Deadline& deadline);
  runtime::Task<Outcome> run(detail::KeptConnections::Key key,
                             std::unique_ptr<detail::Exchange> exchange,
                             const OutboundRequest& request, const std::string& bytes,
                             runtime::CancelToken cancel);

  Ports ports_;
  const Settings settings_;
  std::array<detail::Seats, 2> seats_;  // by ChosenBy
  detail::KeptConnections kept_;
};

}  // namespace chancery::http
