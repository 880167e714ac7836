// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One connection to PostgreSQL with its prepared statements, in pipeline mode.
//
// Concurrency: one thread at a time; calls block.
// Failure:     StorageRefused for a constraint or a value the server cannot store (SQLSTATE classes
//              22, 23 and 54); StorageAway where there is no connection: nobody listens, the server
//              is starting up, or it broke; StorageError else. Texts hold no values.

#include "storage/sql/database.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct pg_conn;
struct pg_result;

namespace chancery::storage::postgres {

// Longer than any statement of a store, shorter than people who wait for a message believe in it.
inline constexpr std::chrono::milliseconds kPatience{60'000};

class Connection {
 public:
  // `address` is a libpq connection string. Connects when first used. A server that says nothing
  // for `patience` while an answer is due counts as gone; a script may take as long as it likes.
  explicit Connection(std::string address, std::chrono::milliseconds patience = kPatience)
      : address_(std::move(address)), patience_(patience) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Connects if there is no connection or it broke. True if it did.
  bool ensure_connected();
  // False once the connection broke; `ensure_connected` makes a new one.
  [[nodiscard]] bool is_connected() const;

  // Sends without waiting; a failure surfaces at the next `query` or `wait`.
  void send(const sql::Statement& statement, const sql::Parameters& parameters);
  // Sends, waits for everything sent, and returns the rows of this statement.
  sql::Rows query(const sql::Statement& statement, const sql::Parameters& parameters);
  // Waits for everything sent.
  void wait();
  // Runs a script of any number of statements, discarding rows. Nothing may be on its way.
  void run_script(const std::string& script);

 private:
  struct Answer {
    std::optional<sql::Rows> rows;  // of the last statement
    std::string failure;            // of the first that failed; "" when none
    std::string state;              // its SQLSTATE
  };
  void disconnect();
  const std::string& prepare(const sql::Statement& statement);
  Answer synchronise();
  void wait_for_result();
  void note_failure(const pg_result* result, Answer& answer) const;
  [[noreturn]] void fail_connection();

  std::string address_;
  std::chrono::milliseconds patience_;
  pg_conn* connection_ = nullptr;
  std::unordered_map<const sql::Statement*, std::string> prepared_;
  // Prepared since the last wait: forgotten when that fails, as they may not be there.
  std::vector<const sql::Statement*> unconfirmed_;
  std::uint64_t next_name_ = 1;
  const sql::Statement* last_sent_ = nullptr;
};

// ?1 ?2 … as PostgreSQL writes them.
std::string number_placeholders(std::string_view text);

}  // namespace chancery::storage::postgres
