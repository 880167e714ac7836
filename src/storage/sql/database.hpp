// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The database as the SQL tree sees it: statements, parameters, rows, for both engines.
//
// Statements are written once, in the SQL that SQLite ≥ 3.40 and PostgreSQL ≥ 15 share, with
// numbered placeholders ?1 ?2 …; the dialect of PostgreSQL turns them into $1 $2 …. Each Statement
// object is prepared once a connection. Where a text must differ, both stand in one Statement.
//
// Failure: StorageError.

#include "runtime/task.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chancery::storage::sql {

struct Blob {
  std::string_view bytes;
};
// Text and blobs are views: valid until the call returns (write) or is awaited (read copies).
using Parameter = std::variant<std::nullptr_t, std::int64_t, std::string_view, Blob>;
using Parameters = std::vector<Parameter>;

class Statement {
 public:
  // One text for both engines. A constant with static lifetime; its address is its identity.
  constexpr explicit Statement(std::string_view both) : sqlite_(both), postgres_(both) {}
  constexpr Statement(std::string_view sqlite, std::string_view postgres)
      : sqlite_(sqlite), postgres_(postgres) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  [[nodiscard]] std::string_view sqlite() const { return sqlite_; }
  [[nodiscard]] std::string_view postgres() const { return postgres_; }

 private:
  std::string_view sqlite_;
  std::string_view postgres_;
};

// Rows in memory.
class Rows {
 public:
  using Value = std::variant<std::nullptr_t, std::int64_t, std::string>;
  Rows() = default;
  explicit Rows(std::size_t columns) : columns_(columns) {}
  void add(Value value) { values_.push_back(std::move(value)); }

  [[nodiscard]] std::size_t size() const { return columns_ == 0 ? 0 : values_.size() / columns_; }
  [[nodiscard]] bool empty() const { return values_.empty(); }
  [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const {
    return std::holds_alternative<std::nullptr_t>(at(row, column));
  }
  // 0 for NULL.
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const {
    const auto* value = std::get_if<std::int64_t>(&at(row, column));
    return value ? *value : 0;
  }
  // Text or blob; "" for NULL.
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const {
    static const std::string kEmpty;
    const auto* value = std::get_if<std::string>(&at(row, column));
    return value ? *value : kEmpty;
  }

 private:
  [[nodiscard]] const Value& at(std::size_t row, std::size_t column) const {
    return values_[row * columns_ + column];
  }
  std::size_t columns_ = 0;
  std::vector<Value> values_;
};

// Reads, each seeing what was committed before it began.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual runtime::Task<Rows> read(const Statement& statement, Parameters parameters) = 0;
};

// One writing connection, used by one thread (the committer's) in transactions.
class Writer {
 public:
  virtual ~Writer() = default;
  virtual void begin() = 0;
  // Nothing is awaited from it; on PostgreSQL it is pipelined and an error surfaces at `commit` or
  // at the next `query`.
  virtual void execute(const Statement& statement, const Parameters& parameters) = 0;
  virtual Rows query(const Statement& statement, const Parameters& parameters) = 0;
  virtual void commit() = 0;
  virtual void roll_back() = 0;
};

enum class Engine : std::uint8_t { sqlite, postgres };

class Database {
 public:
  virtual ~Database() = default;
  [[nodiscard]] virtual Engine engine() const = 0;
  // Any thread. Lives as long as the database.
  [[nodiscard]] virtual Reader& reader() = 0;
  // Made once, for the committer; and by migrations before it.
  [[nodiscard]] virtual std::unique_ptr<Writer> open_writer() = 0;
  // Runs a script of several statements (migrations), within the writer's transaction.
  virtual void run_script(Writer& writer, std::string_view script) = 0;
};

}  // namespace chancery::storage::sql
