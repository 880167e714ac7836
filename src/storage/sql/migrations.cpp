// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/migrations.hpp"

#include "base/parse_number.hpp"
#include "storage/errors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>

namespace chancery::storage::sql {
namespace {

constexpr std::string_view kHeading = "-- oldest readable server: ";

constexpr std::string_view kVersionTable =
    "CREATE TABLE IF NOT EXISTS schema_version (\n"
    "  number INTEGER NOT NULL PRIMARY KEY,\n"
    "  name TEXT NOT NULL,\n"
    "  oldest_readable INTEGER NOT NULL\n"
    ") STRICT;";
constexpr Statement kLoadVersions(
    "SELECT number, name, oldest_readable FROM schema_version ORDER BY number");
constexpr Statement kAddVersion(
    "INSERT INTO schema_version (number, name, oldest_readable) VALUES (?1, ?2, ?3)");

Migration read_migration(const EmbeddedScript& script) {
  const auto bad = [&](std::string_view why) {
    return StorageError(fmt::format("migration {}: {}", script.name, why));
  };
  const std::size_t line = script.name.find('_');
  const auto number = base::parse_number<std::int64_t>(script.name.substr(0, line));
  if (line != 4 || !number || *number < 1) throw bad("not named NNNN_name");
  if (!script.text.starts_with(kHeading)) throw bad("no line 'oldest readable server'");
  const std::string_view rest = script.text.substr(kHeading.size());
  const auto oldest = base::parse_number<std::int64_t>(rest.substr(0, rest.find('\n')));
  if (!oldest || *oldest < 1 || *oldest > *number) throw bad("oldest readable server is no number");
  return {*number, std::string(script.name.substr(line + 1)), *oldest, script.text};
}

bool is_word(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
}

// What stands in the database, against what this program knows.
void refuse_newer(const Rows& versions, std::int64_t newest_known) {
  if (versions.empty()) return;
  const std::size_t last = versions.size() - 1;
  const std::int64_t found = versions.integer(last, 0);
  if (found <= newest_known) return;
  std::int64_t needed = 0;
  for (std::size_t row = 0; row < versions.size(); ++row) {
    needed = std::max(needed, versions.integer(row, 2));
  }
  if (needed <= newest_known) return;
  throw StorageError(fmt::format(
      "the database has schema {} ('{}'), written by a newer server; this server knows schema {} "
      "and schema {} or later is needed to read it. Nothing was changed: start the newer server, "
      "or restore a backup made before the upgrade",
      found, versions.text(last, 1), newest_known, needed));
}

}  // namespace

std::vector<Migration> read_migrations(std::span<const EmbeddedScript> scripts) {
  std::vector<Migration> migrations;
  for (const EmbeddedScript& script : scripts) migrations.push_back(read_migration(script));
  std::ranges::sort(migrations, {}, &Migration::number);
  const auto twice = std::ranges::adjacent_find(migrations, {}, &Migration::number);
  if (twice != migrations.end()) {
    throw StorageError(fmt::format("two migrations have the number {}", twice->number));
  }
  return migrations;
}

std::string translate_for_postgres(std::string_view script) {
  std::string translated;
  for (std::size_t at = 0; at < script.size();) {
    if (script.substr(at).starts_with("--")) {
      const std::size_t end = std::min(script.find('\n', at), script.size());
      at = end;
      continue;
    }
    if (script[at] == '\'') {
      const std::size_t end = std::min(script.find('\'', at + 1), script.size() - 1) + 1;
      translated += script.substr(at, end - at);
      at = end;
      continue;
    }
    if (!is_word(script[at])) {
      translated += script[at++];
      continue;
    }
    std::size_t end = at;
    while (end < script.size() && is_word(script[end])) ++end;
    const std::string_view word = script.substr(at, end - at);
    if (word == "INTEGER") {
      translated += "BIGINT";
    } else if (word == "BLOB") {
      translated += "BYTEA";
    } else if (word == "TEXT") {
      // Bytewise order and comparison, as SQLite's.
      translated += "TEXT COLLATE \"C\"";
    } else {
      translated += word;
    }
    at = end;
  }
  replace_all(translated, ") STRICT, WITHOUT ROWID", ")");
  replace_all(translated, ") WITHOUT ROWID, STRICT", ")");
  replace_all(translated, ") WITHOUT ROWID", ")");
  replace_all(translated, ") STRICT", ")");
  return translated;
}

MigrationOutcome migrate(Database& database, std::span<const Migration> migrations) {
  const auto words = [&](std::string_view script) {
    return database.engine() == Engine::postgres ? translate_for_postgres(script)
                                                 : std::string(script);
  };
  const std::unique_ptr<Writer> writer = database.open_writer();
  writer->begin();
  try {
    database.run_script(*writer, words(kVersionTable));
    const Rows versions = writer->query(kLoadVersions, {});
    refuse_newer(versions, migrations.empty() ? 0 : migrations.back().number);
    MigrationOutcome outcome;
    outcome.from = versions.empty() ? 0 : versions.integer(versions.size() - 1, 0);
    outcome.to = outcome.from;
    std::set<std::int64_t> done;
    for (std::size_t row = 0; row < versions.size(); ++row) done.insert(versions.integer(row, 0));
    for (const Migration& migration : migrations) {
      if (done.contains(migration.number)) continue;
      database.run_script(*writer, words(migration.script));
      writer->execute(kAddVersion, {migration.number, std::string_view(migration.name),
                                    migration.oldest_readable});
      outcome.to = std::max(outcome.to, migration.number);
    }
    writer->commit();
    return outcome;
  } catch (...) {  // whatever it was, the database must stay as it is
    writer->roll_back();
    throw;
  }
}

MigrationOutcome migrate(Database& database) {
  const std::vector<Migration> migrations = read_migrations(embedded_scripts());
  return migrate(database, migrations);
}

}  // namespace chancery::storage::sql
