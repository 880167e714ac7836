// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/server_under_test.hpp"

#include "domain/accounts/new_account.hpp"
#include "http/server.hpp"
#include "storage/commit/change.hpp"
#include "tests/scenario/faulty_disk.hpp"
#include "tests/support/memory_network.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace chancery::scenario {

using runtime::Task;

struct Pending::State {
  explicit State(Ask ask) : body(ask.body) {
    request.method = ask.method;
    const bool is_whole = ask.target == "/" || ask.target.starts_with("/_") ||
                          ask.target.starts_with("/.well-known/") || ask.target == "/setup";
    request.target = is_whole ? ask.target : "/_matrix/client/v3" + ask.target;
    const std::size_t mark = request.target.find('?');
    request.path = request.target.substr(0, mark);
    if (mark != std::string::npos) {
      auto query = http::Query::parse(std::string_view(request.target).substr(mark + 1));
      if (!query) throw std::logic_error("not a query: " + request.target);
      request.query = *std::move(query);
    }
    if (!ask.token.empty()) request.headers.add("Authorization", "Bearer " + ask.token);
    request.headers.add("User-Agent", "a test");
    request.headers.add("Content-Type", ask.content_type);
    for (const auto& [name, value] : ask.headers) request.headers.set(name, value);
    request.content_length = ask.body.size();
    request.has_body = !ask.body.empty();
    request.body = &body;
    request.peer = {.address = "192.0.2.1", .port = 50'000};
    request.gone = gone.token();
  }

  runtime::CancelSource gone;
  http::Request request;
  support::TextBody body;
  std::optional<ApiAnswer> answer;
};

Pending::Pending(ServerUnderTest& server, std::shared_ptr<State> state)
    : server_(&server), state_(std::move(state)) {}

bool Pending::is_answered() const { return state_->answer.has_value(); }

ApiAnswer Pending::await() {
  server_->scheduler().run_until([this] { return is_answered(); });
  return *std::move(state_->answer);
}

void Pending::hang_up() {
  server_->scheduler().post([state = state_] { state->gone.cancel(); });
  server_->scheduler().run_ready();
}

// --- people ----------------------------------------------------------------------------------

ApiAnswer Person::send(Ask ask) const {
  ask.token = token_;
  return server_->begin(std::move(ask)).await();
}
ApiAnswer Person::get(std::string target) const {
  return send({.method = http::Method::get, .target = std::move(target), .body = {}, .token = {}});
}
ApiAnswer Person::post(std::string target, std::string body) const {
  return send({.method = http::Method::post,
               .target = std::move(target),
               .body = std::move(body),
               .token = {}});
}
ApiAnswer Person::put(std::string target, std::string body) const {
  return send({.method = http::Method::put,
               .target = std::move(target),
               .body = std::move(body),
               .token = {}});
}
ApiAnswer Person::del(std::string target, std::string body) const {
  return send({.method = http::Method::del,
               .target = std::move(target),
               .body = std::move(body),
               .token = {}});
}
Pending Person::begin(http::Method method, std::string target, std::string body) const {
  return server_->begin(
      {.method = method, .target = std::move(target), .body = std::move(body), .token = token_});
}

ApiAnswer Person::must(ApiAnswer answer) const {
  if (answer.status != 200) {
    throw std::logic_error(fmt::format("{} was refused: {} {}", id_, answer.status, answer.body));
  }
  return answer;
}

std::string Person::create_room(std::string body) const {
  return must(post("/createRoom", std::move(body))).text("room_id");
}
void Person::join(const std::string& room) const { must(post("/rooms/" + room + "/join")); }

std::string Person::say(const std::string& room, const std::string& text,
                        std::string transaction) const {
  if (transaction.empty()) transaction = "t" + unique_text();
  return must(put("/rooms/" + room + "/send/m.room.message/" + transaction, message_of(text)))
      .text("event_id");
}

ApiAnswer Person::sync(const std::string& since) const {
  return must(get(since.empty() ? "/sync" : "/sync?since=" + since));
}

// --- the server ------------------------------------------------------------------------------

ServerUnderTest::ServerUnderTest(const Configure& configure, std::uint64_t seed)
    : scheduler_(seed) {
  disk().fill_after(-1);
  disk().fail_syncs(false);
  config_.server.name = "x";
  config_.data.path = folder_.file("data");
  config_.limits.enabled = false;
  config_.storage.cache_mb = 16;
  if (configure) configure(config_);
  if (!config_.mail.server.empty()) mail_.configure();
  start();
}

storage::FaultVfs& ServerUnderTest::disk() {
  static FaultyDisk disk;
  return disk;
}

ServerUnderTest::~ServerUnderTest() {
  if (composition_) stop();
}

void ServerUnderTest::start() {
  {
    // Only while the stores are opened, which blocks.
    runtime::IoThreads threads(1);
    stores_ = std::make_unique<server::Stores>(
        config_,
        server::Stores::Ports{.threads = threads, .clock = scheduler_.clock(), .random = random_});
  }
  composition_ =
      std::make_unique<server::Composition>(config_, *stores_,
                                            server::Composition::Ports{.clock = scheduler_.clock(),
                                                                       .random = random_,
                                                                       .workers = workers_,
                                                                       .outbound = outside_,
                                                                       .resolver = names_,
                                                                       .mail = mail_});
  try {
    scheduler_.run(composition_->start());
  } catch (...) {  // what was opened is closed; the failure goes on
    scheduler_.run(composition_->stop());
    stores_->stop();
    composition_.reset();
    stores_.reset();
    throw;
  }
  requests_ = std::make_unique<runtime::TaskGroup>("requests");
  requests_->spawn_on(scheduler_, composition_->send_delayed(requests_->cancel_token()));
  requests_->spawn_on(scheduler_, composition_->tell_services(requests_->cancel_token()));
}

void ServerUnderTest::hang_up_all() {
  for (const auto& each : std::exchange(pending_, {})) {
    if (const auto state = each.lock()) state->gone.cancel();
  }
}

void ServerUnderTest::stop() {
  scheduler_.post([this] { hang_up_all(); });
  scheduler_.run(requests_->stop());
  if (telling_) scheduler_.run(telling_->stop());
  telling_.reset();
  scheduler_.run(composition_->stop());
  stores_->stop();
  requests_.reset();
  composition_.reset();
  stores_.reset();
}

void ServerUnderTest::start_telling_others() {
  telling_ = std::make_unique<runtime::TaskGroup>("telling others");
  telling_->spawn_on(scheduler_, composition_->tell_others(telling_->cancel_token()));
  telling_->spawn_on(scheduler_, composition_->carry_mail(telling_->cancel_token()));
  settle();
}

std::vector<support::Recorded> ServerUnderTest::records() {
  return scheduler_.run(support::load_records(stores_->database->reader(), stores_->key_ring));
}

void ServerUnderTest::restart() {
  stop();
  start();
}

void ServerUnderTest::settle() { scheduler_.run_ready(); }

Person ServerUnderTest::register_owner(const std::string& name) {
  Person person = register_user(name);
  make_owner(person.id());
  return person;
}

void ServerUnderTest::make_owner(const std::string& user) {
  scheduler_.run(composition_->accounts().accounts.set_role(
      "server", protocol::UserId::trusted(user), policy::Role::owner));
}

Person ServerUnderTest::register_user(const std::string& name, const std::string& password) {
  accounts::AccountCreation& creation = composition_->accounts().creation;
  Person person(*this);
  const protocol::UserId user = creation.parse_username(name);
  const auto session = scheduler_.run(creation.create(
      {.user = user,
       .password = password,
       .displayname = name,
       .session = accounts::SessionRequest{.user = user, .device = {}, .device_name = ""},
       .preconditions = {},
       .mutations = {},
       .rule = "test"}));
  person.id_ = user.text();
  person.device_ = session->device.text();
  person.token_ = session->tokens.access_token;
  return person;
}

Person ServerUnderTest::sign_in(const Person& person, const std::string& device) {
  Person other(*this);
  other.id_ = person.id();
  other.device_ = device;
  other.token_ = scheduler_
                     .run(composition_->accounts().sessions.open(
                         {.user = protocol::UserId::trusted(person.id()),
                          .device = protocol::DeviceId::trusted(device),
                          .device_name = ""}))
                     .tokens.access_token;
  return other;
}

Task<> ServerUnderTest::answer(boundary::Boundary& boundary, std::shared_ptr<Pending::State> to) {
  http::Response response = co_await boundary.handle(to->request);
  support::ApiAnswer answer = co_await support::read_answer(std::move(response));
  support::OperationsTested::of_this_program().note(boundary, to->request, answer.status);
  to->answer = std::move(answer);
}

Pending ServerUnderTest::begin(Ask ask) {
  auto state = std::make_shared<Pending::State>(std::move(ask));
  std::erase_if(pending_, [](const auto& each) { return each.expired(); });
  pending_.push_back(state);
  requests_->spawn_on(scheduler_, answer(composition_->boundary(), state));
  return {*this, std::move(state)};
}

std::string ServerUnderTest::exchange(std::string bytes, std::chrono::milliseconds patience) {
  std::string received;
  http::Server server(
      {}, [this](http::Request& request) { return composition_->boundary().handle(request); },
      &boundary::Boundary::refuse);
  auto [client, served] = support::make_stream_pair();
  runtime::TaskGroup group("wire");
  const auto write = [](runtime::Stream& to, std::string text) -> Task<> {
    try {
      co_await to.write_all(text);
    } catch (const runtime::PeerGone&) {  // the server may close before it has read everything
    }
  };
  const auto read = [](runtime::Stream& from, std::string& into) -> Task<> {
    std::array<char, 4096> part{};
    try {
      while (const std::size_t count = co_await from.read_some(part)) {
        into.append(part.data(), count);
      }
    } catch (const runtime::PeerGone&) {  // closed as well
    }
  };
  scheduler_.post(
      [&server, stream = std::move(served)]() mutable { server.serve(std::move(stream)); });
  group.spawn_on(scheduler_, read(*client, received));
  group.spawn_on(scheduler_, write(*client, std::move(bytes)));
  scheduler_.advance(patience);
  client->close();
  scheduler_.run(server.stop(std::chrono::milliseconds(0)));
  scheduler_.run(group.stop());
  return received;
}

// --- reading answers ---------------------------------------------------------------------------

std::string unique_text() {
  static std::uint64_t last = 0;
  return fmt::format("{}", ++last);
}

const base::Json* find_at(const base::Json& json, std::string_view pointer) {
  boost::system::error_code error;
  return json.find_pointer(pointer, error);
}

bool tells_of(ServerUnderTest& server, const std::string& feature) {
  const ApiAnswer versions = server.stranger().get("/_matrix/client/versions");
  const base::JsonObject& features = versions.object().at("unstable_features").as_object();
  const base::Json* told = features.if_contains(feature);
  return told != nullptr && told->as_bool();
}

std::string text_at(const base::Json& json, std::string_view pointer) {
  const base::Json* found = find_at(json, pointer);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::vector<std::string> messages_in(const ApiAnswer& sync, const std::string& room) {
  std::vector<std::string> texts;
  const base::Json* events = find_at(sync.json, "/rooms/join/" + room + "/timeline/events");
  if (events == nullptr) return texts;
  for (const base::Json& event : events->as_array()) {
    if (text_at(event, "/type") == "m.room.message")
      texts.push_back(text_at(event, "/content/body"));
  }
  return texts;
}

std::vector<std::string> all_messages(const Person& reader, const std::string& room) {
  std::vector<std::string> texts;
  std::string from;
  while (true) {
    const ApiAnswer page = reader.get("/rooms/" + room + "/messages?dir=f&limit=100" +
                                      (from.empty() ? "" : "&from=" + from));
    for (const base::Json& event : page.object().at("chunk").as_array()) {
      if (text_at(event, "/type") == "m.room.message") {
        texts.push_back(text_at(event, "/content/body"));
      }
    }
    from = page.text("end");
    if (from.empty()) return texts;
  }
}

std::string message_of(std::string_view text) {
  return base::to_text(base::JsonObject{{"msgtype", "m.text"}, {"body", text}});
}

}  // namespace chancery::scenario
