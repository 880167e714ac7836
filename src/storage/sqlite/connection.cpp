// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/connection.hpp"

#include "base/assert.hpp"
#include "storage/errors.hpp"

#include <fmt/core.h>
#include <sqlite3.h>

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

namespace chancery::storage::sqlite {
namespace {

constexpr int kBusyMilliseconds = 10'000;
constexpr int kReservedBytes = 40;

void bind(sqlite3_stmt* statement, int index, const sql::Parameter& parameter) {
  // SQLite takes a null pointer for NULL, whatever the length; an empty view may hold one.
  const auto start = [](std::string_view bytes) { return bytes.empty() ? "" : bytes.data(); };
  int result = SQLITE_OK;
  if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
    result = sqlite3_bind_int64(statement, index, *number);
  } else if (const auto* text = std::get_if<std::string_view>(&parameter)) {
    result = sqlite3_bind_text64(statement, index, start(*text), text->size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
  } else if (const auto* blob = std::get_if<sql::Blob>(&parameter)) {
    result = sqlite3_bind_blob64(statement, index, start(blob->bytes), blob->bytes.size(),
                                 SQLITE_STATIC);
  } else {
    result = sqlite3_bind_null(statement, index);
  }
  if (result == SQLITE_TOOBIG) throw StorageRefused("a value is too big for the database");
  CHANCERY_ASSERT(result == SQLITE_OK);  // anything else is a placeholder that is not there
}

// Ends a statement's run: rows are no longer held, and the views bound are forgotten.
class Run {
 public:
  Run(sqlite3_stmt* statement, const sql::Parameters& parameters) : statement_(statement) {
    int index = 0;
    for (const sql::Parameter& parameter : parameters) bind(statement_, ++index, parameter);
  }
  ~Run() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

 private:
  sqlite3_stmt* statement_;
};

sql::Rows::Value read_column(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_NULL:
      return nullptr;
    default: {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
      const int length = sqlite3_column_bytes(statement, column);
      return bytes == nullptr ? std::string() : std::string(bytes, static_cast<size_t>(length));
    }
  }
}

}  // namespace

void Connection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Connection::Connection(const ConnectionOptions& options) : path_(options.path) {
  // A reader opens for writing too: in WAL mode it must write the shared index.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
  try {
    if (sqlite3_open_v2(path_.c_str(), &database_, flags, vfs) != SQLITE_OK) fail("open");
    configure(options);
  } catch (...) {  // the destructor will not run
    sqlite3_close_v2(database_);
    throw;
  }
}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close_v2(database_);
}

void Connection::configure(const ConnectionOptions& options) {
  sqlite3_busy_timeout(database_, kBusyMilliseconds);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(database_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  run_script(
      fmt::format("PRAGMA cache_size = -{};"
                  "PRAGMA temp_store = MEMORY;"
                  "PRAGMA mmap_size = 0;"
                  "PRAGMA foreign_keys = OFF;"
                  "PRAGMA secure_delete = OFF;",
                  options.cache_kilobytes));
  if (options.access == ConnectionOptions::Access::write) {
    // Counts for a database that has no page yet: room for a nonce and a tag on each page.
    int reserved = kReservedBytes;
    sqlite3_file_control(database_, nullptr, SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    run_script(
        "PRAGMA page_size = 4096;"
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL;");
    // In place of SQLite's own checkpoints, which would run within a commit.
    sqlite3_wal_hook(
        database_,
        [](void* frames, sqlite3*, const char*, int count) {
          *static_cast<int*>(frames) = count;
          return SQLITE_OK;
        },
        &log_frames_);
  } else {
    run_script("PRAGMA query_only = ON;");
  }
}

void Connection::run_script(const std::string& script) {
  if (sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail("script");
  }
}

sqlite3_stmt* Connection::prepare(const sql::Statement& statement) {
  auto& prepared = statements_[&statement];
  if (!prepared) {
    sqlite3_stmt* made = nullptr;
    const std::string_view text = statement.sqlite();
    if (sqlite3_prepare_v3(database_, text.data(), static_cast<int>(text.size()),
                           SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) {
      fail(text);
    }
    prepared.reset(made);
  }
  return prepared.get();
}

void Connection::execute(const sql::Statement& statement, const sql::Parameters& parameters) {
  sqlite3_stmt* prepared = prepare(statement);
  const Run run(prepared, parameters);
  int result = SQLITE_ROW;
  while (result == SQLITE_ROW) result = sqlite3_step(prepared);
  if (result != SQLITE_DONE) fail(statement.sqlite());
}

sql::Rows Connection::query(const sql::Statement& statement, const sql::Parameters& parameters) {
  sqlite3_stmt* prepared = prepare(statement);
  const Run run(prepared, parameters);
  const int columns = sqlite3_column_count(prepared);
  sql::Rows rows(static_cast<std::size_t>(columns));
  int result = sqlite3_step(prepared);
  for (; result == SQLITE_ROW; result = sqlite3_step(prepared)) {
    for (int column = 0; column < columns; ++column) rows.add(read_column(prepared, column));
  }
  if (result != SQLITE_DONE) fail(statement.sqlite());
  return rows;
}

std::int64_t Connection::read_number(const std::string& text) {
  sqlite3_stmt* made = nullptr;
  if (sqlite3_prepare_v2(database_, text.c_str(), -1, &made, nullptr) != SQLITE_OK) fail(text);
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(made);
  const int result = sqlite3_step(made);
  if (result == SQLITE_DONE) return -1;
  if (result != SQLITE_ROW) fail(text);
  return sqlite3_column_int64(made, 0);
}

void Connection::checkpoint() {
  const int result =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (result != SQLITE_OK && result != SQLITE_BUSY) fail("checkpoint");
}

bool Connection::is_in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

bool Connection::has_failed_to_sync() const { return failure_ == SQLITE_IOERR_FSYNC; }

void Connection::fail(std::string_view what) {
  if (database_ == nullptr) throw StorageError("out of memory");
  const int code = sqlite3_extended_errcode(database_);
  failure_ = code;
  // SQLite's texts name tables and columns, never values.
  const std::string text =
      fmt::format("{}: {} ({}) at: {}", path_, sqlite3_errmsg(database_), code, what);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      throw StorageRefused(text);
    case SQLITE_FULL:
      throw StorageError(fmt::format("disk full: {}", text));
    case SQLITE_NOTADB:
      throw StorageError(fmt::format(
          "{}: the key is not the one that this database was written with, or it is no database",
          path_));
    case SQLITE_CORRUPT:
      throw StorageCorrupt(text);
    default:
      throw StorageError(text);
  }
}

}  // namespace chancery::storage::sqlite
