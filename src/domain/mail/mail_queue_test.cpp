// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/mail_queue.hpp"

#include "base/base64.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "domain/keys/stored_keys.hpp"
#include "domain/mail/smtp_client.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"
#include "storage/commit/change.hpp"
#include "storage/sql/mail_store.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/fake_mail_server.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_store.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace chancery::mail {
namespace {

using namespace std::chrono_literals;
using support::FakeMailServer;
using Tls = FakeMailServer::Tls;

constexpr const char* kHost = "mail.example.org";

Address address(std::string_view text) { return Address::parse(text).value(); }

SmtpServer server_of(Security security) {
  return {.host = kHost,
          .port = 465,
          .security = security,
          .user = "",
          .password = "",
          .own_name = "x",
          .certificates = {}};
}

// The time of day is set to another one, while time passes as ever.
class WrongClock final : public runtime::Clock {
 public:
  explicit WrongClock(runtime::Clock& right) : right_(right) {}
  [[nodiscard]] base::Timestamp now() const override { return right_.now() + fast_by_; }
  [[nodiscard]] runtime::SteadyTime steady_now() const override { return right_.steady_now(); }
  void set_fast_by(base::Milliseconds much) { fast_by_ = much; }

 private:
  runtime::Clock& right_;
  base::Milliseconds fast_by_{0};
};

class MailWorld {
 public:
  explicit MailWorld(SmtpServer server = server_of(Security::tls), Tls tls = Tls::from_the_start)
      : server_(std::move(server)) {
    resolver_.set(kHost, {std::string(FakeMailServer::kAddress)});
    scheduler_.run(make_fake(tls));
    start();
  }
  ~MailWorld() {
    stop();
    scheduler_.run(fake_->stop());
    store_.committer().stop();
  }
  MailWorld(const MailWorld&) = delete;
  MailWorld& operator=(const MailWorld&) = delete;

