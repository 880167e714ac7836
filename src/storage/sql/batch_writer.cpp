// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/batch_writer.hpp"

#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "storage/sql/apply_accounts.hpp"
#include "storage/sql/apply_administration.hpp"
#include "storage/sql/apply_application_services.hpp"
#include "storage/sql/apply_delayed_events.hpp"
#include "storage/sql/apply_devices.hpp"
#include "storage/sql/apply_events.hpp"
#include "storage/sql/apply_keys.hpp"
#include "storage/sql/apply_mail.hpp"
#include "storage/sql/apply_media.hpp"
#include "storage/sql/apply_oauth.hpp"
#include "storage/sql/apply_personal.hpp"
#include "storage/sql/apply_push.hpp"
#include "storage/sql/apply_rooms.hpp"
#include "storage/sql/apply_search.hpp"
#include "storage/sql/apply_sync.hpp"
#include "storage/sql/apply_third_party_ids.hpp"
#include "storage/sql/apply_user_directory.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chancery::storage::sql {
namespace {

constexpr Statement kLoadLastPosition("SELECT number FROM meta WHERE name = 'last_position'");
constexpr Statement kSetLastPosition("UPDATE meta SET number = ?1 WHERE name = 'last_position'");
constexpr Statement kAddAuditRecord(
    "INSERT INTO audit_records (position, kind, commitment, parts, sealed_body) "
    "VALUES (?1, ?2, ?3, ?4, ?5)");
constexpr Statement kSavepoint("SAVEPOINT one_change");
constexpr Statement kRelease("RELEASE SAVEPOINT one_change");
constexpr Statement kRollBackToSavepoint("ROLLBACK TO SAVEPOINT one_change");

// The name of the first precondition that does not hold.
std::optional<std::string_view> find_conflict(Writer& writer, const Change& change) {
  for (const Precondition& precondition : change.preconditions) {
    const auto check = [&](const auto& required) -> std::optional<std::string_view> {
      if (holds(writer, required)) return std::nullopt;
      return required.kName;
    };
    if (const auto name = std::visit(check, precondition)) return name;
  }
  return std::nullopt;
}

void apply_change(Writer& writer, const Change& change, StreamPosition position) {
  for (const Mutation& mutation : change.mutations) {
    std::visit([&](const auto& one) { apply(writer, one, position); }, mutation);
  }
  if (!change.audit) return;
  for (const PutWrappedKey& key : change.audit->keys) apply(writer, key, position);
  std::string parts;
  for (const std::string& part : change.audit->parts) parts += part;
  writer.execute(kAddAuditRecord,
                 {static_cast<std::int64_t>(position.value), std::string_view(change.audit->kind),
                  Blob{change.audit->commitment}, Blob{parts}, Blob{change.audit->sealed_body}});
}

std::exception_ptr conflict(std::string_view precondition) {
  return std::make_exception_ptr(StorageConflict(std::string(precondition)));
}

}  // namespace

SqlBatchWriter::SqlBatchWriter(Database& database, int attempts)
    : writer_(database.open_writer()), attempts_(attempts) {}

StreamPosition SqlBatchWriter::load_last_position() {
  const Rows rows = writer_->query(kLoadLastPosition, {});
  if (rows.empty()) throw StorageError("the database has no last position: not migrated");
  return {static_cast<std::uint64_t>(rows.integer(0, 0))};
}

SqlBatchWriter::Results SqlBatchWriter::write(std::span<const Change* const> changes,
                                              StreamPosition last) {
  refuse_if_unsettled();
  Results results;
  try {
    results = write_once(changes, last);
  } catch (const StorageAway&) {  // nothing was made: once more when it is back
    if (is_away_ || !await_last_position()) {
      is_away_ = true;
      throw;
    }
    results = write_once(changes, last);
  }
  is_away_ = false;
  return results;
}

SqlBatchWriter::Results SqlBatchWriter::write_once(std::span<const Change* const> changes,
                                                   StreamPosition last) {
  try {
    return write_together(changes, last);
  } catch (const StorageRefused&) {  // one of them is to blame: find which
  }
  return write_apart(changes, last);
}

