// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/boundary.hpp"

#include "api/boundary/call.hpp"
#include "base/json.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "storage/errors.hpp"
#include "tests/support/captured_log.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chancery::boundary {
namespace {

using accounts::TokenVerdict;

constexpr const char* kToken = "a token";

accounts::SeenSession session_of(const std::string& user,
                                 policy::Standing standing = policy::Standing::good) {
  auto session = std::make_shared<accounts::Session>();
  session->user = protocol::UserId::trusted(user);
  session->device = protocol::DeviceId::trusted("PHONE");
  session->standing = standing;
  return {.session = std::move(session)};
}
accounts::LockedAccount locked(const std::string& user) {
  return {session_of(user, policy::Standing::locked)};
}

// Says what it is told to, and counts how often the store would be asked.
class Scripted final : public accounts::Authenticator {
 public:
  runtime::Task<TokenVerdict> check_credential(accounts::Credential credential) override {
    asked.push_back(credential);
    co_return in_store;
  }
  [[nodiscard]] std::optional<TokenVerdict> find_at_hand(
      const accounts::ShownToken& token) const override {
    if (!(token.hash == accounts::TokenHash(kToken))) return accounts::UnknownToken{};
    return at_hand;
  }
  [[nodiscard]] bool is_known(const accounts::ShownToken& /*token*/) const override {
    return known;
  }
  void note_use(const accounts::Session& session, std::string_view address,
                std::string_view agent) override {
    uses.push_back(session.user.text() + " " + std::string(address) + " " + std::string(agent));
  }
  [[nodiscard]] accounts::SessionWatchPtr watch(const accounts::SeenSession& seen) override {
    watched = std::make_shared<accounts::SessionWatch>(seen.session->device);
    return watched;
  }

  std::optional<TokenVerdict> at_hand;
  TokenVerdict in_store = accounts::UnknownToken{};
  bool known = false;
  std::vector<accounts::Credential> asked;
  std::vector<std::string> uses;
  accounts::SessionWatchPtr watched;
};

struct Answer {
  unsigned status = 0;
  std::string body;

