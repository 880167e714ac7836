// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/clients.hpp"

#include "domain/audit/sealed_recorder.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "storage/commit/change.hpp"
#include "storage/sql/oauth_store.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_store.hpp"

#include <doctest/doctest.h>

namespace chancery::oauth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class Register {
 public:
  ~Register() { store_.committer().stop(); }

  std::expected<Client, Refusal> add(int number) {
    const std::string address = "https://app" + std::to_string(number) + ".example/";
    return scheduler.run(clients.register_client(base::JsonObject{
        {"client_uri", address}, {"redirect_uris", base::JsonArray{base::Json(address)}}}));
  }
  bool has(const std::string& id) { return scheduler.run(clients.find(id)).has_value(); }
  // As if the client had signed somebody in.
  void use(const std::string& id) {
    const auto user = protocol::UserId::trusted("@alice:x");
    const auto device = protocol::DeviceId::trusted("DEVICE");
    storage::Change change;
    change.mutations.emplace_back(storage::PutDevice{user, device, "", {1}});
    change.mutations.emplace_back(storage::PutRefreshToken{{.hash = std::string(32, 'r'),
                                                            .user = user,
                                                            .device = device,
                                                            .created_at = {1},
                                                            .expires_at = {},
                                                            .authenticated_at = {1},
                                                            .replaces = {},
                                                            .client = id}});
    scheduler.run(commits_.keep_house(std::move(change)));
  }

  runtime::SimulatedScheduler scheduler;

 private:
  support::SeededRandom random_;
  support::TemporaryStore store_;
  keys::EpochKeyRing keys_{keys::RootKey(std::string(32, 'k')),
                           scheduler.run(store_.keys().load_keys()), random_};
  audit::SealedRecorder recorder_{keys_, random_, scheduler.clock()};
  accounts::AuditedCommits commits_{store_.committer(), recorder_};
  storage::sql::SqlOauthClientStore stored_{store_.reader()};

 public:
  Clients clients{stored_, commits_, scheduler.clock(), {.most = 3}};
};

}  // namespace

TEST_CASE("no more clients register than there is room for, and those there are register again") {
  Register book;
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(book.add(i)->id);

  const auto refused = book.add(3);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().error == OauthError::temporarily_unavailable);
  CHECK(book.add(1)->id == ids[1]);
  for (const std::string& id : ids) CHECK(book.has(id));
}

TEST_CASE("clients that signed nobody in within the hour make room, those that did stay") {
  Register book;
  const std::string used = book.add(0)->id;
  const std::string idle = book.add(1)->id;
  book.use(used);
  book.scheduler.advance(minutes(61));
  const std::string fresh = book.add(2)->id;

  REQUIRE(book.add(3).has_value());

  CHECK(book.has(used));
  CHECK(book.has(fresh));
  CHECK_FALSE(book.has(idle));
}

}  // namespace chancery::oauth
