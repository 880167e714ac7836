// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Servers found and asked over a network in memory, where records and files lead astray.
#include "domain/federation/server_client.hpp"
#include "tests/support/outbound_world.hpp"
#include "tests/support/seeded_random.hpp"

#include <doctest/doctest.h>

namespace chancery::federation {
namespace {

using namespace std::chrono_literals;
using http::OutboundFailure;
using http::Request;
using http::Response;

constexpr const char* kPublic = "93.184.216.34";
constexpr const char* kOther = "93.184.216.99";
constexpr const char* kPrivate = "10.0.0.1";

// What a well-known path answers.
struct File {
  unsigned status = 404;
  std::string location = {};
  std::string body = {};

  [[nodiscard]] Response response() const {
    http::Headers headers;
    if (!location.empty()) headers.add("Location", location);
    return {.status = status, .headers = std::move(headers), .body = body};
  }
};

struct Internet {
  Internet() {
    world.resolver.set("a.example", {kPublic});
    world.resolver.set("host.example", {kOther});
    world.resolver.set("inside.example", {kPrivate});
    world.serve_tls(kPublic, "a.example");
    world.answer_by = [this](const Request& request) {
      paths.push_back(request.path);
      if (request.path == "/.well-known/matrix/server") return well_known.response();
      return Response{.status = 200, .headers = {}, .body = std::string("{}")};
    };
  }
  void delegate_to(std::string_view server) {
    well_known = {.status = 200, .body = R"({"m.server":")" + std::string(server) + R"("})"};
  }
  PeerResult send(base::Milliseconds time = 20s, const runtime::CancelToken& cancel = {}) {
    return world.scheduler.run(client.send({.to = *protocol::ServerName::parse("a.example"),
                                            .method = http::Method::get,
                                            .target = "/_matrix/x",
                                            .content = {},
                                            .time = time},
                                           cancel));
  }
  // The Host field of the request that was meant for the server.
  [[nodiscard]] std::string host_asked() const {
    if (paths.empty() || paths.back() != "/_matrix/x") return "(nobody)";
    return std::string(world.received.back().find("Host").value_or(""));
  }