  [[nodiscard]] bool says(std::string_view part) const {
    return body.find(part) != std::string::npos;
  }
};

runtime::Task<http::Response> name_caller(Call& call) {
  const accounts::Session* session = call.find_session();
  co_return json_text_response(session != nullptr ? session->user.text() : "nobody");
}

// Its session ends while it waits.
runtime::Task<http::Response> wait_until_ended(Call& call, const Scripted& authenticator) {
  const runtime::CancelToken gone = call.gone();
  authenticator.watched->end();
  co_return json_text_response("what was found meanwhile");
}

class Gate {
 public:
  Answer get(std::string path, const std::string& token = kToken, const std::string& query = "",
             const std::string& coding = "") {
    http::Request request;
    request.method = http::Method::get;
    request.path = std::move(path);
    request.query = *http::Query::parse(query);
    request.peer = {.address = "192.0.2.1", .port = 50'000};
    request.headers.add("User-Agent", "a test");
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    if (!coding.empty()) request.headers.add("Content-Encoding", coding);
    http::Response response = scheduler_.run(boundary_.handle(request));
    return {response.status, std::get<std::string>(response.body)};
  }

  void pass(base::Milliseconds time) { scheduler_.advance(time); }

  Scripted authenticator;
  std::string refusal;  // of the database

 private:
  static Route route(std::string path, Guard guard, Endpoint endpoint = name_caller) {
    return {.method = http::Method::get,
            .paths = {std::move(path)},
            .guard = guard,
            .spec = {"test", "v1", "GET"},
            .endpoint = std::move(endpoint)};
  }
  static runtime::Task<http::Response> ask_database(Call& /*call*/, const std::string& refusal) {
    if (!refusal.empty()) throw storage::StorageError(refusal);
    co_return json_text_response("stored");
  }
  std::vector<Route> routes() {
    constexpr Guard kEnds{.needs = {.capability = policy::Capability::end_session}};
    constexpr Guard kKnownOrNot{.needs = {.capability = policy::Capability::open},
                                .authentication = Authentication::optional};
    return {route("/read", kReader),
            route("/end", kEnds),
            route("/anyone", kKnownOrNot),
            route("/open", kOpen),
            route("/wait", kReader,
                  [this](Call& call) { return wait_until_ended(call, authenticator); }),
            route("/store", open_guard(LimitClass::none),
                  [this](Call& call) { return ask_database(call, refusal); })};
  }

  runtime::SimulatedScheduler scheduler_;
  RateLimits limits_{LimitsEnabled::yes, {.read = {0.001, 3}}, scheduler_.clock()};
  Boundary boundary_{
      routes(), {.authenticator = authenticator, .limits = limits_, .clock = scheduler_.clock()}};
};

}  // namespace

TEST_CASE("a database that refuses is told of at once, then now and then, not for each request") {
  Gate gate;
  const support::CapturedLog captured;
  const auto ask = [&gate](int times) {
    for (int i = 0; i < times; ++i) CHECK(gate.get("/store", "").status == 503);
  };

  gate.refusal = "in recovery";
  ask(100);
  gate.refusal = "disk full";
  ask(100);
  gate.pass(std::chrono::seconds(10));
  ask(100);
  gate.refusal = "";
  CHECK(gate.get("/store", "").status == 200);

  const std::vector<std::string> lines = captured.lines();
  REQUIRE(lines.size() == 3);
  for (const std::string& line : lines) CHECK(line.contains("storage_failed"));
  CHECK(lines[0].contains("what=\"in recovery\" left_out=0"));
  CHECK(lines[1].contains("what=\"disk full\" left_out=0"));
  CHECK(lines[2].contains("what=\"disk full\" left_out=99"));
}

TEST_CASE("a body in a coding is refused before anything else, one as it is is not") {
  Gate gate;
  const Answer refused = gate.get("/open", "", "", "gzip");
  CHECK(refused.status == 415);
  CHECK(refused.says("M_UNKNOWN"));
  CHECK(gate.get("/open", "", "", "identity").status == 200);
}

TEST_CASE("a token of which all is at hand asks no store, and its use is noted") {
  Gate gate;
  gate.authenticator.at_hand = session_of("@alice:x");

  const Answer answer = gate.get("/read");

  CHECK(answer.status == 200);
  CHECK(answer.body == "@alice:x");
  CHECK(gate.authenticator.asked.empty());
  CHECK(gate.authenticator.uses == std::vector<std::string>{"@alice:x 192.0.2.1 a test"});
}

TEST_CASE("a token that is not at hand is looked up once, with what stands beside it") {
  Gate gate;
  gate.authenticator.in_store = session_of("@alice:x");

  const Answer answer = gate.get("/read", kToken, "user_id=@bob:x&org.matrix.msc3202.device_id=D");

  CHECK(answer.body == "@alice:x");
  REQUIRE(gate.authenticator.asked.size() == 1);
  const accounts::Credential& asked = gate.authenticator.asked.front();
  CHECK(asked.token.hash == accounts::TokenHash(kToken));
  CHECK(asked.user == "@bob:x");
  CHECK(asked.device == "D");
}

TEST_CASE("a token in the query is the same token, and a field without one is none") {
  Gate gate;
  gate.authenticator.at_hand = session_of("@alice:x");

  CHECK(gate.get("/read", "", "access_token=a+token").body == "@alice:x");
  CHECK(gate.get("/read", "another").says("M_UNKNOWN_TOKEN"));
  CHECK(gate.get("/read", "").says("M_MISSING_TOKEN"));
  CHECK(gate.get("/anyone", "").body == "nobody");
  CHECK(gate.get("/anyone").body == "@alice:x");
  CHECK(gate.get("/open").body == "nobody");
}

TEST_CASE("each verdict is told alike, at hand or from the store") {
  for (const bool is_at_hand : {true, false}) {
    CAPTURE(is_at_hand);
    const auto ask = [&](const TokenVerdict& verdict, const char* path = "/read") {
      Gate gate;
      gate.authenticator.in_store = verdict;
      if (is_at_hand) gate.authenticator.at_hand = verdict;
      return gate.get(path);
    };

    const Answer unknown = ask(accounts::UnknownToken{});
    CHECK(unknown.status == 401);
    CHECK(unknown.says("M_UNKNOWN_TOKEN"));
    CHECK(unknown.says("\"soft_logout\":false"));
    const Answer expired = ask(accounts::ExpiredToken{});
    CHECK(expired.status == 401);
    CHECK(expired.says("M_UNKNOWN_TOKEN"));
    CHECK(expired.says("\"soft_logout\":true"));
    CHECK(ask(locked("@alice:x")).says("M_USER_LOCKED"));
    CHECK(ask(locked("@alice:x"), "/end").body == "@alice:x");
    // Of whom it is not said who they are, not even a session ends.
    CHECK(ask(accounts::LockedAccount{}, "/end").says("M_USER_LOCKED"));
  }
}

TEST_CASE("whoever makes the store look for tokens that nobody has is slowed down") {
  Gate gate;
  for (int i = 0; i < 3; ++i) CHECK(gate.get("/read").status == 401);

  CHECK(gate.get("/read").status == 429);
  CHECK(gate.authenticator.asked.size() == 3);
  // What is known without the store is told nevertheless.
  gate.authenticator.at_hand = session_of("@alice:x");
  CHECK(gate.get("/read").status == 200);
}

TEST_CASE("a token that somebody has for certain takes nothing of the network's share") {
  Gate gate;
  gate.authenticator.known = true;
  for (int i = 0; i < 10; ++i) CHECK(gate.get("/read").status == 401);
}

TEST_CASE("what was found while the session ended is not handed out") {
  Gate gate;
  gate.authenticator.at_hand = session_of("@alice:x");

  const Answer answer = gate.get("/wait");

  CHECK(answer.status == 401);
  CHECK(answer.says("M_UNKNOWN_TOKEN"));
  CHECK(gate.authenticator.asked.size() == 1);
}

}  // namespace chancery::boundary
