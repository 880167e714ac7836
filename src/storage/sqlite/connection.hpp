// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One SQLite connection with its prepared statements.
//
// Concurrency: one thread at a time.
// Failure:     StorageRefused for a constraint or a value that does not fit; StorageError else.

#include "storage/sql/database.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace chancery::storage::sqlite {

struct ConnectionOptions {
  std::string path;
  std::string vfs;          // "" for the system's
  int cache_kilobytes = 0;  // of pages held by this connection
  enum class Access { read, write } access = Access::read;
};

class Connection {
 public:
  explicit Connection(const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Runs a script of any number of statements, discarding rows.
  void run_script(const std::string& script);
  void execute(const sql::Statement& statement, const sql::Parameters& parameters);
  sql::Rows query(const sql::Statement& statement, const sql::Parameters& parameters);
  // The first column of the first row; -1 without a row.
  std::int64_t read_number(const std::string& text);

  // Moves what can be moved from the log into the database file, waiting for nobody.
  void checkpoint();
  // Length of the log after this connection's last commit.
  [[nodiscard]] int log_frames() const { return log_frames_; }

  [[nodiscard]] bool is_in_transaction() const;
  // True if that is why the last call failed.
  [[nodiscard]] bool has_failed_to_sync() const;
  [[nodiscard]] sqlite3* handle() const { return database_; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3_stmt* prepare(const sql::Statement& statement);
  void configure(const ConnectionOptions& options);
  [[noreturn]] void fail(std::string_view what);

  std::string path_;
  sqlite3* database_ = nullptr;
  int failure_ = 0;  // the code of the last one
  int log_frames_ = 0;
  std::unordered_map<const sql::Statement*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace chancery::storage::sqlite