  http::OutboundWorld world;
  support::SeededRandom random;
  File well_known;
  std::vector<std::string> paths;
  WellKnownServers well_known_servers{{.outbound = world.out, .clock = world.scheduler.clock()}};
  ServerDiscovery discovery{
      {.well_known = well_known_servers, .resolver = world.resolver, .random = random}};
  protocol::SigningKey key{*protocol::KeyId::parse("ed25519:own"), std::string(32, 'k')};
  ServerClient client{{.discovery = discovery,
                       .outbound = world.out,
                       .key = key,
                       .origin = *protocol::ServerName::parse("example.org")}};
};

TEST_CASE("a server without records is asked at its own name and the port for servers") {
  Internet internet;
  internet.world.serve_tls(kPublic, "a.example", 8448);

  CHECK(internet.send());
  CHECK(internet.host_asked() == "a.example");
  CHECK(internet.world.network.attempts().back().port == 8448);
}

TEST_CASE(
    "a host that never answers for its file leaves time to ask the server, and is not waited "
    "for again") {
  Internet internet;
  internet.world.network.swallow({kPublic, 443});
  internet.world.serve_tls(kPublic, "a.example", 8448);
  const auto began = internet.world.scheduler.clock().steady_now();

  CHECK(internet.send(10s));
  const auto first = internet.world.scheduler.clock().steady_now();
  CHECK(first - began <= 3s);
  CHECK(internet.host_asked() == "a.example");

  CHECK(internet.send(10s));
  CHECK(internet.world.scheduler.clock().steady_now() == first);
}

TEST_CASE("who had no time to wait for a file spares the next one the same wait") {
  Internet internet;
  internet.world.network.swallow({kPublic, 443});
  internet.world.serve_tls(kPublic, "a.example", 8448);
  runtime::CancelSource gone;
  const auto timer = internet.world.scheduler.start_timer(
      internet.world.scheduler.clock().steady_now() + 2s, [gone]() mutable { gone.cancel(); });

  CHECK_THROWS_AS((void)internet.send(10s, gone.token()), runtime::Cancelled);
  internet.world.scheduler.cancel_timer(timer);

  const auto began = internet.world.scheduler.clock().steady_now();
  CHECK(internet.send(10s));
  CHECK(internet.world.scheduler.clock().steady_now() == began);
}

TEST_CASE("a server with a record is asked where it leads, and proves its own name") {
  Internet internet;
  internet.world.resolver.set_service("_matrix-fed._tcp.a.example",
                                      {{.port = 8450, .target = "host.example"}});
  internet.world.serve_tls(kOther, "a.example", 8450);

  CHECK(internet.send());
  CHECK(internet.host_asked() == "a.example");
  CHECK(internet.world.network.attempts().back().address == kOther);
}

TEST_CASE("a record to a host that only proves its own name leads to nobody") {
  Internet internet;
  internet.world.resolver.set_service("_matrix-fed._tcp.a.example",
                                      {{.port = 8450, .target = "host.example"}});
  internet.world.serve_tls(kOther, "host.example", 8450);

  CHECK(internet.send().error() == OutboundFailure::unreachable);
  CHECK(internet.host_asked() == "(nobody)");
}

TEST_CASE("a delegated server proves the name that it was delegated to") {
  Internet internet;
  internet.delegate_to("host.example:443");
  internet.world.serve_tls(kOther, "host.example", 443);

  CHECK(internet.send());
  CHECK(internet.host_asked() == "host.example:443");
}

TEST_CASE("a record that leads into a private network is not followed") {
  Internet internet;
  internet.world.resolver.set_service("_matrix-fed._tcp.a.example",
                                      {{.port = 22, .target = "inside.example"}});
  internet.world.serve_tls(kPrivate, "a.example", 22);

  CHECK(internet.send().error() == OutboundFailure::refused_address);
  CHECK(internet.host_asked() == "(nobody)");
}

TEST_CASE("a file that leads into a private network is not followed") {
  for (const std::string_view server :
       {"10.0.0.1", "127.0.0.1:8008", "[::1]:8008", "[::ffff:10.0.0.1]:443", "[64:ff9b::a00:1]",
        "[fe80::1]", "169.254.169.254:80", "inside.example:443", "inside.example"}) {
    CAPTURE(server);
    Internet internet;
    internet.delegate_to(server);
    CHECK(internet.send().error() == OutboundFailure::refused_address);
    for (const auto& address : internet.world.connected()) CHECK(address == kPublic);
  }
}

TEST_CASE(
    "a name that comes to lead into a private network after its file was read is not followed") {
  Internet internet;
  internet.world.resolver.set_in_turn("a.example", {{kPublic}, {kPrivate}});
  internet.world.serve_tls(kPrivate, "a.example", 8448);

  CHECK(internet.send().error() == OutboundFailure::refused_address);
  CHECK(internet.world.connected() == std::vector<std::string>{kPublic});
}

TEST_CASE("a file that is too long, in a circle, or behind no encryption, is as good as none") {
  const auto redirect = [](std::string to) {
    return File{.status = 302, .location = std::move(to)};
  };
  const std::string long_file =
      R"({"m.server":"host.example:443","x":")" + std::string(kLongestWellKnown, 'x') + R"("})";
  for (const File& file : std::vector<File>{{.status = 200, .body = long_file},
                                            redirect("https://a.example/.well-known/matrix/server"),
                                            redirect("http://host.example/server"),
                                            redirect("https://inside.example/"),
                                            redirect("file:///etc/passwd"),
                                            redirect("https://user@host.example/")}) {
    Internet internet;
    internet.well_known = file;
    internet.world.serve_tls(kPublic, "a.example", 8448);
    internet.world.serve(kOther);
    internet.world.serve_tls(kPrivate, "inside.example");

    CHECK(internet.send());
    CHECK(internet.host_asked() == "a.example");
    CHECK(internet.paths.size() <= 7);
    for (const auto& address : internet.world.connected()) CHECK(address == kPublic);
  }
}

}  // namespace
}  // namespace chancery::federation
