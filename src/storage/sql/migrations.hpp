// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Migrations: the numbered steps by which the tables came to be, applied at start.
//
// The files are src/storage/migrations/NNNN_name.sql, embedded into the program, written in
// SQLite's style and translated for PostgreSQL word by word. The first line of each names the
// oldest schema number whose server can still work on the result:
//   -- oldest readable server: 1
// All pending steps are one transaction.
//
// Failure: StorageError; also when the database was written by a newer server that this one cannot
//          follow. Nothing was changed then.

#include "storage/sql/database.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage::sql {

// A file as embedded: its name without the ending, and its text.
struct EmbeddedScript {
  std::string_view name;
  std::string_view text;
};
std::span<const EmbeddedScript> embedded_scripts();

struct Migration {
  std::int64_t number = 0;
  std::string name;
  std::int64_t oldest_readable = 0;
  std::string_view script;
};

// In order of number. Throws StorageError when a script is not named or headed as it must be, or a
// number comes twice.
std::vector<Migration> read_migrations(std::span<const EmbeddedScript> scripts);

// The script in PostgreSQL's words.
std::string translate_for_postgres(std::string_view script);

struct MigrationOutcome {
  std::int64_t from = 0;  // 0: the database was new
  std::int64_t to = 0;
};
// Brings `database` to the newest of `migrations`.
MigrationOutcome migrate(Database& database, std::span<const Migration> migrations);
// The same with the program's own.
MigrationOutcome migrate(Database& database);

}  // namespace chancery::storage::sql
