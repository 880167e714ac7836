// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/migrations.hpp"

#include "tests/storage/store_under_test.hpp"

#include <array>
#include <string>

namespace chancery::storage::sql {
namespace {

constexpr Statement kVersions(
    "SELECT number, name, oldest_readable FROM schema_version ORDER BY number");
constexpr Statement kFruits("SELECT name FROM fruits");

std::vector<EmbeddedScript> own_and(EmbeddedScript script) {
  std::vector<EmbeddedScript> scripts(embedded_scripts().begin(), embedded_scripts().end());
  scripts.push_back(script);
  return scripts;
}

constexpr EmbeddedScript kAddition{
    "9001_fruits",
    "-- oldest readable server: 1\n"
    "CREATE TABLE fruits (name TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;\n"
    "INSERT INTO fruits (name) VALUES ('apple; -- STRICT');\n"};
constexpr EmbeddedScript kChangeOfMeaning{
    "9001_fruits", "-- oldest readable server: 9001\nCREATE TABLE fruits (name TEXT) STRICT;\n"};
constexpr EmbeddedScript kBroken{
    "9001_fruits",
    "-- oldest readable server: 1\n"
    "CREATE TABLE fruits (name TEXT) STRICT;\nINSERT INTO nowhere (a) VALUES (1);\n"};

// The committer has the writer; migrations come before it.
MigrationOutcome run(StoreUnderTest& store, const std::vector<EmbeddedScript>& scripts) {
  store.close_committer();
  return migrate(store.database(), read_migrations(scripts));
}

STORE_TEST("a migration that is missing is applied once") {
  const MigrationOutcome outcome = run(store, own_and(kAddition));
  CHECK(outcome.to == 9001);
  CHECK(store.run(store.reader().read(kFruits, {})).text(0, 0) == "apple; -- STRICT");

  const MigrationOutcome again = run(store, own_and(kAddition));
  CHECK(again.from == 9001);
  CHECK(again.to == 9001);
  CHECK(store.run(store.reader().read(kFruits, {})).size() == 1);
}

STORE_TEST("a server that is too old for the database refuses it, saying so, and changes nothing") {
  run(store, own_and(kChangeOfMeaning));
  const std::size_t before = store.run(store.reader().read(kVersions, {})).size();
  std::string said;
  try {
    migrate(store.database());
  } catch (const StorageError& error) {
    said = error.what();
  }
  CHECK(said.find("9001 ('fruits')") != std::string::npos);
  CHECK(said.find("newer server") != std::string::npos);
  CHECK(store.run(store.reader().read(kVersions, {})).size() == before);
}

STORE_TEST("an older server may work on a database that a newer one only added to") {
  run(store, own_and(kAddition));

  CHECK(migrate(store.database()).from == 9001);
}

STORE_TEST("a migration that fails leaves nothing of itself or of those before it") {
  store.close_committer();
  std::vector<EmbeddedScript> scripts = own_and(kBroken);
  scripts.push_back({"9000_before", "-- oldest readable server: 1\nCREATE TABLE b (a TEXT);\n"});
  const std::size_t before = store.run(store.reader().read(kVersions, {})).size();

  CHECK_THROWS_AS(migrate(store.database(), read_migrations(scripts)), StorageError);

  CHECK(store.run(store.reader().read(kVersions, {})).size() == before);
  CHECK_THROWS_AS(store.run(store.reader().read(kFruits, {})), StorageError);
}

TEST_CASE("migrations are refused when misnamed, without their heading, or of one number") {
  const auto read = [](std::vector<EmbeddedScript> scripts) { read_migrations(scripts); };

  CHECK_THROWS_AS(read({{"1_short", "-- oldest readable server: 1\n"}}), StorageError);
  CHECK_THROWS_AS(read({{"000x_name", "-- oldest readable server: 1\n"}}), StorageError);
  CHECK_THROWS_AS(read({{"0001_name", "CREATE TABLE a (b TEXT);"}}), StorageError);
  CHECK_THROWS_AS(read({{"0001_name", "-- oldest readable server: 2\n"}}), StorageError);
  CHECK_THROWS_AS(read({kAddition, kChangeOfMeaning}), StorageError);
}

TEST_CASE("words of SQLite become PostgreSQL's, and texts in quotes stay") {
  CHECK(translate_for_postgres("CREATE TABLE a (\n  b INTEGER NOT NULL,\n  c BLOB\n) STRICT;") ==
        "CREATE TABLE a (\n  b BIGINT NOT NULL,\n  c BYTEA\n);");
  CHECK(translate_for_postgres("CREATE TABLE a (b TEXT) STRICT, WITHOUT ROWID;") ==
        "CREATE TABLE a (b TEXT COLLATE \"C\");");
  CHECK(translate_for_postgres("INSERT INTO a VALUES ('INTEGER -- TEXT');") ==
        "INSERT INTO a VALUES ('INTEGER -- TEXT');");
  CHECK(translate_for_postgres("a -- INTEGER; it's\nb") == "a \nb");
}

}  // namespace
}  // namespace chancery::storage::sql
