// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/operator_acts.hpp"

#include "protocol/api_error.hpp"
#include "server/composition.hpp"
#include "server/control.hpp"
#include "tests/support/fake_resolver.hpp"
#include "tests/support/remembered_mail.hpp"
#include "tests/support/scripted_outbound.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <filesystem>
#include <sys/stat.h>

namespace chancery::server {
namespace {

using base::JsonObject;

constexpr std::string_view kPassword = "correct horse battery";

// A server's folder of its own, and the server opened in it without listening.
class World {
 public:
  World() {
    std::string pattern = (std::filesystem::temp_directory_path() / "chancery-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    config_.server.name = "example.org";
    config_.data.path = path_ + "/data";
    open();
  }
  ~World() {
    close();
    std::filesystem::remove_all(path_);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void open() {
    threads_.emplace(1);
    stores_.emplace(config_, Stores::Ports{*threads_, clock_, random_});
    composition_.emplace(config_, *stores_,
                         Composition::Ports{clock_, random_, workers_, outside_, names_, mail_});
    threads_->run_until(composition_->start());
  }
  void close() {
    if (stores_) stores_->stop();
    composition_.reset();
    stores_.reset();
    threads_.reset();
  }
  JsonObject perform(std::string act, JsonObject arguments) {
    return threads_->run_until(composition_->acts().perform(std::move(act), std::move(arguments)));
  }
  // The Matrix error of an act that fails; "" when it does not.
  std::string refusal(std::string act, JsonObject arguments) {
    try {
      static_cast<void>(perform(std::move(act), std::move(arguments)));
    } catch (const protocol::ApiError& error) {
      return std::string(protocol::error_code_name(error.code()));
    }
    return "";
  }
  Config& config() { return config_; }
  Composition& composition() { return *composition_; }
  runtime::Random& random() { return random_; }

 private:
  std::string path_;
  Config config_;
  runtime::SystemClock clock_;
  runtime::SystemRandom random_;
  runtime::WorkerPool workers_{1};
  support::ScriptedOutbound outside_;
  support::FakeResolver names_;
  support::RememberedMail mail_;
  std::optional<runtime::IoThreads> threads_;
  std::optional<Stores> stores_;
  std::optional<Composition> composition_;
};

JsonObject first_user(World& world) {
  return world.perform("user.list", {}).at("users").as_array().at(0).as_object();
}

}  // namespace

TEST_CASE("an operator makes an owner, who is there after a restart") {
  World world;

  world.perform("user.create", {{"user", "alice"}, {"password", kPassword}, {"role", "owner"}});
  world.close();
  world.open();

  CHECK(first_user(world).at("user_id") == "@alice:example.org");
  CHECK(first_user(world).at("role") == "owner");
  CHECK(world.refusal("user.create", {{"user", "alice"}, {"password", kPassword}}) ==
        "M_USER_IN_USE");
}

TEST_CASE("what an operator asks for is checked like everybody's wish") {
  World world;

  CHECK(world.refusal("user.create", {{"user", "bob"}, {"password", "short"}}) ==
        "M_WEAK_PASSWORD");
  CHECK(world.refusal("user.create", {{"user", "b b"}, {"password", kPassword}}) ==
        "M_INVALID_USERNAME");
  CHECK(world.refusal("user.lock", {{"user", "nobody"}}) == "M_NOT_FOUND");
  CHECK(world.refusal("user.explode", {}) == "M_UNRECOGNIZED");
  CHECK(world.perform("user.list", {}).at("users").as_array().empty());
}

TEST_CASE("a locked account shows as locked until it is unlocked") {
  World world;
  world.perform("user.create", {{"user", "alice"}, {"password", kPassword}});

  world.perform("user.lock", {{"user", "@alice:example.org"}});
  CHECK(first_user(world).at("state") == "locked");

  world.perform("user.lock", {{"user", "alice"}, {"locked", false}});
  CHECK(first_user(world).at("state") == "active");
}

TEST_CASE("a suspended account shows as suspended, and as locked when it is both") {
  World world;
  world.perform("user.create", {{"user", "alice"}, {"password", kPassword}});

  world.perform("user.suspend", {{"user", "@alice:example.org"}});
  CHECK(first_user(world).at("state") == "suspended");
  world.perform("user.lock", {{"user", "alice"}});
  CHECK(first_user(world).at("state") == "locked");
  world.perform("user.lock", {{"user", "alice"}, {"locked", false}});
  CHECK(first_user(world).at("state") == "suspended");

  world.perform("user.suspend", {{"user", "alice"}, {"suspended", false}});
  CHECK(first_user(world).at("state") == "active");
  CHECK(world.refusal("user.suspend", {{"user", "nobody"}}) == "M_NOT_FOUND");
}

TEST_CASE("an act on the last owner says that none is left") {
  World world;
  world.perform("user.create", {{"user", "alice"}, {"password", kPassword}, {"role", "owner"}});
  world.perform("user.create", {{"user", "bob"}, {"password", kPassword}, {"role", "owner"}});
  world.perform("user.create", {{"user", "carol"}, {"password", kPassword}});

  CHECK(world.perform("user.set_role", {{"user", "bob"}, {"role", "user"}}).at("owners_left") == 1);
  CHECK(world.perform("user.lock", {{"user", "alice"}}).at("owners_left") == 0);
  CHECK(world.perform("user.lock", {{"user", "alice"}, {"locked", false}}).at("owners_left") == 1);
  CHECK_FALSE(world.perform("user.lock", {{"user", "carol"}}).contains("owners_left"));
  CHECK(world.perform("user.deactivate", {{"user", "alice"}}).at("owners_left") == 0);
}

TEST_CASE("what was done is read back from the audit record, and that it was read as well") {
  World world;
  world.perform("user.create", {{"user", "alice"}, {"password", kPassword}});
  world.perform("user.lock", {{"user", "alice"}});
  const auto acts = [&](JsonObject wanted) {
    std::vector<std::string> found;
    const JsonObject answer = world.perform("audit.list", std::move(wanted));
    CHECK(answer.at("unreadable").at("altered").as_array().empty());
    for (const base::Json& each : answer.at("records").as_array()) {
      found.emplace_back(each.at("act").as_string());
    }
    return found;
  };
  using Acts = std::vector<std::string>;

  CHECK(acts({{"act", "account.lock"}}) == Acts{"account.lock"});
  CHECK(acts({{"act", "account.lock"}, {"who", "alice"}}).empty());
  CHECK(acts({{"act", "account.lock"}, {"who", "server"}}) == Acts{"account.lock"});
  CHECK(acts({{"limit", 1}}) == Acts{"audit.read"});
  world.close();
  world.open();
  const JsonObject first = world.perform("audit.list", {{"act", "account"}, {"limit", 1}});
  const JsonObject& record = first.at("records").as_array().at(0).as_object();
  CHECK(record.at("act") == "account.lock");
  CHECK(record.at("who") == "server");
  CHECK(record.at("object") == "@alice:example.org");
  CHECK(acts({{"act", "account.lock"}, {"before", first.at("next")}}).empty());

  CHECK(world.refusal("audit.list", {{"limit", 0}}) == "M_INVALID_PARAM");
  CHECK(world.refusal("audit.list", {{"limit", 10'001}}) == "M_INVALID_PARAM");
  CHECK(world.refusal("audit.list", {{"before", -1}}) == "M_INVALID_PARAM");
  CHECK(world.refusal("audit.list", {{"who", 7}}) != "");
}

TEST_CASE("what the command line does is the server's act, and says which role it gave") {
  World world;
  world.perform("user.create", {{"user", "alice"}, {"password", kPassword}, {"role", "owner"}});
  world.perform("user.create", {{"user", "bob"}, {"password", kPassword}});
  world.perform("user.set_role", {{"user", "bob"}, {"role", "owner"}});
  world.perform("user.set_role", {{"user", "bob"}, {"role", "user"}});

  const JsonObject answer = world.perform("audit.list", {{"act", "account"}, {"who", "server"}});
  std::vector<std::string> told;
  for (const base::Json& each : answer.at("records").as_array()) {
    told.push_back(fmt::format("{} {} {} {}", std::string(each.at("kind").as_string()),
                               std::string(each.at("act").as_string()),
                               std::string(each.at("object").as_string()),
                               std::string(each.at("rule").as_string())));
  }
  CHECK(told == std::vector<std::string>{
                    "server account.role @bob:example.org role user",
                    "server account.role @bob:example.org role owner",
                    "server account.register @bob:example.org command_line",
                    "server account.register @alice:example.org command_line; role owner"});
  CHECK(world.perform("audit.list", {{"act", "account"}, {"who", "alice"}})
            .at("records")
            .as_array()
            .empty());
}

TEST_CASE("who is deactivated is not deactivated once more, but may be erased") {
  World world;
  world.perform("user.create", {{"user", "alice"}, {"password", kPassword}});
  world.perform("user.deactivate", {{"user", "alice"}});

  CHECK(world.refusal("user.deactivate", {{"user", "alice"}}) == "M_INVALID_PARAM");
  CHECK(world.refusal("user.deactivate", {{"user", "alice"}, {"erase", true}}) == "");
  CHECK(world.refusal("user.deactivate", {{"user", "alice"}, {"erase", true}}) ==
        "M_INVALID_PARAM");
  const JsonObject acts = world.perform("audit.list", {{"act", "account.deactivate"}});
  CHECK(acts.at("records").as_array().size() == 2);
}

TEST_CASE("a database opens under the name that it was made for and no other") {
  World world;
  world.close();

  world.config().server.name = "other.example";
  CHECK_THROWS_AS(world.open(), ConfigError);

  world.close();
  world.config().server.name = "example.org";
  CHECK_NOTHROW(world.open());
}

TEST_CASE("a key file that is gone or open to others keeps the database shut") {
  World world;
  const std::string file = world.config().keys_file();
  world.close();

  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  CHECK_THROWS_AS(world.open(), keys::KeyFileError);

  world.close();
  std::filesystem::rename(file, file + ".away");
  CHECK_THROWS_AS(world.open(), keys::KeyFileError);
  CHECK_FALSE(std::filesystem::exists(file));

  world.close();
  std::filesystem::rename(file + ".away", file);
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  CHECK_NOTHROW(world.open());
}

TEST_CASE("a key file that systemd gave as a credential may be read by its group") {
  World world;
  const std::string file = world.config().keys_file();
  const std::string folder = std::filesystem::path(file).parent_path().string();
  world.close();
  REQUIRE(::chmod(file.c_str(), 0440) == 0);
  CHECK_THROWS_AS(world.open(), keys::KeyFileError);

  for (const std::string& credentials : {folder, folder + "/", folder + "/./"}) {
    CAPTURE(credentials);
    world.close();
    world.config().keys.credentials_folder = credentials;
    CHECK_NOTHROW(world.open());
  }
  for (const mode_t mode : {0444U, 0460U, 0450U}) {
    CAPTURE(mode);
    world.close();
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    CHECK_THROWS_AS(world.open(), keys::KeyFileError);
  }
  world.close();
  REQUIRE(::chmod(file.c_str(), 0440) == 0);
  world.config().keys.credentials_folder = folder + "/elsewhere";
  CHECK_THROWS_AS(world.open(), keys::KeyFileError);
}

TEST_CASE("two programs cannot have one data folder") {
  World world;

  CHECK_THROWS_AS(DataFolder(world.config().data.path), FolderInUse);
}

TEST_CASE("a server that announced itself is found until it withdraws") {
  World world;
  const std::string folder = world.config().data.path;

  world.composition().control().announce(folder, "0.0.0.0", 8008);
  const std::optional at = Control::find(folder);
  REQUIRE(at);
  CHECK(at->address == "127.0.0.1");
  CHECK(at->port == 8008);
  CHECK(at->token.size() == 43);

  Control::withdraw(folder);
  CHECK_FALSE(Control::find(folder));
}

}  // namespace chancery::server
