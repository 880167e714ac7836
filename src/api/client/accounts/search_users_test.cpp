// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/words.hpp"
#include "storage/commit/change.hpp"
#include "tests/support/account_world.hpp"

#include <doctest/doctest.h>

namespace chancery::client {
namespace {

using support::AccountWorld;
using support::ApiAnswer;
using support::ApiClient;
using Scope = accounts::UserDirectory::Scope;
using Names = std::vector<std::string>;

const std::string kSearch = "/_matrix/client/v3/user_directory/search";

Names names(const ApiAnswer& answer) {
  Names found;
  for (const base::Json& one : answer.object().at("results").as_array()) {
    found.emplace_back(one.as_object().at("user_id").as_string());
  }
  return found;
}

Names find(ApiClient& client, const std::string& term) {
  return names(client.post(kSearch, base::to_text(base::JsonObject{{"search_term", term}})));
}

void rename(ApiClient& client, const std::string& user, const std::string& name) {
  REQUIRE(client
              .put("/_matrix/client/v3/profile/" + user + "/displayname",
                   base::to_text(base::JsonObject{{"displayname", name}}))
              .status == 200);
}

TEST_CASE("a search finds by name whom one may find") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  rename(alice, "@alice:x", "Dr. Élodie LIDDELL");
  ApiClient bob = world.registered("bob");
  CHECK(find(bob, "liddell").empty());

  world.rooms().sharing.insert({"@bob:x", "@alice:x"});
  for (const char* term :
       {"liddell", "LIDD", "elodie", "Élo", "lid él", "ALI", "@ali", "alice:x"}) {
    CAPTURE(term);
    CHECK(find(bob, term) == Names{"@alice:x"});
  }
  CHECK(find(bob, "%").empty());
  CHECK(find(bob, "bob").empty());
  const ApiAnswer shown = bob.post(kSearch, R"({"search_term":"liddell"})");
  CHECK(shown.body == R"({"results":[{"user_id":"@alice:x",)"
                      R"("display_name":"Dr. Élodie LIDDELL"}],"limited":false})");
}

TEST_CASE("a search finds everyone where the server says so, those with the whole word first") {
  AccountWorld world({.directory = Scope::everyone});
  ApiClient bob = world.registered("bob");
  world.registered("manfred");
  world.registered("man");
  ApiClient carol = world.registered("carol");
  rename(carol, "@carol:x", "Carol Mann");
  CHECK(find(bob, "man") == Names{"@man:x", "@manfred:x", "@carol:x"});

  const ApiAnswer two = bob.post(kSearch, R"({"search_term":"man","limit":2})");
  CHECK(names(two) == Names{"@man:x", "@manfred:x"});
  CHECK(two.object().at("limited").as_bool());
  const ApiAnswer three = bob.post(kSearch, R"({"search_term":"man","limit":3})");
  CHECK_FALSE(three.object().at("limited").as_bool());
  CHECK(bob.post(kSearch, R"({"search_term":"man","limit":-5})").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("a search knows the name that somebody has now") {
  AccountWorld world({.directory = Scope::everyone});
  ApiClient alice = world.registered("alice");
  ApiClient bob = world.registered("bob");
  rename(alice, "@alice:x", "Before");
  rename(alice, "@alice:x", "After");
  CHECK(find(bob, "before").empty());
  CHECK(find(bob, "after") == Names{"@alice:x"});
  REQUIRE(alice.del("/_matrix/client/v3/profile/@alice:x/displayname").status == 200);
  CHECK(find(bob, "after").empty());
  CHECK(find(bob, "alice") == Names{"@alice:x"});
}

TEST_CASE("a search finds nobody who is locked, suspended, deactivated or erased") {
  AccountWorld world({.directory = Scope::everyone});
  ApiClient bob = world.registered("bob");
  const auto alice = protocol::UserId::trusted("@alice:x");
  ApiClient leaving = world.registered("alice");
  using accounts::Accounts;

  world.run(world.accounts().set_locked("server", alice, Accounts::Locked::yes));
  CHECK(find(bob, "alice").empty());
  world.run(world.accounts().set_locked("server", alice, Accounts::Locked::no));
  CHECK(find(bob, "alice") == Names{"@alice:x"});
  world.run(world.accounts().set_suspended("server", alice, Accounts::Suspended::yes));
  CHECK(find(bob, "alice").empty());
  world.run(world.accounts().set_suspended("server", alice, Accounts::Suspended::no));
  CHECK(find(bob, "alice") == Names{"@alice:x"});

  const std::string proof = R"("auth":{"type":"m.login.password","identifier":{"type":"m.id.user",)"
                            R"("user":"alice"},"password":")" +
                            std::string(AccountWorld::kPassword) + "\"}";
  const std::string session =
      leaving.post("/_matrix/client/v3/account/deactivate", "{}").text("session");
  REQUIRE(leaving
              .post("/_matrix/client/v3/account/deactivate",
                    "{" + proof.substr(0, proof.size() - 1) + R"(,"session":")" + session + "\"}}")
              .status == 200);
  CHECK(find(bob, "alice").empty());
}

TEST_CASE("terms that nobody has, however large or strange, find nobody") {
  AccountWorld world({.directory = Scope::everyone});
  ApiClient bob = world.registered("bob");
  world.registered("alice");
  for (const std::string& term :
       {std::string(), std::string("@"), std::string("%_%"), std::string("(q+)+$"),
        std::string("' OR 1=1 --"), std::string(65'000, 'a'), std::string(300, '%'),
        std::string("a\0b", 3), std::string("*")}) {
    CHECK(find(bob, term).empty());
  }
  CHECK(bob.post(kSearch, R"({"search_term":7})").status == 400);
  CHECK(bob.post(kSearch, "{}").status == 400);
  CHECK(bob.post(kSearch, R"({"search_term":"a","limit":"ten"})").status == 400);
  CHECK(bob.post(kSearch, R"({"search_term":"a","limit":1e30})").status == 400);
  CHECK(world.client().post(kSearch, R"({"search_term":"a"})").status == 401);
}

TEST_CASE("accounts that are older than the directory are filled in, once for each set of rules") {
  AccountWorld world({.directory = Scope::everyone});
  ApiClient bob = world.registered("bob");
  storage::Change old;
  for (int person = 0; person < 1'100; ++person) {
    const auto user = protocol::UserId::trusted("@old" + std::to_string(person) + ":x");
    old.mutations.emplace_back(storage::CreateAccount{{.user = user, .password_hash = ""}});
    old.mutations.emplace_back(storage::SetProfileField{
        user, "displayname", R"("Pensioner)" + std::to_string(person) + '"'});
  }
  world.run([](storage::Committer& committer, storage::Change change) -> runtime::Task<> {
    co_await committer.commit(std::move(change));
  }(world.committer(), std::move(old)));
  CHECK(find(bob, "pensioner1099").empty());

  world.run(world.directory_filling().ensure_complete());
  CHECK(find(bob, "pensioner1099") == Names{"@old1099:x"});
  CHECK(find(bob, "pensioner0") == Names{"@old0:x"});
  CHECK(find(bob, "bob").empty());  // themself
  const storage::StreamPosition done = world.committer().last_position();
  world.run(world.directory_filling().ensure_complete());
  CHECK(world.committer().last_position() == done);
}

}  // namespace
}  // namespace chancery::client
