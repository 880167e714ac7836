// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The indexer: reads what was committed in rooms into the search index, after the fact.
//
// How far each room was read is stored with the index, so that it goes on where it stopped, a
// database without an index is filled, and an index that was forgotten is made again. Nothing waits
// for it but a search, which first has its own rooms brought up to date.
//
// A room that turns encrypted loses its index and gets no new one.
//
// Concurrency: any thread; one batch at a time.
// Failure:     StorageError; what was not stored is tried again.

#include "domain/rooms/position_array.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/search/index_batch.hpp"
#include "domain/search/removals.hpp"
#include "runtime/random.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/committer.hpp"
#include "storage/record.hpp"
#include "storage/search_index.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <vector>

namespace chancery::search {

class Indexer final : private PresentWords {
 public:
  static constexpr std::size_t kEventsABatch = 500;
  static constexpr std::ptrdiff_t kBlocksACommit = 256;
  static constexpr std::size_t kForgottenACommit = 1'000;  // blocks as well

  struct Ports {
    rooms::Rooms& rooms;
    storage::SearchIndexStore& index;
    storage::RecordKeys& keys;
    storage::Committer& committer;  // a reader is added
    runtime::Random& random;
  };
  explicit Indexer(Ports ports);

  // After the rooms were loaded, before the first question.
  runtime::Task<> load();
  // Reads up to about `most` events of rooms that are behind. False when none is any more.
  runtime::Task<bool> work(std::size_t most);
  // The same of these rooms alone.
  runtime::Task<> catch_up(std::vector<storage::RoomNumber> rooms, std::size_t most);
  // Takes some of what was redacted out of the index. False when nothing waits any more.
  runtime::Task<bool> take_out();
  // For a change by which events of a room go: what is to be taken out of the index along with
  // them.
  void add_removals(storage::Change& change, storage::RoomNumber room,
                    const std::vector<storage::EventNumber>& events) const;
  // Makes the index anew, by and by.
  runtime::Task<> start_over();

  [[nodiscard]] bool is_behind(storage::RoomNumber room) const;
  // Rooms that are behind.
  [[nodiscard]] std::size_t count_behind() const;

 private:
  // An event of the store, opened.
  struct Opened {
    protocol::EventId id;
    storage::EventNumber number;
    std::uint32_t segment = 0;
    std::string type;
    std::string sender;
    bool is_state = false;
    bool has_key = false;  // a state event with a state key other than ""
    base::JsonObject event;
    [[nodiscard]] const base::JsonObject& content() const;
  };
  struct Versions {
    std::vector<CountedWords> all;
    CountedWords now;
  };

  // What was made of some rooms and is not stored yet.
  struct Made {
    std::vector<storage::PostingBlock> blocks;
    std::vector<storage::SearchSegment> segments;
    std::vector<storage::SetIndexedUntil> until;
    std::vector<storage::RoomNumber> forgotten;
    std::vector<storage::SearchRemoval> removals;
  };

  [[nodiscard]] std::vector<storage::RoomNumber> some_behind(std::size_t most) const;
  // Requires: the turn. These return how many events were read.
  runtime::Task<std::size_t> index_rooms(std::vector<storage::RoomNumber> rooms, std::size_t most);
  runtime::Task<std::size_t> index_room(storage::RoomNumber room, std::size_t most, Made& made);
  std::optional<Opened> open(const storage::StoredEvent& row);
  // Absent where there is no such event in the room, or a redacted one.
  runtime::Task<std::optional<Opened>> find(storage::RoomNumber room, std::string_view id);
  // What has to be taken out goes to `made`, the rest to `batch`.
  runtime::Task<> read(IndexBatch& batch, storage::RoomNumber room, const Opened& event,
                       Made& made);
  runtime::Task<> read_redaction(IndexBatch& batch, storage::RoomNumber room,
                                 const Opened& redaction, Made& made);
  runtime::Task<std::map<storage::EventNumber, CountedWords>> find_words_of(
      storage::RoomNumber room, std::vector<storage::EventNumber> events) override;
  runtime::Task<Versions> load_versions(storage::RoomNumber room, const Opened& event);
  runtime::Task<> store(Made made);
  runtime::Task<> forget_postings(storage::RoomNumber room);

  Ports ports_;
  runtime::Turnstile turn_;
  Removals removals_;  // with the turn
  rooms::PositionArray indexed_until_;
  mutable std::mutex mutex_;
  std::unordered_set<storage::RoomNumber> behind_;
  std::unordered_set<storage::RoomNumber> encrypted_;
};

}  // namespace chancery::search
