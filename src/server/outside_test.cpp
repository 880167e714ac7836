// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/outside.hpp"

#include "http/server.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_certificate.hpp"

#include <doctest/doctest.h>

#include <atomic>

namespace chancery::server {
namespace {

using http::OutboundFailure;
using runtime::Task;

Task<http::Response> say_hello(http::Request& /*request*/) {
  co_return http::Response{.status = 200, .headers = {}, .body = std::string("hello")};
}

// Asks again and again; counts what came back well.
Task<> ask_many(http::Outbound& outbound, std::string url, std::atomic<int>& good) {
  for (int i = 0; i < 20; ++i) {
    const http::OutboundResult answer = co_await outbound.send({.url = url}, {});
    if (answer && answer->body == "hello") ++good;
  }
}

http::Response refuse(unsigned status, std::string_view /*reason*/) { return {.status = status}; }

// A server on a real socket of this machine, with a certificate for `certified`.
class Peer {
 public:
  explicit Peer(const std::string& certified)
      : files_(support::write_certificate(folder_.path(), certified)),
        network_(threads),
        listener_(network_.listen_tls({"127.0.0.1", 0}, files_, [this](runtime::StreamPtr stream) {
          server_.serve(std::move(stream));
        })) {}
  ~Peer() {
    threads.run_until(listener_->stop());
    threads.run_until(server_.stop(std::chrono::milliseconds(0)));
  }
  [[nodiscard]] std::string url() const {
    return "https://localhost:" + std::to_string(listener_->local().port) + "/";
  }
  [[nodiscard]] const std::string& certificate() const { return files_.certificate_chain; }

  http::OutboundResult get_with(const Config& config) {
    Outside outside(config, threads);
    http::OutboundResult result = threads.run_until(outside.outbound().send({.url = url()}, {}));
    threads.run_until(outside.stop());
    return result;
  }

  runtime::IoThreads threads{3};

 private:
  support::TemporaryFolder folder_;
  runtime::TlsFiles files_;
  http::Server server_{{}, &say_hello, &refuse};
  runtime::AsioNetwork network_;
  std::unique_ptr<runtime::Listener> listener_;
};

Config trusting(const Peer& peer) {
  Config config;
  config.outbound.allow = {"127.0.0.0/8", "::1"};
  config.outbound.certificates = peer.certificate();
  return config;
}

}  // namespace

TEST_CASE("an allowed host with a trusted certificate for its name is asked") {
  Peer peer("localhost");

  const auto answer = peer.get_with(trusting(peer));

  REQUIRE(answer);
  CHECK(answer->body == "hello");
}

TEST_CASE("a certificate for another name, or of nobody who is trusted, is not accepted") {
  Peer peer("matrix.example");
  Config config = trusting(peer);
  CHECK(peer.get_with(config).error() == OutboundFailure::unreachable);

  Peer known("localhost");
  config = trusting(known);
  config.outbound.certificates.clear();
  CHECK(known.get_with(config).error() == OutboundFailure::unreachable);
}

TEST_CASE("this machine itself is not asked unless the operator allows it") {
  Peer peer("localhost");
  Config config = trusting(peer);
  config.outbound.allow.clear();

  CHECK(peer.get_with(config).error() == OutboundFailure::refused_address);
}

TEST_CASE("requests from several threads share the way out and keep to its limits") {
  Peer peer("localhost");
  Outside outside(trusting(peer), peer.threads);
  runtime::TaskGroup group("asking");
  std::atomic<int> good = 0;

  for (int i = 0; i < 12; ++i) {
    group.spawn_on(peer.threads.next(), ask_many(outside.outbound(), peer.url(), good));
  }
  peer.threads.run_until(group.join());
  peer.threads.run_until(outside.stop());

  CHECK(good == 240);
}

TEST_CASE("certificates to trust that cannot be read are a mistake of the configuration") {
  runtime::IoThreads threads(1);
  Config config;
  config.outbound.certificates = "/nowhere/ca.pem";

  CHECK_THROWS_AS(Outside(config, threads), ConfigError);
}
}  // namespace chancery::server
