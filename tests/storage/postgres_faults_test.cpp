// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/simulated_scheduler.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/committer.hpp"
#include "storage/errors.hpp"
#include "storage/postgres/connection.hpp"
#include "storage/postgres/database.hpp"
#include "storage/sql/batch_writer.hpp"
#include "storage/sql/key_store.hpp"
#include "storage/sql/migrations.hpp"
#include "tests/storage/postgres_server.hpp"
#include "tests/storage/starting_server.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace chancery::storage {
namespace {

Change add_key(std::uint32_t id) {
  Change change;
  change.mutations.emplace_back(PutWrappedKey{{.id = id, .kind = "purpose", .scope = "s"}});
  return change;
}

// Ends every connection to the schema's database but the one that asks.
void break_connections(const std::string& address) {
  static constexpr sql::Statement kEnd(
      "SELECT CAST(COUNT(pg_terminate_backend(pid)) AS BIGINT) FROM pg_stat_activity "
      "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
  postgres::Connection connection(address);
  connection.ensure_connected();
  connection.query(kEnd, {});
}

// A writer that loses its connection at the commit, before or after it took effect.
struct LosingWriter final : sql::Writer {
  enum class Loses : std::uint8_t { nothing, before, after };
  explicit LosingWriter(std::unique_ptr<sql::Writer> real) : below(std::move(real)) {}
  void begin() override { below->begin(); }
  void execute(const sql::Statement& statement, const sql::Parameters& values) override {
    below->execute(statement, values);
  }
  sql::Rows query(const sql::Statement& statement, const sql::Parameters& values) override {
    return below->query(statement, values);
  }
  void commit() override {
    if (loses == Loses::before) {
      below->roll_back();
    } else {
      below->commit();
    }
    if (std::exchange(loses, Loses::nothing) == Loses::nothing) return;
    at_loss();
    throw StorageInDoubt("lost");
  }
  void roll_back() override { below->roll_back(); }
  std::unique_ptr<sql::Writer> below;
  Loses loses = Loses::nothing;
  std::function<void()> at_loss = [] {};
};

struct LosingDatabase final : sql::Database {
  explicit LosingDatabase(sql::Database& real) : below(real) {}
  [[nodiscard]] sql::Engine engine() const override { return below.engine(); }
  [[nodiscard]] sql::Reader& reader() override { return below.reader(); }
  [[nodiscard]] std::unique_ptr<sql::Writer> open_writer() override {
    auto made = std::make_unique<LosingWriter>(below.open_writer());
    writer = made.get();
    return made;
  }
  void run_script(sql::Writer&, std::string_view) override {}
  sql::Database& below;
  LosingWriter* writer = nullptr;
};

TEST_CASE("after the server broke every connection, reads go on and the next commit succeeds") {
  runtime::SimulatedScheduler scheduler;
  const std::string address = PostgresServer::shared().make_schema();
  const auto database = postgres::open_postgres({.address = address, .readers = 2});
  sql::migrate(*database);
  Committer committer(std::make_unique<sql::SqlBatchWriter>(*database));
  sql::SqlKeyStore keys(database->reader());
  scheduler.run(committer.commit(add_key(1)));

  break_connections(address);

  CHECK(scheduler.run(keys.load_keys()).size() == 1);
  // The writer may notice only when it writes; nothing of that batch is stored then.
  scheduler.run(committer.commit(add_key(2)));
  CHECK(scheduler.run(keys.load_keys()).size() == 2);
  CHECK(committer.last_position() == StreamPosition{2});
  CHECK(committer.is_healthy());
}

TEST_CASE("a server that says nothing counts as gone, and the connection is made again") {
  static constexpr sql::Statement kSleep("SELECT CAST(pg_sleep(600) AS TEXT)");
  static constexpr sql::Statement kOne("SELECT CAST(1 AS BIGINT)");
  postgres::Connection connection(PostgresServer::shared().make_schema(),
                                  std::chrono::milliseconds(1));
  connection.ensure_connected();

  CHECK_THROWS_WITH_AS(static_cast<void>(connection.query(kSleep, {})),
                       doctest::Contains("no answer"), StorageError);

  CHECK_FALSE(connection.is_connected());
  postgres::Connection patient(PostgresServer::shared().make_schema());
  CHECK(patient.ensure_connected());
  CHECK(patient.query(kOne, {}).integer(0, 0) == 1);
}

TEST_CASE("while the server stays away commits fail, and after its return they succeed") {
  PostgresServer server;
  runtime::SimulatedScheduler scheduler;
  const auto database = postgres::open_postgres({.address = server.address(), .readers = 1});
  sql::migrate(*database);
  Committer committer(std::make_unique<sql::SqlBatchWriter>(*database, 1));
  sql::SqlKeyStore keys(database->reader());
  scheduler.run(committer.commit(add_key(1)));

  server.crash();
  CHECK_THROWS_AS(scheduler.run(committer.commit(add_key(2))), StorageError);
  CHECK_THROWS_AS(scheduler.run(keys.load_keys()), StorageError);
  CHECK(!committer.is_healthy());

  server.start();
  CHECK(scheduler.run(committer.commit(add_key(3))) == StreamPosition{2});
  CHECK(scheduler.run(keys.load_keys()).size() == 2);
  CHECK(committer.is_healthy());
}

TEST_CASE("a batch whose commit was not answered is settled by what the database holds") {
  const auto real = postgres::open_postgres({.address = PostgresServer::shared().make_schema()});
  sql::migrate(*real);
  LosingDatabase database(*real);
  sql::SqlBatchWriter writer(database);
  const Change one = add_key(1);
  const Change two = add_key(2);

  database.writer->loses = LosingWriter::Loses::after;
  const Change* batch = &one;
  CHECK(writer.write({&batch, 1}, {0}).size() == 1);
  CHECK(writer.load_last_position() == StreamPosition{1});

  // Not made: it is written once more.
  database.writer->loses = LosingWriter::Loses::before;
  batch = &two;
  CHECK(writer.write({&batch, 1}, {1}).size() == 1);
  CHECK(writer.load_last_position() == StreamPosition{2});
}

TEST_CASE("a commit in doubt waits for a server that is starting up as for one that is away") {
  PostgresServer server;
  const auto real = postgres::open_postgres({.address = server.address(), .readers = 1});
  sql::migrate(*real);
  LosingDatabase database(*real);
  sql::SqlBatchWriter writer(database);
  StartingServer starting(server.folder());
  database.writer->loses = LosingWriter::Loses::after;
  database.writer->at_loss = [&] {
    server.crash();
    starting.start();
  };
  const Change one = add_key(1);
  const Change* batch = &one;

  auto written = std::async(std::launch::async, [&] { return writer.write({&batch, 1}, {0}); });
  starting.wait_for_refusals(2);
  starting.stop();
  server.start();

  const auto results = written.get();
  REQUIRE(results.size() == 1);
  CHECK(results.front() == nullptr);
  CHECK(writer.load_last_position() == StreamPosition{1});
}

TEST_CASE("a batch waits for a server that is away, and then for one that is starting up") {
  PostgresServer server;
  const auto database = postgres::open_postgres({.address = server.address(), .readers = 1});
  sql::migrate(*database);
  sql::SqlBatchWriter writer(*database);
  server.crash();
  const Change one = add_key(1);
  const Change* batch = &one;

  auto written = std::async(std::launch::async, [&] { return writer.write({&batch, 1}, {0}); });
  StartingServer starting(server.folder());
  starting.start();
  starting.wait_for_refusals(2);
  starting.stop();
  server.start();

  REQUIRE(written.get().size() == 1);
  CHECK(writer.load_last_position() == StreamPosition{1});
}

TEST_CASE("a server that was waited for in vain is not waited for again until it is back") {
  PostgresServer server;
  const auto database = postgres::open_postgres({.address = server.address(), .readers = 1});
  sql::migrate(*database);
  sql::SqlBatchWriter writer(*database, 2);
  server.crash();
  StartingServer starting(server.folder());
  starting.start();
  const Change one = add_key(1);
  const Change* batch = &one;
  // The connection that broke, and then each attempt to make one, or the write's alone.
  CHECK_THROWS_AS(writer.write({&batch, 1}, {0}), StorageAway);
  const std::uint32_t waited = starting.refusals();
  CHECK(waited == 2);

  CHECK_THROWS_AS(writer.write({&batch, 1}, {0}), StorageAway);

  CHECK(starting.refusals() == waited + 1);
  starting.stop();
  server.start();
  CHECK(writer.write({&batch, 1}, {0}).size() == 1);
}

TEST_CASE("an address that leads nowhere is refused at once") {
  CHECK_THROWS_AS(
      (void)postgres::open_postgres({.address = "host=/nonexistent dbname=x", .readers = 1}),
      StorageError);
}

TEST_CASE("a database that was read-only for a while is written to again without a restart") {
  static constexpr sql::Statement kReadOnly("SET default_transaction_read_only = on");
  static constexpr sql::Statement kWrite("UPDATE meta SET number = number");
  const auto database =
      postgres::open_postgres({.address = PostgresServer::shared().make_schema(), .readers = 1});
  sql::migrate(*database);
  const auto writer = database->open_writer();
  writer->query(kReadOnly, {});  // as a connection that was made in that while has it

  CHECK_THROWS_AS(writer->query(kWrite, {}), StorageError);
  writer->begin();
  writer->query(kWrite, {});
  writer->commit();
}

TEST_CASE("a row that is too large for an index fails alone, and is refused") {
  static constexpr sql::Statement kRemember(
      "INSERT INTO transactions VALUES ('@anna:a', ?1, ?2, '', 0)");
  const auto database =
      postgres::open_postgres({.address = PostgresServer::shared().make_schema(), .readers = 1});
  sql::migrate(*database);
  const auto writer = database->open_writer();
  std::string long_id;
  for (std::uint32_t i = 0; long_id.size() < 8'000; i = i * 1'664'525U + 1'013'904'223U) {
    long_id += static_cast<char>(i >> 24U);  // nothing that can be compressed
  }

  CHECK_THROWS_AS(writer->query(kRemember, {sql::Blob{"s"}, sql::Blob{long_id}}), StorageRefused);
}

TEST_CASE("errors name statement and constraint, never a value") {
  static constexpr sql::Statement kAdd("INSERT INTO rooms VALUES (1, ?1, '', '', 0, '', 0)");
  const auto database =
      postgres::open_postgres({.address = PostgresServer::shared().make_schema(), .readers = 1});
  sql::migrate(*database);
  const auto writer = database->open_writer();
  writer->query(kAdd, {std::string_view("!secret")});
  std::string said;
  try {
    writer->query(kAdd, {std::string_view("!secret")});
  } catch (const StorageRefused& error) {
    said = error.what();
  }
  CHECK(said.find("rooms_pkey") != std::string::npos);
  CHECK(said.find("secret") == std::string::npos);
}

}  // namespace
}  // namespace chancery::storage
