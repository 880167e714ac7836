// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// A removal of a room against the tables that there are: who adds a table that names rooms, and
// does not say what becomes of it, fails here.
#include "tests/storage/store_under_test.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {
namespace {

const auto kGone = protocol::RoomId::trusted("!gone:example.org");
const auto kKept = protocol::RoomId::trusted("!kept:example.org");

// Tables whose rows outlive the room, each for a reason.
constexpr auto kStays = std::to_array<std::string_view>({
    "backed_up_sessions",  // people's own backup of their keys
    "blocked_rooms",       // nobody comes in again
    "removed_rooms",       // what is left to be removed
    "removed_stays",       // until devices that were away have heard
    "reports",             // until an owner is done with them
});

// Whatever names a column so, in the order of tables and columns: table, column, type.
constexpr sql::Statement kColumns(
    "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
    "WHERE t.type = 'table' ORDER BY t.name, c.cid",
    "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) "
    "FROM information_schema.columns WHERE table_schema = current_schema() "
    "ORDER BY table_name, ordinal_position");

struct Column {
  std::string name;
  enum class Kind : std::uint8_t { number, text, bytes } kind = Kind::number;
};
struct Table {
  std::string name;
  std::vector<Column> columns;

  // By which it names rooms; null where it does not.
  [[nodiscard]] const Column* room_column() const {
    for (const Column& column : columns) {
      if (column.name == "room" || column.name == "room_id") return &column;
    }
    return nullptr;
  }
};

Column::Kind kind_of(const std::string& type) {
  if (type == "INTEGER" || type == "bigint") return Column::Kind::number;
  return type == "TEXT" || type == "text" ? Column::Kind::text : Column::Kind::bytes;
}

std::vector<Table> load_room_tables(StoreUnderTest& store) {
  const sql::Rows rows = store.run(store.reader().read(kColumns, {}));
  std::map<std::string, Table> tables;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Table& table = tables[rows.text(row, 0)];
    table.name = rows.text(row, 0);
    table.columns.push_back({.name = rows.text(row, 1), .kind = kind_of(rows.text(row, 2))});
  }
  std::vector<Table> naming;
  for (auto& [name, table] : tables) {
    if (table.room_column() != nullptr) naming.push_back(std::move(table));
  }
  return naming;
}

class Rows {
 public:
  explicit Rows(sql::Engine engine) : engine_(engine) {}

  // A row of the room; numbers are the room's, so that what belongs together does.
  std::string insert(const Table& table, std::int64_t room, const protocol::RoomId& id) {
    std::string names;
    std::string values;
    for (const Column& column : table.columns) {
      if (!names.empty()) {
        names += ", ";
        values += ", ";
      }
      names += column.name;
      if (column.kind == Column::Kind::number) {
        values += std::to_string(room);
      } else {
        values += literal(column.kind, column.name == "room_id" ? id.text() : fresh());
      }
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({});\n", table.name, names, values);
  }
  // The count of its rows that name the room.
  const sql::Statement& count(const Table& table, std::int64_t room, const protocol::RoomId& id) {
    const Column& column = *table.room_column();
    const std::string value = column.kind == Column::Kind::number ? std::to_string(room)
                                                                  : literal(column.kind, id.text());
    // A statement is known by its address, so they live as long as the program.
    static std::deque<std::string> texts;
    static std::deque<sql::Statement> statements;
    texts.push_back(
        fmt::format("SELECT COUNT(*) FROM {} WHERE {} = {}", table.name, column.name, value));
    return statements.emplace_back(texts.back());
  }

 private:
  [[nodiscard]] std::string literal(Column::Kind kind, const std::string& text) const {
    if (kind == Column::Kind::text) return "'" + text + "'";
    std::string hex;
    for (const char byte : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return engine_ == sql::Engine::sqlite ? "X'" + hex + "'" : "decode('" + hex + "', 'hex')";
  }
  std::string fresh() { return "text" + std::to_string(++given_); }

  sql::Engine engine_;
  int given_ = 0;
};

STORE_TEST("of a removed room nothing is left in any table, and other rooms keep everything") {
  const std::vector<Table> tables = load_room_tables(store);
  REQUIRE(tables.size() >= 15);
  Rows rows(store.engine());
  std::string script;
  for (const Table& table : tables) {
    if (table.name == "removed_rooms") continue;
    script += rows.insert(table, 1, kGone) + rows.insert(table, 2, kKept);
  }
  store.close_committer();
  {
    const auto writer = store.database().open_writer();
    writer->begin();
    store.database().run_script(*writer, script);
    writer->commit();
  }
  store.reopen();
  const auto count = [&](const Table& table, std::int64_t room, const protocol::RoomId& id) {
    return store.run(store.reader().read(rows.count(table, room, id), {})).integer(0, 0);
  };

  store.commit({RemoveRoom{{1}, kGone}});
  for (int i = 0; i < 3 && !store.run(store.events().load_removed_rooms()).empty(); ++i) {
    store.commit({RemoveRoomEvents{.room = {1}, .most = 1'000}});
  }

  for (const Table& table : tables) {
    CAPTURE(table.name);
    if (table.name == "removed_rooms") continue;
    const bool stays = std::ranges::find(kStays, table.name) != kStays.end();
    CHECK(count(table, 1, kGone) == (stays ? 1 : 0));
    CHECK(count(table, 2, kKept) == 1);
  }
  CHECK(store.run(store.events().load_removed_rooms()).empty());
}

}  // namespace
}  // namespace chancery::storage
