// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An internet in memory: servers at addresses, names for them, and a way out to all of it.
//
// Requires: linked with chancery_http, chancery_test_support.
//
// Concurrency: the scheduler of its own.

#include "http/outbound_client.hpp"
#include "http/server.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/wait.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/memory_network.hpp"
#include "tests/support/wire_for_tests.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chancery::http {

inline Headers one_field(std::string_view name, std::string_view value) {
  Headers headers;
  headers.add(name, value);
  return headers;
}

class OutboundWorld {
 public:
  explicit OutboundWorld(OutboundRules rules = {}) : rules_(std::move(rules)) {}
  ~OutboundWorld() {
    scheduler.run(out.stop());
    for (const auto& each : listeners_) scheduler.run(each->stop());
    scheduler.run(server_.stop(std::chrono::milliseconds(0)));
    scheduler.run(raw_.stop());
  }

  // A whole server, which answers by `answer_by`.
  void serve(const std::string& address, std::uint16_t port = 80) {
    keep(network.listen({address, port}, accept()));
  }
  void serve_tls(const std::string& address, const std::string& certified_name,
                 std::uint16_t port = 443) {
    keep(network.listen_tls({address, port},
                            {.certificate_chain = certified_name, .private_key = {}}, accept()));
  }
  // A peer that does `act` with each connection.
  void serve_raw(const std::string& address,
                 runtime::Task<> (*act)(runtime::StreamPtr, runtime::CancelToken)) {
    keep(network.listen({address, 80}, [this, act](runtime::StreamPtr stream) {
      raw_.spawn(act(std::move(stream), raw_.cancel_token()));
    }));
  }

  OutboundResult send(OutboundRequest request, runtime::CancelToken cancel = {}) {
    return scheduler.run(out.send(std::move(request), std::move(cancel)));
  }
  OutboundResult get(std::string url, unsigned redirects = 0) {
    return send({.url = std::move(url), .redirects = redirects});
  }
  OutboundFailure failure_of(OutboundRequest request) {
    const OutboundResult result = send(std::move(request));
    REQUIRE_FALSE(result);
    return result.error();
  }
  // The addresses that were connected to, or tried.
  std::vector<std::string> connected() {
    std::vector<std::string> addresses;
    for (const auto& each : network.attempts()) addresses.push_back(each.address);
    return addresses;
  }

  runtime::SimulatedScheduler scheduler;
  support::MemoryNetwork network;
  support::FakeResolver resolver;
  std::function<Response(const Request&)> answer_by = [](const Request&) {
    return Response{.status = 200, .headers = {}, .body = std::string("hello")};
  };
  std::vector<Headers> received;
  base::Milliseconds takes{0};

 private:
  runtime::AcceptStream accept() {
    return [this](runtime::StreamPtr stream) { server_.serve(std::move(stream)); };
  }
  void keep(std::unique_ptr<runtime::Listener> listener) {
    listeners_.push_back(std::move(listener));
  }
  runtime::Task<Response> answer(Request& request) {
    static_cast<void>(co_await read_body(request, 1024));
    received.push_back(request.headers);
    if (takes.count() > 0) co_await runtime::sleep_for(takes, request.gone);
    co_return answer_by(request);
  }

  OutboundRules rules_;
  Server server_{{.idle = std::chrono::seconds(10)},
                 [this](Request& request) { return answer(request); },
                 &refuse_plainly};
  std::vector<std::unique_ptr<runtime::Listener>> listeners_;
  runtime::TaskGroup raw_{"raw peers"};

 public:
  OutboundClient out{
      {.network = network, .resolver = resolver},
      {.rules = rules_, .at_once = {.in_all = 4, .for_host = 2, .waiting_for_host = 3}}};
};

inline Response redirect_to(const std::string& location, unsigned status = 302) {
  return {.status = status, .headers = one_field("Location", location), .body = std::string()};
}

}  // namespace chancery::http