SqlBatchWriter::Results SqlBatchWriter::write_together(std::span<const Change* const> changes,
                                                       StreamPosition last) {
  const StreamPosition before = last;
  Results results;
  results.reserve(changes.size());
  writer_->begin();
  try {
    for (const Change* change : changes) {
      if (change->joined == Change::Joined::to_previous && results.back()) {
        results.push_back(results.back());
        continue;
      }
      if (const auto name = find_conflict(*writer_, *change)) {
        results.push_back(conflict(*name));
        continue;
      }
      apply_change(*writer_, *change, {last.value + 1});
      ++last.value;
      results.emplace_back();
    }
    finish(before, last);
  } catch (...) {  // the transaction must end, whatever broke
    writer_->roll_back();
    throw;
  }
  return results;
}

SqlBatchWriter::Results SqlBatchWriter::write_apart(std::span<const Change* const> changes,
                                                    StreamPosition last) {
  const StreamPosition before = last;
  Results results;
  results.reserve(changes.size());
  writer_->begin();
  try {
    while (results.size() < changes.size()) {
      const auto rest = changes.subspan(results.size());
      std::size_t count = 1;
      while (count < rest.size() && rest[count]->joined == Change::Joined::to_previous) ++count;
      const std::exception_ptr failure = write_group(rest.first(count), last);
      if (!failure) last.value += count;
      results.insert(results.end(), count, failure);
    }
    finish(before, last);
  } catch (...) {  // the transaction must end, whatever broke
    writer_->roll_back();
    throw;
  }
  return results;
}

// One change and those joined to it, in a savepoint of their own. Returns why they failed.
std::exception_ptr SqlBatchWriter::write_group(std::span<const Change* const> group,
                                               StreamPosition last) {
  std::exception_ptr failure;
  writer_->execute(kSavepoint, {});
  try {
    if (const auto name = find_conflict(*writer_, *group.front())) {
      failure = conflict(*name);
    } else {
      for (const Change* change : group) apply_change(*writer_, *change, {++last.value});
    }
    writer_->query(kRelease, {});    // waits for what was pipelined
  } catch (const StorageRefused&) {  // fails alone; the others go on
    failure = std::current_exception();
    writer_->execute(kRollBackToSavepoint, {});
    writer_->query(kRelease, {});
  }
  return failure;
}

void SqlBatchWriter::finish(StreamPosition before, StreamPosition last) {
  if (last == before) {  // all of them conflicts: nothing to wait for a disk for
    writer_->roll_back();
    return;
  }
  writer_->execute(kSetLastPosition, {static_cast<std::int64_t>(last.value)});
  try {
    writer_->commit();
  } catch (const StorageInDoubt&) {  // learned from the database itself
    settle(before, last);
  }
}

// Returns when the batch was made, throws when it was not.
void SqlBatchWriter::settle(StreamPosition before, StreamPosition last) {
  const std::optional<StreamPosition> found = await_last_position();
  if (found == last) return;
  if (found) throw StorageAway("the connection broke and the changes were not made");
  unsettled_ = before;
  throw StorageError("the connection broke and it is not known whether the changes were made");
}

// Asks until there is an answer; nothing when there is none in all that time.
std::optional<StreamPosition> SqlBatchWriter::await_last_position() {
  std::mutex mutex;
  std::condition_variable never;
  for (int attempt = 0; attempt < attempts_; ++attempt) {
    try {
      return load_last_position();
    } catch (const StorageError&) {  // not reachable yet
    }
    std::unique_lock lock(mutex);
    never.wait_for(lock, std::chrono::milliseconds(200));
  }
  return std::nullopt;
}

// Fails closed when an unacknowledged batch turns out to have been made: its positions are used,
// and the feed's readers never heard of it.
void SqlBatchWriter::refuse_if_unsettled() {
  if (!unsettled_) return;
  if (load_last_position() != *unsettled_) {
    throw StorageError("changes were stored that nobody was told of: restart the server");
  }
  unsettled_.reset();
}

}  // namespace chancery::storage::sql