  FakeMailServer& fake() { return *fake_; }
  WrongClock& clock() { return clock_; }
  support::MemoryNetwork& network() { return network_; }
  std::size_t queued() {
    storage::sql::SqlMailStore store(store_.reader());
    return scheduler_.run(store.load_due_mail({{INT64_MAX}, {INT64_MAX}}, 1'000)).size();
  }
  void send(std::string subject = "Hello", base::Milliseconds useful = 72h,
            std::string_view to = "bob@example.com") {
    Mail mail{.to = address(to),
              .subject = std::move(subject),
              .text = "Hello\n.\n",
              .html = {},
              .unsubscribe = std::nullopt};
    storage::Change change;
    parts_->queue.compose(mail, useful, change);
    scheduler_.run(store_.committer().commit(std::move(change)));
    settle();
  }
  // Several commits follow one another in the tasks.
  void settle() {
    for (int i = 0; i < 5; ++i) {
      scheduler_.run(store_.committer().commit({}));
      scheduler_.run_ready();
    }
  }
  void advance(std::chrono::milliseconds length) {
    scheduler_.advance(length);
    settle();
  }
  void restart() {
    stop();
    store_.committer().stop();
    parts_.reset();
    store_.reopen();
    start();
    settle();
  }

 private:
  struct Parts {
    explicit Parts(MailWorld& world)
        : keys(keys::RootKey(std::string(32, 'k')),
               world.scheduler_.run(world.store_.keys().load_keys()), world.random_),
          store(world.store_.reader()),
          client({.network = world.network_, .resolver = world.resolver_}, world.server_),
          queue({.store = store,
                 .committer = world.store_.committer(),
                 .keys = keys,
                 .carrier = client,
                 .clock = world.clock_,
                 .random = world.random_},
                {.address = address("chancery@example.org"), .name = "example.org"}) {
      keys::follow_stored_keys(keys, world.store_.committer());
    }
    keys::EpochKeyRing keys;
    storage::sql::SqlMailStore store;
    SmtpClient client;
    MailQueue queue;
  };
  runtime::Task<> make_fake(Tls tls) {
    fake_ = std::make_unique<FakeMailServer>(network_, tls);
    co_return;
  }
  void start() {
    parts_ = std::make_unique<Parts>(*this);
    group_ = std::make_unique<runtime::TaskGroup>("mail");
    group_->spawn_on(scheduler_, parts_->queue.run(group_->cancel_token()));
  }
  void stop() { scheduler_.run(group_->stop()); }

  SmtpServer server_;
  runtime::SimulatedScheduler scheduler_;
  WrongClock clock_{scheduler_.clock()};
  support::SeededRandom random_;
  support::TemporaryStore store_;
  support::MemoryNetwork network_;
  support::FakeResolver resolver_;
  std::unique_ptr<FakeMailServer> fake_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<runtime::TaskGroup> group_;
};

TEST_CASE("a mail is handed over once, and goes from the queue") {
  MailWorld world;
  world.send();
  REQUIRE(world.fake().mails().size() == 1);
  const support::ReceivedMail& mail = world.fake().mails().front();
  CHECK(mail.from == "<chancery@example.org>");
  CHECK(mail.to == "<bob@example.com>");
  CHECK(mail.was_secure);
  CHECK(mail.message.find("Subject: Hello\r\n") != std::string::npos);
  CHECK(mail.message.find("\r\n.\r\n") != std::string::npos);
  CHECK(world.queued() == 0);
  world.advance(24h);
  CHECK(world.fake().mails().size() == 1);
}

TEST_CASE("nothing is lost while the mail server is down, nor by a restart") {
  MailWorld world;
  world.fake().answer("GREETING", "421 not now");
  for (int i = 0; i < 3; ++i) world.send();
  world.advance(20h);
  CHECK(world.queued() == 3);
  world.fake().answer_as_usual();
  world.restart();
  CHECK(world.fake().mails().size() == 3);
  CHECK(world.queued() == 0);
}

TEST_CASE("a mail server that says nothing holds up mail, and nobody else") {
  MailWorld world;
  world.fake().answer("GREETING", "");
  world.send();
  world.advance(SmtpClient::kPatience + 1s);
  CHECK(world.queued() == 1);
  world.fake().answer_as_usual();
  world.advance(30min);
  CHECK(world.fake().mails().size() == 1);
}

TEST_CASE("what is refused for now is tried again, what is refused for good is not") {
  MailWorld world;
  world.fake().answer("RCPT TO", "450 busy");
  world.send("later");
  CHECK(world.queued() == 1);
  world.fake().answer_as_usual();
  world.fake().answer("MESSAGE", "554 spam");
  world.advance(2min);
  CHECK(world.queued() == 0);
  CHECK(world.fake().mails().empty());
}

TEST_CASE("one that is deferred does not hold up the next") {
  MailWorld world;
  world.fake().answer("MESSAGE", "451 later");
  world.send("first");
  world.fake().answer_as_usual();
  world.send("second");
  REQUIRE(world.fake().mails().size() == 1);
  CHECK(world.fake().mails().front().message.find("second") != std::string::npos);
  world.advance(10min);
  CHECK(world.fake().mails().size() == 2);
}

TEST_CASE("one at which the mail server falls silent does not hold up the next") {
  for (const char* step : {"MAIL FROM", "RCPT TO:<mute@example.com>", "DATA", "MESSAGE"}) {
    CAPTURE(step);
    MailWorld world;
    world.fake().answer(step, "");
    world.send("first", 72h, "mute@example.com");
    world.advance(SmtpClient::kPatience + 1s);
    world.fake().answer_as_usual();
    world.send("second");
    REQUIRE(world.fake().mails().size() == 1);
    CHECK(world.fake().mails().front().message.find("second") != std::string::npos);
    world.advance(10min);
    CHECK(world.fake().mails().size() == 2);
  }
}

TEST_CASE("the log names the step at which the mail server fell silent or went") {
  SmtpServer server = server_of(Security::starttls);
  server.user = "chancery";
  server.password = "secret";
  for (const auto& [command, step] : {std::pair{"GREETING", "greeting"},
                                      {"EHLO", "EHLO"},
                                      {"STARTTLS", "STARTTLS"},
                                      {"AUTH", "AUTH"},
                                      {"MAIL FROM", "MAIL FROM"},
                                      {"RCPT TO", "RCPT TO"},
                                      {"DATA", "DATA"},
                                      {"MESSAGE", "message"}}) {
    CAPTURE(command);
    MailWorld world(server, Tls::offered);
    world.fake().answer(command, "");
    const support::CapturedLog captured;
    world.send();
    world.advance(SmtpClient::kPatience + 1s);
    CHECK(!captured.lines(fmt::format("why=\"{}: no answer in time\"", step)).empty());
  }

  MailWorld world(server, Tls::offered);
  const support::CapturedLog captured;
  world.fake().answer("EHLO", "what?");
  world.send();
  CHECK(!captured.lines("mail_server_unreachable  why=\"EHLO: no SMTP reply\"").empty());
  server.host = "nowhere.example";
  MailWorld nowhere(server, Tls::offered);
  nowhere.send();
  CHECK(!captured.lines("why=\"connect: nowhere.example has no address\"").empty());
}

TEST_CASE("a mail that came to late use is given up") {
  MailWorld world;
  world.fake().answer("RCPT TO", "450 busy");
  world.send("short-lived", 1h);
  world.advance(8h);
  CHECK(world.queued() == 0);
  CHECK(world.fake().mails().empty());
}

TEST_CASE("a clock that was years ahead and is put right holds up no mail, nor does a restart") {
  for (const bool restarts : {false, true}) {
    CAPTURE(restarts);
    MailWorld world;
    world.clock().set_fast_by(24h * 365 * 10);
    world.fake().answer("RCPT TO", "450 busy");
    world.send("first");
    world.send("second");
    REQUIRE(world.queued() == 2);
    world.fake().answer_as_usual();

    world.clock().set_fast_by(0ms);
    if (restarts) world.restart();
    world.advance(MailQueue::kLastRetry + 1min);

    CHECK(world.fake().mails().size() == 2);
    CHECK(world.queued() == 0);
  }
}

TEST_CASE("a mail that a fast clock let live for years is not tried for years") {
  MailWorld world;
  world.clock().set_fast_by(24h * 365 * 10);
  world.fake().answer("RCPT TO", "450 busy");
  world.send();
  world.clock().set_fast_by(0ms);
  world.advance(24h * 5);
  CHECK(world.queued() == 1);
  world.advance(24h * 10);
  CHECK(world.queued() == 0);
  CHECK(world.fake().mails().empty());
}

TEST_CASE("with starttls everything but the greeting is said in TLS") {
  MailWorld world(server_of(Security::starttls), Tls::offered);
  world.send();
  REQUIRE(world.fake().mails().size() == 1);
  CHECK(world.fake().mails().front().was_secure);
  CHECK(world.fake().commands()[1] == "STARTTLS");
}

TEST_CASE("a server without STARTTLS is told nothing in clear") {
  MailWorld world(server_of(Security::starttls), Tls::none);
  world.send();
  CHECK(world.fake().mails().empty());
  CHECK(world.queued() == 1);
  CHECK(world.fake().commands() == std::vector<std::string>{"EHLO x"});
}

TEST_CASE("a certificate for another name ends the dialogue") {
  MailWorld world(server_of(Security::starttls), Tls::offered);
  world.network().certify({.address = std::string(FakeMailServer::kAddress), .port = 465},
                          "evil.example");
  world.send();
  CHECK(world.fake().mails().empty());
  CHECK(world.fake().commands() == std::vector<std::string>{"EHLO x", "STARTTLS"});
}

TEST_CASE("the password is given in TLS, by PLAIN or by LOGIN, and never in clear") {
  SmtpServer server = server_of(Security::tls);
  server.user = "me";
  server.password = "secret";
  {
    MailWorld world(server);
    world.send();
    CHECK(world.fake().mails().size() == 1);
    CHECK(world.fake().commands()[1] == "AUTH PLAIN AG1lAHNlY3JldA==");
  }
  {
    MailWorld world(server);
    world.fake().answer("EHLO", "250 AUTH=LOGIN");
    world.fake().answer("AUTH LOGIN", "334 VXNlcm5hbWU6");
    world.fake().answer("bWU=", "334 UGFzc3dvcmQ6");
    world.fake().answer("c2VjcmV0", "235 welcome");
    world.send();
    CHECK(world.fake().mails().size() == 1);
  }
  server.security = Security::none;
  MailWorld world(server, Tls::none);
  world.send();
  CHECK(world.fake().mails().empty());
  for (const std::string& command : world.fake().commands()) CHECK(!command.starts_with("AUTH"));
}

TEST_CASE("an international address is given to a server that takes it, in its words") {
  MailWorld world;
  world.fake().offer({"8BITMIME", "SMTPUTF8"});
  world.send("Hello", 72h, "m\u00FCller@example.com");
  REQUIRE(world.fake().mails().size() == 1);
  CHECK(world.fake().mails()[0].from.ends_with(" BODY=8BITMIME SMTPUTF8"));
  CHECK(world.fake().mails()[0].to == "<m\u00FCller@example.com>");
  CHECK(world.fake().mails()[0].message.find("To: <m\u00FCller@example.com>") != std::string::npos);
  // A plain one is said to be nothing else.
  world.send();
  CHECK(world.fake().mails().at(1).from.ends_with(">"));
}

TEST_CASE("an international address is not given to a server that cannot take it") {
  MailWorld world;
  world.fake().offer({"8BITMIME"});
  world.send("Hello", 72h, "m\u00FCller@example.com");
  CHECK(world.fake().mails().empty());
  CHECK(world.queued() == 0);
  world.send();
  CHECK(world.fake().mails().size() == 1);
}

TEST_CASE("a server that talks out of turn or endlessly is no mail server") {
  for (const char* greeting : {"220 a\r\n220 b", "hello", "999 x"}) {
    MailWorld world;
    world.fake().answer("GREETING", greeting);
    world.send();
    CHECK(world.fake().mails().empty());
    CHECK(world.queued() == 1);
  }
}

}  // namespace
}  // namespace chancery::mail
