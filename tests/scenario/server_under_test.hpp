// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A whole server "x" in the test's own process, over a folder of its own and a virtual clock.
//
//   ServerUnderTest server;
//   Person alice = server.register_user("alice");
//   const std::string room = alice.create_room();
//   CHECK(alice.get("/rooms/" + room + "/state").status == 200);
//
// Targets without "/_" or "/.well-known/" in front are of "/_matrix/client/v3", but for "/" itself.

#include "http/path_pattern.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"
#include "server/composition.hpp"
#include "tests/storage/fault_vfs.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/audit_trail.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/remembered_mail.hpp"
#include "tests/support/scripted_outbound.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::scenario {

using support::ApiAnswer;

class ServerUnderTest;

// A request as the boundary gets it, with who asks.
struct Ask {
  http::Method method = http::Method::get;
  std::string target;
  std::string body;
  std::string token;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};  // further ones
};

// A request that is under way.
class Pending {
 public:
  [[nodiscard]] bool is_answered() const;
  // Drives the server until the answer is there, moving the clock if need be.
  ApiAnswer await();
  void hang_up();

 private:
  friend class ServerUnderTest;
  struct State;
  Pending(ServerUnderTest& server, std::shared_ptr<State> state);
  ServerUnderTest* server_;
  std::shared_ptr<State> state_;
};

// Somebody with a device and a token, or nobody in particular. Good beyond a restart.
class Person {
 public:
  ApiAnswer get(std::string target) const;
  ApiAnswer post(std::string target, std::string body = "{}") const;
  ApiAnswer put(std::string target, std::string body = "{}") const;
  ApiAnswer del(std::string target, std::string body = "") const;
  ApiAnswer send(Ask ask) const;
  [[nodiscard]] Pending begin(http::Method method, std::string target, std::string body = "") const;

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& device() const { return device_; }
  [[nodiscard]] const std::string& token() const { return token_; }
  void set_token(std::string token) { token_ = std::move(token); }

  // These throw when they are refused.
  std::string create_room(std::string body = R"({"preset":"public_chat"})") const;
  void join(const std::string& room) const;
  // Returns the event's id. A transaction id of its own each time, unless one is given.
  std::string say(const std::string& room, const std::string& text,
                  std::string transaction = "") const;
  // From nothing, or from the token of an earlier one.
  [[nodiscard]] ApiAnswer sync(const std::string& since = "") const;
  // The token of a sync from nothing.
  [[nodiscard]] std::string position() const { return sync().text("next_batch"); }

 private:
  friend class ServerUnderTest;
  explicit Person(ServerUnderTest& server) : server_(&server) {}
  ApiAnswer must(ApiAnswer answer) const;

  ServerUnderTest* server_;
  std::string id_;
  std::string device_;
  std::string token_;
};

class ServerUnderTest {
 public:
  using Configure = std::function<void(server::Config&)>;
  // `configure` changes a configuration without limits of rate. `seed` decides the order of what
  // is ready at once.
  explicit ServerUnderTest(const Configure& configure = {}, std::uint64_t seed = 0);
  ~ServerUnderTest();
  ServerUnderTest(const ServerUnderTest&) = delete;
  ServerUnderTest& operator=(const ServerUnderTest&) = delete;

  // "@name:x", signed in on a device; without a password unless one is given.
  Person register_user(const std::string& name, const std::string& password = "");
  // Who owns the server.
  Person register_owner(const std::string& name);
  // `user`: their id.
  void make_owner(const std::string& user);
  // Another device of the same person.
  Person sign_in(const Person& person, const std::string& device);
  [[nodiscard]] Person stranger() { return Person(*this); }

  [[nodiscard]] Pending begin(Ask ask);
  // Bytes over a connection of their own; what the server sends back within `patience`.
  std::string exchange(std::string bytes,
                       std::chrono::milliseconds patience = std::chrono::seconds(1));

  // Until all that was committed has rung the bells of those who wait for it, which happens on the
  // committer's thread after the sender was answered; and what is ready then has run.
  void settle();
  // What is in memory is gone; the store is opened again.
  void restart();
  void stop();
  void start();
  // Push gateways and mailboxes hear of what happens from now on, until `stop`.
  void start_telling_others();

  // Beneath the databases of all servers of this program; sound at the start of each.
  [[nodiscard]] static storage::FaultVfs& disk();
  [[nodiscard]] runtime::SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] server::Composition& composition() { return *composition_; }
  [[nodiscard]] const std::vector<boundary::Route>& routes() {
    return composition_->boundary().routes();
  }
  [[nodiscard]] server::Config& config() { return config_; }
  // What stands on record, opened, the oldest first.
  [[nodiscard]] std::vector<support::Recorded> records();
  [[nodiscard]] support::SeededRandom& random() { return random_; }
  // Everybody whom the server asks something.
  [[nodiscard]] support::ScriptedOutbound& outside() { return outside_; }
  // The records about names.
  [[nodiscard]] support::FakeResolver& names() { return names_; }
  // The mail that left; none does before `start_telling_others`, or without `mail.server`.
  [[nodiscard]] support::RememberedMail& mail() { return mail_; }

 private:
  static runtime::Task<> answer(boundary::Boundary& boundary, std::shared_ptr<Pending::State> to);
  void hang_up_all();

  support::TemporaryFolder folder_;
  server::Config config_;
  runtime::SimulatedScheduler scheduler_;
  support::SeededRandom random_;
  runtime::WorkerPool workers_{1};
  support::ScriptedOutbound outside_;
  support::FakeResolver names_;
  support::RememberedMail mail_;
  std::unique_ptr<server::Stores> stores_;
  std::unique_ptr<server::Composition> composition_;
  std::unique_ptr<runtime::TaskGroup> requests_;
  std::unique_ptr<runtime::TaskGroup> telling_;
  std::vector<std::weak_ptr<Pending::State>> pending_;
};

// Sliding sync, as clients of today ask for it and as it was merged into the specification.
inline const std::string kSlidingSync =
    "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";
inline const std::string kMergedSlidingSync = "/_matrix/client/v4/sync";
// Whether the server says to everybody that it has the unstable feature.
[[nodiscard]] bool tells_of(ServerUnderTest& server, const std::string& feature);
// A number that no other call in this program got.
[[nodiscard]] std::string unique_text();
// As a part of a path or a query.
using http::percent_encode;
// The member at a JSON pointer ("/rooms/join"); null when there is none.
[[nodiscard]] const base::Json* find_at(const base::Json& json, std::string_view pointer);
[[nodiscard]] std::string text_at(const base::Json& json, std::string_view pointer);
// The texts of the messages in a room's timeline of a sync, in order.
[[nodiscard]] std::vector<std::string> messages_in(const ApiAnswer& sync, const std::string& room);
// The texts of every message in the room, oldest first, by /messages.
[[nodiscard]] std::vector<std::string> all_messages(const Person& reader, const std::string& room);
// {"msgtype": "m.text", "body": text}
[[nodiscard]] std::string message_of(std::string_view text);

}  // namespace chancery::scenario
