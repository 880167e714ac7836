// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/commit/committer.hpp"

#include "runtime/task_group.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "tests/storage/store_under_test.hpp"

#include <chrono>
#include <semaphore>
#include <string>
#include <vector>

namespace chancery::storage {
namespace {

PutWrappedKey key(std::uint32_t id) {
  return {{.id = id, .kind = "purpose", .scope = "test", .epoch = 1, .wrapped = "wrapped"}};
}
CreateRoom room(std::uint32_t number) {
  return {{number}, protocol::RoomId::trusted("!" + std::to_string(number)), "12"};
}
Change change(std::vector<Mutation> mutations) {
  return {.preconditions = {}, .mutations = std::move(mutations), .audit = {}};
}

std::int64_t count(StoreUnderTest& store, const sql::Statement& statement) {
  return store.run(store.reader().read(statement, {})).integer(0, 0);
}

// How each of many changes committed at once ended: its position, or 0.
std::vector<std::uint64_t> commit_all(StoreUnderTest& store, std::vector<Change> changes) {
  std::vector<std::uint64_t> positions(changes.size());
  runtime::TaskGroup group("commits");
  const auto one = [](Committer& committer, Change made,
                      std::uint64_t& position) -> runtime::Task<> {
    try {
      position = (co_await committer.commit(std::move(made))).value;
    } catch (const StorageRefused&) {  // told by position 0
    } catch (const StorageConflict&) {
    }
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    group.spawn_on(store.scheduler(), one(store.committer(), std::move(changes[i]), positions[i]));
  }
  const auto join = [](runtime::TaskGroup& all) -> runtime::Task<bool> {
    co_await all.join();
    co_return true;
  };
  store.run(join(group));
  return positions;
}

STORE_TEST("the first change has position 1 and positions go on after a restart") {
  CHECK(store.commit({key(1)}) == StreamPosition{1});
  CHECK(store.commit({key(2)}) == StreamPosition{2});

  store.reopen();

  CHECK(store.committer().last_position() == StreamPosition{2});
  CHECK(store.commit({key(3)}) == StreamPosition{3});
}

STORE_TEST("what was committed is read afterwards and after a restart") {
  store.commit({key(7)});
  CHECK(store.run(store.keys().load_keys()).size() == 1);

  store.reopen();

  const std::vector<WrappedKey> keys = store.run(store.keys().load_keys());
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].id == 7);
  CHECK(keys[0].wrapped == "wrapped");
}

STORE_TEST("a change whose precondition does not hold fails alone and uses no position") {
  store.commit({room(1)});
  std::vector<Change> changes;
  changes.push_back(change({room(2)}));
  changes.push_back(change({room(3)}));
  changes[1].preconditions.emplace_back(RequireRoomAbsent{protocol::RoomId::trusted("!1")});
  changes.push_back(change({room(4)}));

  const std::vector<std::uint64_t> positions = commit_all(store, std::move(changes));

  CHECK(positions == std::vector<std::uint64_t>{2, 0, 3});
  CHECK(store.run(store.events().load_rooms()).size() == 3);
}

STORE_TEST("a conflict names the precondition") {
  store.commit({room(1)});
  Change made = change({room(2)});
  made.preconditions.emplace_back(RequireRoomAbsent{protocol::RoomId::trusted("!1")});
  std::string named;
  try {
    store.commit(std::move(made));
  } catch (const StorageConflict& conflict) {
    named = conflict.precondition;
  }
  CHECK(named == "room_absent");
  CHECK(store.committer().is_healthy());
}

STORE_TEST("a change that the database refuses fails alone, whole, and uses no position") {
  store.commit({room(1)});
  std::vector<Change> changes;
  changes.push_back(change({room(2)}));
  changes.push_back(change({key(5), room(1)}));  // the room is there already
  changes.push_back(change({room(3)}));

  const std::vector<std::uint64_t> positions = commit_all(store, std::move(changes));

  CHECK(positions == std::vector<std::uint64_t>{2, 0, 3});
  CHECK(store.run(store.keys().load_keys()).empty());
  CHECK(store.run(store.events().load_rooms()).size() == 3);
  CHECK(store.committer().is_healthy());
  CHECK(store.commit({key(6)}) == StreamPosition{4});
}

STORE_TEST("changes committed together are made all or none, at positions that follow each other") {
  store.commit({room(1)});
  const auto together = [&](std::vector<Change> changes) {
    return store.run(store.committer().commit_together(std::move(changes)));
  };
  std::vector<Change> fits;
  for (std::uint32_t number = 2; number <= 4; ++number) fits.push_back(change({room(number)}));
  std::vector<Change> refused;
  refused.push_back(change({room(5)}));
  refused.push_back(change({room(1)}));  // the room is there already
  refused.push_back(change({room(6)}));
  std::vector<Change> conflicting;
  conflicting.push_back(change({room(7)}));
  conflicting[0].preconditions.emplace_back(RequireRoomAbsent{protocol::RoomId::trusted("!1")});
  conflicting.push_back(change({room(8)}));

  CHECK(together(std::move(fits)) == StreamPosition{4});
  CHECK_THROWS_AS(together(std::move(refused)), StorageRefused);
  CHECK_THROWS_AS(together(std::move(conflicting)), StorageConflict);
  CHECK(store.run(store.events().load_rooms()).size() == 4);
  CHECK(store.commit({key(1)}) == StreamPosition{5});
}

