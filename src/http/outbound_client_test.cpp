// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/outbound_client.hpp"

#include "tests/support/outbound_world.hpp"

#include <doctest/doctest.h>

namespace chancery::http {
namespace {

using runtime::StreamPtr;
using runtime::Task;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kPublic = "93.184.216.34";
constexpr const char* kOther = "93.184.216.99";
constexpr const char* kPrivate = "10.0.0.1";

Task<> read_request(runtime::Stream& stream) {
  std::string text;
  std::array<char, 4096> part{};
  while (text.find("\r\n\r\n") == std::string::npos) {
    const std::size_t count = co_await stream.read_some(part);
    if (count == 0) co_return;
    text.append(part.data(), count);
  }
}

// A radio station.
Task<> send_without_end(StreamPtr stream, runtime::CancelToken cancel) {
  co_await read_request(*stream);
  co_await stream->write_all("HTTP/1.1 200 OK\r\n\r\n");
  const std::string noise(10'000, 'x');
  while (!cancel.is_cancelled()) co_await stream->write_all(noise);
}

Task<> send_byte_by_byte(StreamPtr stream, runtime::CancelToken cancel) {
  co_await read_request(*stream);
  co_await stream->write_all("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  while (true) {
    co_await stream->write_all("x");
    co_await runtime::sleep_for(minutes(1), cancel);
  }
}

Task<> say_nothing(StreamPtr stream, runtime::CancelToken cancel) {
  co_await read_request(*stream);
  co_await runtime::sleep_for(hours(1), cancel);
}

template <const char* kText>
Task<> say(StreamPtr stream, runtime::CancelToken /*cancel*/) {
  co_await read_request(*stream);
  co_await stream->write_all(kText);
  co_await stream->shut_down();
}

constexpr char kNoHttp[] = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
constexpr char kInterim[] = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n";
constexpr char kBroken[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
constexpr char kSwitch[] = "HTTP/1.1 101 Switching Protocols\r\n\r\n";
constexpr char kTwoLengths[] =
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab";
constexpr char kLargeLength[] = "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nab";

Task<> send_and_count(Outbound& out, std::string url, int& good) {
  const OutboundResult result = co_await out.send({.url = std::move(url), .time = seconds(60)}, {});
  if (result && result->status == 200) ++good;
}

}  // namespace

TEST_CASE("a request goes out and its answer comes back") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve(kPublic, 8080);

  const auto answer = world.get("http://a.example:8080/x?y");

  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "hello");
  CHECK(answer->url == "http://a.example:8080/x?y");
  CHECK(world.received.at(0).find("Host") == "a.example:8080");
  CHECK(world.received.at(0).find("Accept-Encoding") == "identity");
}

TEST_CASE("a URL that is none of the web is refused before anything is asked") {
  OutboundWorld world;

  for (const std::string url : {"file:///etc/passwd", "http://user@a.example/", "a.example",
                                "http://127.1/", "http://0x7f000001/", "https://a.example:0/"}) {
    CAPTURE(url);
    CHECK(world.failure_of({.url = url}) == OutboundFailure::bad_url);
  }
  CHECK(world.failure_of({.url = "http://a.example/", .headers = one_field("X", "a\r\nHost: b")}) ==
        OutboundFailure::bad_url);
  CHECK(world.failure_of({.url = "http://a.example/", .headers = one_field("X: y", "a")}) ==
        OutboundFailure::bad_url);
  CHECK(world.resolver.asked().empty());
}

TEST_CASE("a numeric address that is not public is not connected to") {
  OutboundWorld world;

  for (const std::string url :
       {"http://127.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://[fe80::1]/",
        "http://[64:ff9b::10.0.0.1]/", "http://169.254.169.254/latest/meta-data/",
        "http://[::127.0.0.1]/", "http://[2002:7f00:1::]/", "http://0.0.0.0/", "http://[::]/"}) {
    CAPTURE(url);
    CHECK(world.failure_of({.url = url}) == OutboundFailure::refused_address);
  }
  CHECK(world.connected().empty());
}

TEST_CASE("a name that leads to a private address is not connected to") {
  OutboundWorld world;
  world.resolver.set("inside.example", {kPrivate, "::ffff:10.0.0.1", "fd00::1"});
  world.serve(kPrivate);

  CHECK(world.failure_of({.url = "http://inside.example/"}) == OutboundFailure::refused_address);
  CHECK(world.connected().empty());
}

TEST_CASE("of several addresses only those that are allowed are tried") {
  OutboundWorld world;
  world.resolver.set("mixed.example", {kPrivate, kPublic});
  world.serve(kPrivate);
  world.serve(kPublic);

  CHECK(world.get("http://mixed.example/"));
  CHECK(world.connected() == std::vector<std::string>{kPublic});
}

TEST_CASE("a name that changes its address between two requests is looked at each time") {
  OutboundWorld world;
  world.resolver.set_in_turn("rebinding.example", {{kPublic}, {kPrivate}});
  world.serve(kPublic);
  world.serve(kPrivate);

  CHECK(world.get("http://rebinding.example/"));
  CHECK(world.failure_of({.url = "http://rebinding.example/"}) == OutboundFailure::refused_address);
  CHECK(world.connected() == std::vector<std::string>{kPublic});
}

TEST_CASE("what the operator chose may be anywhere, what others chose where he allows it") {
  OutboundWorld world({OutboundRules::Openness::closed,
                       DestinationList::parse(std::vector<std::string>{"10.0.0.0/8"}).value(),
                       {}});
  world.resolver.set("far.example", {"192.168.0.1"});
  world.serve("192.168.0.1");
  world.serve(kPrivate);

  CHECK(world.send({.url = "http://far.example/", .chosen_by = ChosenBy::operator_}));
  CHECK(world.failure_of({.url = "http://far.example/"}) == OutboundFailure::refused_address);
  CHECK(world.get("http://10.0.0.1/"));
}

TEST_CASE("a redirect is followed where it is asked for, to where it may lead") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve(kPublic);
  world.answer_by = [](const Request& request) {
    if (request.path == "/old") return redirect_to("/new?x");
    return Response{.status = 200, .headers = {}, .body = request.target};
  };

