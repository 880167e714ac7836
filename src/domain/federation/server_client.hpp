// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The client of other servers: requests to them, signed by this one, and what they answer.
//
// Concurrency: any scheduler.
// Failure:     a value, for peers fail often; Cancelled.
// Spec:        server-server, "Request Authentication", "Response Authentication".

#include "base/json.hpp"
#include "domain/federation/server_discovery.hpp"
#include "http/outbound.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/signing.hpp"
#include "runtime/deadline.hpp"

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>

namespace chancery::federation {

struct PeerRequest {
  protocol::ServerName to;
  http::Method method = http::Method::get;
  std::string target;                                  // "/_matrix/…", encoded, with the query
  std::optional<base::JsonObject> content;             // absent: no body
  base::Milliseconds time = std::chrono::seconds(30);  // for the whole of it
  std::size_t longest_body = 64 * std::size_t{1024};   // of the answer
  bool may_be_repeated = false;                        // as in http::OutboundRequest
};

struct PeerAnswer {
  unsigned status = 0;
  base::JsonObject body;  // empty when an answer other than 200 has no JSON object
};
using PeerResult = std::expected<PeerAnswer, http::OutboundFailure>;

class ServerClient {
 public:
  // What is referred to must outlive it.
  struct Ports {
    ServerDiscovery& discovery;
    http::Outbound& outbound;
    const protocol::SigningKey& key;
    protocol::ServerName origin;  // this server
  };
  explicit ServerClient(Ports ports) : ports_(std::move(ports)) {}

  // Goes on to the next place of a server that has several where one cannot be reached.
  runtime::Task<PeerResult> send(PeerRequest request, runtime::CancelToken cancel);

 private:
  runtime::Task<PeerResult> send_in_time(const PeerRequest& request,
                                         const runtime::Deadline& deadline);
  [[nodiscard]] http::OutboundRequest write(const PeerRequest& request) const;

  Ports ports_;
};

}  // namespace chancery::federation
