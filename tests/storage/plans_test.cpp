// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// By which way SQLite finds the rows of statements that must not read whole tables: those run on
// the committer's thread, and those for pages.
#include "storage/sql/apply_administration.hpp"
#include "storage/sql/apply_media.hpp"
#include "tests/storage/store_under_test.hpp"

#include <deque>
#include <string>
#include <vector>

namespace chancery::storage::sql {
namespace {

// Notes what it is asked for, and does nothing.
class NotingWriter final : public Writer {
 public:
  void begin() override {}
  void execute(const Statement& statement, const Parameters&) override {
    texts.emplace_back(statement.sqlite());
  }
  Rows query(const Statement& statement, const Parameters&) override {
    texts.emplace_back(statement.sqlite());
    Rows rows(1);
    rows.add(std::int64_t{0});
    return rows;
  }
  void commit() override {}
  void roll_back() override {}

  std::vector<std::string> texts;
};

class NotingReader final : public Reader {
 public:
  runtime::Task<Rows> read(const Statement& statement, Parameters) override {
    texts.emplace_back(statement.sqlite());
    co_return Rows();
  }

  std::vector<std::string> texts;
};

class Plans {
 public:
  explicit Plans(StoreUnderTest& store) : store_(store) {}

  std::string of(const std::string& text) {
    texts_.push_back("EXPLAIN QUERY PLAN " + text);
    const Statement& statement = statements_.emplace_back(texts_.back());
    const Rows rows = store_.run(store_.reader().read(statement, {}));
    std::string plan;
    for (std::size_t row = 0; row < rows.size(); ++row) plan += rows.text(row, 3) + "\n";
    return plan;
  }

 private:
  StoreUnderTest& store_;
  std::deque<std::string> texts_;
  std::deque<Statement> statements_;  // known by their addresses
};

TEST_CASE("to remove a room reads nothing of the others") {
  StoreUnderTest store(Engine::sqlite);
  Plans plans(store);
  NotingWriter writer;
  apply(writer, RemoveRoom{.number = {1}, .room = protocol::RoomId::trusted("!a:x")}, {});
  apply(writer, RemoveRoomEvents{.room = {1}, .most = 10}, {});
  (void)holds(writer, RequireMediaPromises{});

  REQUIRE(writer.texts.size() > 10);
  for (const std::string& text : writer.texts) {
    if (text.starts_with("INSERT")) continue;
    CAPTURE(text);
    const std::string plan = plans.of(text);
    CAPTURE(plan);
    CHECK(plan.find("SEARCH") != std::string::npos);
    CHECK(plan.find("SCAN ") == std::string::npos);
  }
}

TEST_CASE("threads and relations are read in the order of an index") {
  StoreUnderTest store(Engine::sqlite);
  Plans plans(store);
  NotingReader reader;
  SqlEventStore events(reader);
  store.run(events.load_related(
      {.room = {1}, .relation_type = "m.thread", .before = {10}, .until = {10}, .limit = 5}));
  store.run(events.find_related_by({1}, "m.thread", {10}));
  for (const char* type : {"", "m.thread"}) {
    for (const Direction direction : {Direction::forwards, Direction::backwards}) {
      store.run(events.load_relations({.room = {1},
                                       .event = protocol::EventId::trusted("$a"),
                                       .relation_type = type,
                                       .after = {},
                                       .until = {10},
                                       .direction = direction,
                                       .limit = 5}));
    }
  }

  REQUIRE(reader.texts.size() == 6);
  for (const std::string& text : reader.texts) {
    CAPTURE(text);
    const std::string plan = plans.of(text);
    CAPTURE(plan);
    CHECK(plan.find("SCAN ") == std::string::npos);
    CHECK(plan.find("TEMP B-TREE") == std::string::npos);
  }
}

}  // namespace
}  // namespace chancery::storage::sql