  CHECK(world.get("http://a.example/old")->status == 302);
  const auto answer = world.get("http://a.example/old", 3);
  CHECK(answer->body == "/new?x");
  CHECK(answer->url == "http://a.example/new?x");
}

TEST_CASE("a redirect to a private address, or to no URL of the web, is not followed") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.resolver.set("inside.example", {kPrivate});
  world.serve(kPublic);
  world.serve(kPrivate);
  std::string location;
  world.answer_by = [&](const Request&) { return redirect_to(location); };
  const auto failure = [&](std::string to) {
    location = std::move(to);
    return world.failure_of({.url = "http://a.example/", .redirects = 5});
  };

  CHECK(failure("http://10.0.0.1/") == OutboundFailure::refused_address);
  CHECK(failure("http://inside.example/") == OutboundFailure::refused_address);
  CHECK(failure("http://[::ffff:127.0.0.1]/") == OutboundFailure::refused_address);
  CHECK(failure("file:///etc/passwd") == OutboundFailure::bad_url);
  CHECK(failure("http+unix://%2Frun%2Fdocker.sock/") == OutboundFailure::bad_url);
  CHECK(failure("//user@a.example/") == OutboundFailure::bad_url);
  for (const auto& address : world.connected()) CHECK(address == kPublic);
}

TEST_CASE("redirects in a circle end") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve(kPublic);
  world.answer_by = [](const Request&) { return redirect_to("/again"); };

  CHECK(world.failure_of({.url = "http://a.example/", .redirects = 4}) ==
        OutboundFailure::bad_answer);
  CHECK(world.received.size() == 5);
}

TEST_CASE("a redirect to another origin gets no credentials, and no trust of the operator's") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.resolver.set("b.example", {kOther});
  world.resolver.set("inside.example", {kPrivate});
  world.serve(kPublic);
  world.serve(kOther);
  std::string target = "http://b.example/";
  world.answer_by = [&](const Request& request) {
    if (request.headers.find("Host") == "a.example") return redirect_to(target);
    return Response{};
  };
  OutboundRequest request{.url = "http://a.example/",
                          .headers = one_field("Authorization", "Bearer x"),
                          .chosen_by = ChosenBy::operator_,
                          .redirects = 1};

  CHECK(world.send(request));
  CHECK(world.received.at(0).find("Authorization") == "Bearer x");
  CHECK_FALSE(world.received.at(1).find("Authorization"));
  target = "http://inside.example/";
  CHECK(world.failure_of(request) == OutboundFailure::refused_address);
}

