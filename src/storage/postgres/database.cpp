// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/postgres/database.hpp"

#include "runtime/worker_pool.hpp"
#include "storage/errors.hpp"
#include "storage/postgres/connection.hpp"

#include <mutex>
#include <utility>
#include <variant>
#include <vector>

namespace chancery::storage::postgres {
namespace {

constexpr sql::Statement kBegin("BEGIN");
constexpr sql::Statement kCommit("COMMIT");
constexpr sql::Statement kRollBack("ROLLBACK");
// Whoever writes holds this lock until its connection ends. 20,052 is an arbitrary name space.
constexpr sql::Statement kLockTimeout("SET lock_timeout = '10s'");
constexpr sql::Statement kTakeWriterLock(
    "SELECT pg_advisory_lock(20052, hashtext(current_schema()))");

// What a parameter's view showed, held while the read waits for a connection.
class OwnedParameters {
 public:
  explicit OwnedParameters(const sql::Parameters& views) {
    texts_.reserve(views.size());
    for (const sql::Parameter& view : views) {
      if (const auto* text = std::get_if<std::string_view>(&view)) {
        parameters_.emplace_back(std::string_view(texts_.emplace_back(*text)));
      } else if (const auto* blob = std::get_if<sql::Blob>(&view)) {
        parameters_.emplace_back(sql::Blob{texts_.emplace_back(blob->bytes)});
      } else {
        parameters_.push_back(view);
      }
    }
  }
  // The vector's memory, into which the views point, moves along.
  OwnedParameters(OwnedParameters&&) = default;
  OwnedParameters& operator=(OwnedParameters&&) = delete;

  [[nodiscard]] const sql::Parameters& get() const { return parameters_; }

 private:
  std::vector<std::string> texts_;  // never grows after the start: views stay valid
  sql::Parameters parameters_;
};

class PooledReader final : public sql::Reader {
 public:
  explicit PooledReader(const PostgresOptions& options) : workers_(options.readers) {
    for (std::size_t i = 0; i < options.readers; ++i) {
      idle_.push_back(std::make_unique<Connection>(options.address));
    }
    idle_.back()->ensure_connected();
  }

  runtime::Task<sql::Rows> read(const sql::Statement& statement,
                                sql::Parameters parameters) override {
    co_return co_await workers_.run(
        [this, asked = &statement, owned = OwnedParameters(parameters)] {
          const Loan loan(*this);
          return read_now(*loan.connection, *asked, owned.get());
        });
  }

 private:
  struct Loan {
    explicit Loan(PooledReader& from) : pool(from), connection(from.take()) {}
    ~Loan() { pool.give_back(std::move(connection)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    PooledReader& pool;
    std::unique_ptr<Connection> connection;
  };

  static sql::Rows read_now(Connection& connection, const sql::Statement& statement,
                            const sql::Parameters& parameters) {
    const bool is_fresh = connection.ensure_connected();
    try {
      return connection.query(statement, parameters);
    } catch (const StorageError&) {
      // The server may have closed an idle connection, as at its restart: once more on a new one.
      if (is_fresh || connection.is_connected()) throw;
    }
    connection.ensure_connected();
    return connection.query(statement, parameters);
  }

  // As many connections as threads: there always is one.
  std::unique_ptr<Connection> take() {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  runtime::WorkerPool workers_;  // dies first: its threads use the rest
};

class PostgresWriter final : public sql::Writer {
 public:
  explicit PostgresWriter(std::string address) : connection_(std::move(address)) { connect(); }

  void begin() override {
    connect();
    connection_.send(kBegin, {});
  }
  void execute(const sql::Statement& statement, const sql::Parameters& parameters) override {
    connection_.send(statement, parameters);
  }
  sql::Rows query(const sql::Statement& statement, const sql::Parameters& parameters) override {
    connect();
    return connection_.query(statement, parameters);
  }
  void commit() override {
    connection_.wait();  // what was refused surfaces here, and nothing is in doubt
    try {
      connection_.query(kCommit, {});
    } catch (const StorageError& failure) {  // another word for it, where the answer was lost
      if (connection_.is_connected()) throw;
      throw StorageInDoubt(failure.what());
    }
  }
  void roll_back() override {
    // With the connection the transaction is gone too.
    if (connection_.is_connected()) connection_.query(kRollBack, {});
  }

  Connection& connection() { return connection_; }

 private:
  void connect() {
    if (!connection_.ensure_connected()) return;
    try {
      connection_.query(kLockTimeout, {});
      connection_.query(kTakeWriterLock, {});
    } catch (const StorageError& failure) {  // says what it means
      throw StorageError(std::string("another server writes to this database: ") + failure.what());
    }
  }

  Connection connection_;
};

class PostgresDatabase final : public sql::Database {
 public:
  explicit PostgresDatabase(const PostgresOptions& options)
      : address_(options.address), reader_(options) {}

  [[nodiscard]] sql::Engine engine() const override { return sql::Engine::postgres; }
  [[nodiscard]] sql::Reader& reader() override { return reader_; }
  [[nodiscard]] std::unique_ptr<sql::Writer> open_writer() override {
    return std::make_unique<PostgresWriter>(address_);
  }
  void run_script(sql::Writer& writer, std::string_view script) override {
    Connection& connection = dynamic_cast<PostgresWriter&>(writer).connection();
    connection.wait();
    connection.run_script(std::string(script));
  }

 private:
  std::string address_;
  PooledReader reader_;
};

}  // namespace

std::unique_ptr<sql::Database> open_postgres(PostgresOptions options) {
  return std::make_unique<PostgresDatabase>(options);
}

}  // namespace chancery::storage::postgres
