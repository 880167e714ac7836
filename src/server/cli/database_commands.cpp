// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/command.hpp"
#include "server/cli/operator_commands.hpp"
#include "server/stores.hpp"
#include "storage/commit/change.hpp"
#include "storage/record.hpp"

#include <fmt/core.h>

namespace chancery::cli {
namespace {

using server::Stores;

// Owns what the stores need, for a command that needs no more than them.
struct OpenStores {
  explicit OpenStores(const server::Config& config)
      : threads(1), stores(config, {.threads = threads, .clock = clock, .random = random}) {}

  runtime::SystemClock clock;
  runtime::SystemRandom random;
  runtime::IoThreads threads;
  Stores stores;
};

struct Finding {
  std::uint64_t events = 0;
  std::vector<std::string> problems;
};

constexpr storage::sql::Statement kIntegrity("PRAGMA integrity_check(20)");

runtime::Task<> check_pages(Stores& stores, Finding& finding) {
  if (stores.database->engine() != storage::sql::Engine::sqlite) co_return;
  const storage::sql::Rows rows = co_await stores.database->reader().read(kIntegrity, {});
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.text(row, 0) != "ok") finding.problems.push_back("database: " + rows.text(row, 0));
  }
}

// Absent when the record opens; else why not.
std::optional<std::string> find_damage(Stores& stores, const storage::StoredEvent& event) {
  try {
    static_cast<void>(storage::open_record(event.record, stores.key_ring, event.id.text()));
    return std::nullopt;
  } catch (const storage::StorageCorrupt& error) {
    // The question is which records do not open; the check goes on with the next.
    return fmt::format("event {}: {}", event.number.value, error.what());
  }
}

// Opens the record of every event, newest last. Progress goes to standard error.
runtime::Task<> check_events(Stores& stores, Finding& finding) {
  constexpr std::size_t kPage = 500;
  const std::vector<storage::StoredRoom> rooms = co_await stores.events.load_rooms();
  std::size_t done = 0;
  for (const storage::StoredRoom& room : rooms) {
    storage::TimelineRange range{.room = room.number,
                                 .after = {},
                                 .until = stores.committer.last_position(),
                                 .direction = storage::Direction::forwards,
                                 .limit = kPage};
    while (true) {
      const std::vector<storage::StoredEvent> page = co_await stores.events.load_timeline(range);
      for (const storage::StoredEvent& event : page) {
        ++finding.events;
        if (auto damage = find_damage(stores, event)) finding.problems.push_back(*damage);
      }
      if (page.size() < kPage) break;
      range.after = page.back().position;
    }
    if (++done % 100 == 0) fmt::print(stderr, "{} of {} rooms\n", done, rooms.size());
  }
}

runtime::Task<Finding> check_all(Stores& stores) {
  Finding finding;
  co_await check_pages(stores, finding);
  co_await check_events(stores, finding);
  co_return finding;
}

runtime::Task<> forget_index(Stores& stores) {
  storage::Change change;  // nobody's act: nothing is lost that is not made again
  change.mutations.emplace_back(storage::ForgetIndex{});
  co_await stores.committer.commit(std::move(change));
}

}  // namespace

ExitCode run_db_migrate(const Arguments& arguments) {
  const server::LoadedConfig loaded = load_for(arguments);
  require_existing_data(loaded.values);
  OpenStores open(loaded.values);
  const storage::sql::MigrationOutcome outcome = open.stores.migration;
  if (arguments.has("--json")) {
    fmt::print("{{\"from\":{},\"to\":{}}}\n", outcome.from, outcome.to);
  } else if (outcome.from == outcome.to) {
    fmt::print("The database is up to date (schema {}).\n", outcome.to);
  } else {
    fmt::print("The database went from schema {} to {}.\n", outcome.from, outcome.to);
  }
  return ExitCode::done;
}

ExitCode run_db_check(const Arguments& arguments) {
  const server::LoadedConfig loaded = load_for(arguments);
  require_existing_data(loaded.values);
  OpenStores open(loaded.values);
  const Finding finding = open.threads.run_until(check_all(open.stores));
  if (arguments.has("--json")) {
    const base::JsonArray problems(finding.problems.begin(), finding.problems.end());
    fmt::print("{}\n", base::to_text(base::JsonObject{{"ok", finding.problems.empty()},
                                                      {"events", finding.events},
                                                      {"problems", problems}}));
  } else {
    for (const std::string& problem : finding.problems) fmt::print("{}\n", problem);
    fmt::print("{} events read, {} problems.\n", finding.events, finding.problems.size());
  }
  return finding.problems.empty() ? ExitCode::done : ExitCode::failed;
}

ExitCode run_db_forget_index(const Arguments& arguments) {
  const server::LoadedConfig loaded = load_for(arguments);
  require_existing_data(loaded.values);
  OpenStores open(loaded.values);
  open.threads.run_until(forget_index(open.stores));
  if (arguments.has("--json")) {
    fmt::print("{{}}\n");
  } else {
    fmt::print("The search index is gone; the server makes it again when it runs.\n");
  }
  return ExitCode::done;
}

}  // namespace chancery::cli