STORE_TEST("readers of the feed hear every change in order before it is acknowledged") {
  std::vector<std::uint64_t> heard;
  store.committer().add_reader(
      [&](const CommittedChange& committed) { heard.push_back(committed.position.value); });
  std::vector<Change> changes;
  for (std::uint32_t i = 1; i <= 200; ++i) changes.push_back(change({key(i)}));

  const std::vector<std::uint64_t> positions = commit_all(store, std::move(changes));

  REQUIRE(heard.size() == 200);
  for (std::uint64_t i = 0; i < 200; ++i) {
    REQUIRE(heard[i] == i + 1);
    REQUIRE(positions[i] == i + 1);
  }
}

STORE_TEST("a reader that names mutations hears those alone, each in its place") {
  std::vector<std::string> heard;
  const auto note = [&heard](std::string_view what, std::uint32_t number) {
    heard.push_back(std::string(what) + std::to_string(number));
  };
  std::size_t whole = 0;
  store.committer().add_reader([&](const CommittedChange&) { ++whole; });
  store.committer().add_reader(hear([&](const PutWrappedKey& put) { note("key ", put.key.id); },
                                    [&](const CreateRoom& created, StreamPosition position) {
                                      note("room ", created.number.value);
                                      note("at ", static_cast<std::uint32_t>(position.value));
                                    }));
  store.committer().add_reader(hear(each_of<CreateRoom, BlockRoom>(
      [&](const auto& one) { heard.push_back("each " + one.room.text()); })));
  const UnblockRoom unheard{protocol::RoomId::trusted("!9")};
  const BlockRoom blocked{
      .room = protocol::RoomId::trusted("!8"), .by = protocol::UserId::trusted("@a:b"), .at = {}};

  store.commit({key(1), unheard, room(2), key(3)});
  store.commit({unheard});
  store.commit({blocked});

  CHECK(heard ==
        std::vector<std::string>{"key 1", "room 2", "at 1", "key 3", "each !2", "each !8"});
  CHECK(whole == 3);
}

STORE_TEST("a follower of the feed hears of a change when its position is everyone's") {
  std::vector<std::uint64_t> seen_by_reader;
  std::vector<std::uint64_t> seen_by_follower;
  Committer& committer = store.committer();
  const auto look = [&](std::vector<std::uint64_t>& seen) {
    return [&](const CommittedChange& committed) {
      if (committer.last_position() >= committed.position) {
        seen.push_back(committed.position.value);
      }
    };
  };
  committer.add_reader(look(seen_by_reader));
  committer.add_follower(look(seen_by_follower));
  std::vector<Change> changes;
  for (std::uint32_t i = 1; i <= 20; ++i) changes.push_back(change({key(i)}));

  commit_all(store, std::move(changes));
  committer.stop();  // followers are told after the answers

  CHECK(seen_by_reader.empty());
  REQUIRE(seen_by_follower.size() == 20);
  for (std::uint64_t i = 0; i < 20; ++i) REQUIRE(seen_by_follower[i] == i + 1);
}

STORE_TEST("a simulated world is at rest when followers have heard, which is after the answer") {
  bool is_told = false;
  std::binary_semaphore go_on{0};
  store.committer().add_follower([&](const CommittedChange&) {
    go_on.acquire();
    store.scheduler().post([&] { is_told = true; });
  });

  store.commit({key(1)});
  CHECK_FALSE(is_told);
  go_on.release();
  store.scheduler().run_ready();

  CHECK(is_told);
}

STORE_TEST("a slow follower holds up no commit") {
  std::binary_semaphore is_written{0};
  bool is_overtaken = false;
  store.committer().add_reader([&](const CommittedChange& committed) {
    if (committed.position.value == 2) is_written.release();
  });
  store.committer().add_follower([&](const CommittedChange& committed) {
    // The time is how long a committer that waits for its followers would hang here.
    if (committed.position.value == 1) {
      is_overtaken = is_written.try_acquire_for(std::chrono::seconds(10));
    }
  });

  store.commit({key(1)});
  store.commit({key(2)});
  store.committer().stop();

  CHECK(is_overtaken);
}

STORE_TEST("a change's audit record is stored in the same commit") {
  static constexpr sql::Statement kAudit(
      "SELECT position, kind, commitment, parts, sealed_body FROM audit_records");
  Change made = change({key(1)});
  made.audit = AuditRecord{.kind = "user",
                           .commitment = std::string(32, 'c'),
                           .parts = {std::string(32, '1'), std::string(32, '2'),
                                     std::string(32, '3'), std::string(32, '4')},
                           .sealed_body = std::string("body\0\xff", 6)};
  store.commit(std::move(made));

  const sql::Rows rows = store.run(store.reader().read(kAudit, {}));
  REQUIRE(rows.size() == 1);
  CHECK(rows.integer(0, 0) == 1);
  CHECK(rows.text(0, 1) == "user");
  CHECK(rows.text(0, 3).size() == 128);
  CHECK(rows.text(0, 4) == std::string("body\0\xff", 6));
}

STORE_TEST("after stop nothing is committed any more, and what waited was written") {
  static constexpr sql::Statement kCount("SELECT COUNT(*) FROM wrapped_keys");
  store.commit({key(1)});
  store.committer().stop();

  CHECK_THROWS_AS(store.commit({key(2)}), StorageError);
  CHECK(count(store, kCount) == 1);
}

STORE_TEST("only one writer can be open at a time") {
  if (store.engine() == sql::Engine::postgres) return;  // waits there: tested with the engine
  CHECK_THROWS_AS((void)store.database().open_writer(), StorageError);
}

}  // namespace
}  // namespace chancery::storage