TEST_CASE("what is sent is not sent again to where a redirect leads") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve(kPublic);
  world.answer_by = [](const Request&) { return redirect_to("/new", 307); };

  const auto answer =
      world.send({.method = Method::post, .url = "http://a.example/", .body = "x", .redirects = 3});

  CHECK(answer->status == 307);
  CHECK(world.received.size() == 1);
}

TEST_CASE("a body without an end is given up at the caller's limit") {
  OutboundWorld world;
  world.resolver.set("radio.example", {kPublic});
  world.serve_raw(kPublic, &send_without_end);

  CHECK(world.failure_of({.url = "http://radio.example/", .longest_body = 100'000}) ==
        OutboundFailure::too_large);
}

TEST_CASE("a body without an end is cut where the caller takes what there is") {
  OutboundWorld world;
  world.resolver.set("radio.example", {kPublic});
  world.serve_raw(kPublic, &send_without_end);

  const auto answer = world.send(
      {.url = "http://radio.example/", .longest_body = 100'000, .long_body = LongBody::is_cut});

  REQUIRE(answer);
  CHECK(answer->is_cut);
  CHECK(answer->body == std::string(100'000, 'x'));
}

TEST_CASE("a body of a type that nobody wants is not read") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve(kPublic);
  world.answer_by = [](const Request& request) {
    return Response{.status = 200,
                    .headers = one_field("Content-Type",
                                         request.path == "/page" ? "Text/HTML; x" : "audio/mpeg"),
                    .body = std::string("body")};
  };
  const auto body_of = [&](std::string path) {
    return world.send({.url = "http://a.example" + path, .wanted_types = {"text/html", "image/"}})
        ->body;
  };

  CHECK(body_of("/page") == "body");
  CHECK(body_of("/song").empty());
  CHECK(body_of("/page") == "body");
}

TEST_CASE("a body that is announced as too long is not begun") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve_raw(kPublic, &say<kLargeLength>);

  CHECK(world.failure_of({.url = "http://a.example/"}) == OutboundFailure::too_large);
}

TEST_CASE("a peer of a byte a minute, or of none, is given up when the time is over") {
  OutboundWorld world;
  world.resolver.set("slow.example", {kPublic});
  world.resolver.set("mute.example", {kOther});
  world.resolver.set("hole.example", {"93.184.216.50"});
  world.serve_raw(kPublic, &send_byte_by_byte);
  world.serve_raw(kOther, &say_nothing);
  world.network.swallow({"93.184.216.50", 80});
  for (const std::string host : {"slow", "mute", "hole"}) {
    CAPTURE(host);
    const auto before = world.scheduler.clock().steady_now();

    CHECK(world.failure_of({.url = "http://" + host + ".example/", .time = seconds(7)}) ==
          OutboundFailure::timed_out);

    CHECK(world.scheduler.clock().steady_now() - before == seconds(7));
  }
}

TEST_CASE("name servers that say nothing are given up when the time is over") {
  OutboundWorld world;
  world.resolver.fall_silent();

  CHECK(world.failure_of({.url = "http://a.example/", .time = seconds(2)}) ==
        OutboundFailure::timed_out);
}

TEST_CASE("who no longer wants the answer is told so by Cancelled") {
  OutboundWorld world;
  world.resolver.set("mute.example", {kPublic});
  world.serve_raw(kPublic, &say_nothing);
  runtime::CancelSource source;
  const auto timer = world.scheduler.start_timer(world.scheduler.clock().steady_now() + seconds(1),
                                                 [&source] { source.cancel(); });
  static_cast<void>(timer);

  CHECK_THROWS_AS(world.send({.url = "http://mute.example/"}, source.token()), runtime::Cancelled);
}

TEST_CASE("an answer that is none is a bad answer") {
  OutboundWorld world;
  const auto failure = [&](std::string address, Task<> (*act)(StreamPtr, runtime::CancelToken)) {
    world.serve_raw(address, act);
    return world.failure_of({.url = "http://" + address + "/"});
  };

  CHECK(failure("93.184.216.1", &say<kNoHttp>) == OutboundFailure::bad_answer);
  CHECK(failure("93.184.216.2", &say<kSwitch>) == OutboundFailure::bad_answer);
  CHECK(failure("93.184.216.3", &say<kTwoLengths>) == OutboundFailure::bad_answer);
  CHECK(failure("93.184.216.4", &say<kBroken>) == OutboundFailure::unreachable);
  world.serve_raw("93.184.216.5", &say<kInterim>);
  CHECK(world.get("http://93.184.216.5/")->status == 204);
}

TEST_CASE("a certificate for another name is no connection") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.resolver.set("b.example", {kPublic});
  world.serve_tls(kPublic, "a.example");

  CHECK(world.get("https://a.example/"));
  CHECK(world.failure_of({.url = "https://b.example/"}) == OutboundFailure::unreachable);
}

TEST_CASE("an address that does not answer is not waited for while there is another") {
  OutboundWorld world;
  world.resolver.set("a.example", {"93.184.216.50", "93.184.216.51", kPublic});
  world.network.swallow({"93.184.216.50", 80});
  world.serve(kPublic);
  const auto before = world.scheduler.clock().steady_now();

  CHECK(world.get("http://a.example/"));

  CHECK(world.scheduler.clock().steady_now() - before < seconds(4));
  CHECK(world.failure_of({.url = "http://nowhere.example/"}) == OutboundFailure::unresolvable);
}

TEST_CASE("a connection is used again, until it has been idle for long or the peer has closed it") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve(kPublic);

  CHECK(world.get("http://a.example/"));
  CHECK(world.get("http://a.example/"));
  CHECK(world.send({.method = Method::post, .url = "http://a.example/", .body = "x"}));
  CHECK(world.connected().size() == 1);
  world.scheduler.advance(seconds(30));
  CHECK(world.get("http://a.example/"));
  CHECK(world.connected().size() == 2);
  world.answer_by = [](const Request&) {
    return Response{
        .status = 200, .headers = one_field("Connection", "close"), .body = std::string()};
  };
  CHECK(world.get("http://a.example/"));
  CHECK(world.get("http://a.example/"));
  CHECK(world.connected().size() == 3);
}

TEST_CASE("a kept connection that the peer has closed is not used for what may be sent only once") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve(kPublic);

  CHECK(world.get("http://a.example/"));
  world.scheduler.advance(seconds(15));  // its patience is 10 s, ours 20 s
  CHECK(world.send({.method = Method::post, .url = "http://a.example/", .body = "x"}));

  CHECK(world.connected().size() == 2);
}

// Answers once, and hangs up when it is asked again.
Task<> answer_once(StreamPtr stream, runtime::CancelToken /*cancel*/) {
  std::array<char, 4096> part{};
  std::string request;
  while (!request.ends_with("\r\n\r\nx")) {
    request.append(part.data(), co_await stream->read_some(part));
  }
  co_await stream->write_all("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  co_await stream->read_some(part);
  stream->close();
}

TEST_CASE("what was lost on a kept connection is sent again only where that does no harm") {
  for (const bool may_be_repeated : {false, true}) {
    CAPTURE(may_be_repeated);
    OutboundWorld world;
    world.resolver.set("a.example", {kPublic});
    world.serve_raw(kPublic, answer_once);
    const OutboundRequest request{.method = Method::post,
                                  .url = "http://a.example/",
                                  .body = "x",
                                  .may_be_repeated = may_be_repeated};

    CHECK(world.send(request));
    CHECK(world.send(request).has_value() == may_be_repeated);

    CHECK(world.connected().size() == (may_be_repeated ? 2 : 1));
  }
}

TEST_CASE("two origins share no connection, although they share an address") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.resolver.set("b.example", {kPublic});
  world.serve(kPublic);

  CHECK(world.get("http://a.example/"));
  CHECK(world.get("http://b.example/"));
  CHECK(world.connected().size() == 2);
}

TEST_CASE("requests to one host wait for each other, and beyond a number are refused") {
  OutboundWorld world;
  world.resolver.set("slow.example", {kPublic});
  world.resolver.set("other.example", {kOther});
  world.serve(kPublic);
  world.serve(kOther);
  world.takes = seconds(1);
  runtime::TaskGroup group("requests");
  int good = 0;
  int others_good = 0;

  for (int i = 0; i < 6; ++i) {
    group.spawn_on(world.scheduler, send_and_count(world.out, "http://slow.example/", good));
  }
  group.spawn_on(world.scheduler, send_and_count(world.out, "http://other.example/", others_good));
  world.scheduler.advance(std::chrono::milliseconds(1100));
  CHECK(good == 2);
  CHECK(others_good == 1);
  world.scheduler.run(group.join());

  CHECK(good == 5);
}
}  // namespace chancery::http
