// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Other servers as a test writes them: their names' records, and what they answer.
//
// Requires: linked with chancery_federation, chancery_test_support.

#include "domain/federation/server_client.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/scripted_outbound.hpp"
#include "tests/support/seeded_random.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::support {

class FederationWorld {
 public:
  FederationWorld() {
    outside.answer_by([this](const http::OutboundRequest& request) { return answer(request); });
  }

  // What https://HOST/.well-known/matrix/server answers; 404 where nothing is set.
  void set_well_known(const std::string& host, std::string body, std::string cache_control = "",
                      unsigned status = 200) {
    http::OutboundResponse response{
        .status = status, .headers = {}, .body = std::move(body), .url = {}};
    if (!cache_control.empty()) response.headers.add("Cache-Control", cache_control);
    well_known_[host] = std::move(response);
  }
  void fail_well_known(const std::string& host, http::OutboundFailure failure) {
    well_known_[host] = std::unexpected(failure);
  }
  // What everything else answers; 200 {} at first. Absent: nothing until the time is over.
  void answer_by(ScriptedOutbound::Peer peer) { peer_ = std::move(peer); }
  void answer_with(unsigned status, std::string body) {
    answer_by([status, body = std::move(body)](const http::OutboundRequest&) {
      return http::OutboundResult(
          http::OutboundResponse{.status = status, .headers = {}, .body = body, .url = {}});
    });
  }

  std::vector<federation::Destination> find(std::string_view name) {
    return scheduler.run(
        discovery.find(*protocol::ServerName::parse(name), std::chrono::seconds(30), {}));
  }
  // "origin -> host:port (Host field)" of each place.
  std::vector<std::string> places_of(std::string_view name) {
    std::vector<std::string> texts;
    for (const federation::Destination& each : find(name)) {
      texts.push_back(each.origin + " -> " + each.place.host + " " +
                      std::to_string(each.place.port) + " (" + each.place.authority + ")");
    }
    return texts;
  }
  [[nodiscard]] std::size_t well_known_asked() const { return well_known_asked_; }
  // The requests but for those of well-known files.
  [[nodiscard]] std::vector<http::OutboundRequest> requests() const {
    std::vector<http::OutboundRequest> found;
    for (const auto& each : outside.requests()) {
      if (!is_well_known(each)) found.push_back(each);
    }
    return found;
  }

  runtime::SimulatedScheduler scheduler;
  SeededRandom random;
  ScriptedOutbound outside;
  FakeResolver names;
  federation::WellKnownServers well_known{{.outbound = outside, .clock = scheduler.clock()}};
  federation::ServerDiscovery discovery{
      {.well_known = well_known, .resolver = names, .random = random}};
  protocol::SigningKey key{*protocol::KeyId::parse("ed25519:own"), std::string(32, 'k')};
  protocol::ServerName own = *protocol::ServerName::parse("example.org");
  federation::ServerClient client{
      {.discovery = discovery, .outbound = outside, .key = key, .origin = own}};

 private:
  static constexpr std::string_view kWellKnown = "/.well-known/matrix/server";

  static bool is_well_known(const http::OutboundRequest& request) {
    return request.url.ends_with(kWellKnown);
  }
  std::optional<http::OutboundResult> answer(const http::OutboundRequest& request) {
    if (!is_well_known(request)) return peer_(request);
    ++well_known_asked_;
    constexpr std::size_t kScheme = 8;
    const std::string host =
        request.url.substr(kScheme, request.url.size() - kScheme - kWellKnown.size());
    const auto found = well_known_.find(host);
    if (found != well_known_.end()) return found->second;
    return http::OutboundResult(
        http::OutboundResponse{.status = 404, .headers = {}, .body = {}, .url = {}});
  }

  std::map<std::string, http::OutboundResult> well_known_;
  std::size_t well_known_asked_ = 0;
  ScriptedOutbound::Peer peer_ = [](const http::OutboundRequest&) {
    return http::OutboundResult(
        http::OutboundResponse{.status = 200, .headers = {}, .body = "{}", .url = {}});
  };
};

}  // namespace chancery::support
