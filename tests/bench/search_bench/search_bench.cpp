// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// What searching costs: an index of a million invented messages in a hundred rooms over four
// months, in the embedded engine with encrypted pages, and lookups of one to three words in all of
// the rooms.
//
// Words follow Zipf's law over 50,000, 8 to a message. Prints how fast the index was filled, its
// size, and percentiles of the time of a lookup; what opens the ten hits of a page comes on top.

#include "base/parse_number.hpp"
#include "domain/search/index_batch.hpp"
#include "domain/search/lookup.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/committer.hpp"
#include "storage/sql/batch_writer.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sql/search_index_store.hpp"
#include "storage/sqlite/database.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

namespace chancery::search {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kRooms = 100;
constexpr std::uint32_t kMonths = 4;
constexpr std::size_t kVocabulary = 50'000;
constexpr std::size_t kWordsOfMessage = 8;

class FixedKeys final : public storage::RecordKeys {
 public:
  storage::RecordLock get_lock(storage::RecordKeyIds ids) override {
    return {.ids = ids, .secret = std::string(32, static_cast<char>(ids.room_epoch))};
  }
};

class EverythingSeen final : public KnownSight {
 public:
  runtime::Task<storage::EventNumber> seen_from(storage::RoomNumber) override {
    co_return storage::EventNumber{};
  }
};

class Zipf {
 public:
  Zipf() {
    double sum = 0;
    for (std::size_t rank = 1; rank <= kVocabulary; ++rank) {
      sum += 1.0 / static_cast<double>(rank);
      sums_.push_back(sum);
    }
  }
  std::size_t draw(std::mt19937_64& random) {
    std::uniform_real_distribution<double> place(0, sums_.back());
    return static_cast<std::size_t>(
        std::distance(sums_.begin(), std::ranges::lower_bound(sums_, place(random))));
  }

 private:
  std::vector<double> sums_;
};

std::string word(std::size_t rank) { return fmt::format("word{}", rank); }

double milliseconds(Clock::duration length) {
  return std::chrono::duration<double, std::milli>(length).count();
}

class Bench {
 public:
  explicit Bench(std::uint64_t messages) : messages_(messages) {
    database_ = storage::sqlite::open_sqlite(
        {.path = folder_.file("bench.db"), .key = std::string(32, 'k')});
    storage::sql::migrate(*database_);
    committer_ = std::make_unique<storage::Committer>(
        std::make_unique<storage::sql::SqlBatchWriter>(*database_));
    index_ = std::make_unique<storage::sql::SqlSearchIndexStore>(database_->reader());
  }

  void fill() {
    const auto begin = Clock::now();
    const std::uint64_t of_segment = messages_ / kRooms / kMonths;
    constexpr std::uint64_t kBatch = 500;
    for (std::uint32_t month = 0; month < kMonths; ++month) {
      for (std::uint32_t room = 1; room <= kRooms; ++room) {
        for (std::uint64_t done = 0; done < of_segment; done += kBatch) {
          add({room}, month, done, std::min(kBatch, of_segment - done));
        }
      }
    }
    const double seconds = milliseconds(Clock::now() - begin) / 1'000;
    std::uintmax_t bytes = 0;
    for (const char* end : {"", "-wal"}) {
      std::error_code error;
      const auto size = std::filesystem::file_size(folder_.file("bench.db") + end, error);
      if (!error) bytes += size;
    }
    fmt::print("filled   {} messages in {:.1f} s ({:.0f}/s), {:.0f} bytes of index a message\n",
               messages_, seconds, static_cast<double>(messages_) / seconds,
               static_cast<double>(bytes) / static_cast<double>(messages_));
  }

  // Words drawn from the ranks `first` to `last`.
  void look_up(std::string_view name, std::size_t words, std::size_t first, std::size_t last) {
    constexpr std::size_t kRuns = 200;
    Lookup lookup({.index = *index_, .keys = keys_});
    EverythingSeen sight;
    std::vector<double> times;
    std::size_t found = 0;
    for (std::size_t run = 0; run < kRuns; ++run) {
      Lookup::Wanted wanted{.keys = static_cast<std::uint8_t>(SearchKey::body)};
      for (std::uint32_t room = 1; room <= kRooms; ++room) wanted.rooms.push_back({room});
      while (wanted.words.size() < words) {
        const std::string one = word(first + random_() % (last - first + 1));
        if (std::ranges::find(wanted.words, one) == wanted.words.end()) wanted.words.push_back(one);
      }
      const auto begin = Clock::now();
      found += scheduler_.run(lookup.find(std::move(wanted), sight)).candidates.size();
      times.push_back(milliseconds(Clock::now() - begin));
    }
    std::ranges::sort(times);
    fmt::print("{:<28} p50 {:6.1f} ms  p95 {:6.1f} ms  max {:6.1f} ms  {:>7} found\n", name,
               times[kRuns / 2], times[kRuns * 95 / 100], times.back(), found / kRuns);
  }

 private:
  void add(storage::RoomNumber room, std::uint32_t month, std::uint64_t done, std::uint64_t count) {
    const std::uint32_t segment = room.value + kRooms * month;
    const auto segments = scheduler_.run(index_->load_segments({room}));
    IndexBatch batch({.index = *index_, .keys = keys_, .random = randomness_}, room, segments);
    for (std::uint64_t i = 0; i < count; ++i) {
      CountedWords words;
      for (std::size_t one = 0; one < kWordsOfMessage; ++one)
        ++words.counts[word(zipf_.draw(random_))];
      words.total = kWordsOfMessage;
      // As if the rooms took turns.
      const std::uint64_t number =
          1 + ((messages_ / kRooms / kMonths) * month + done + i) * kRooms + room.value;
      batch.add({.segment = segment, .event = {number}}, words);
    }
    IndexBatch::Result result = scheduler_.run(batch.finish());
    storage::Change change;
    change.mutations.emplace_back(storage::PutPostings{std::move(result.blocks)});
    for (const auto& one : result.segments) {
      change.mutations.emplace_back(storage::PutSearchSegment{one});
    }
    scheduler_.run(committer_->commit(std::move(change)));
  }

  std::uint64_t messages_;
  support::TemporaryFolder folder_;
  runtime::SimulatedScheduler scheduler_;
  std::unique_ptr<storage::sql::Database> database_;
  std::unique_ptr<storage::Committer> committer_;
  std::unique_ptr<storage::sql::SqlSearchIndexStore> index_;
  FixedKeys keys_;
  support::SeededRandom randomness_;
  std::mt19937_64 random_{7};
  Zipf zipf_;
};

}  // namespace
}  // namespace chancery::search

int main(int count, char** arguments) {
  const auto given = chancery::base::parse_number<std::uint64_t>(count > 1 ? arguments[1] : "");
  chancery::search::Bench bench(given.value_or(1'000'000));
  bench.fill();
  bench.look_up("1 word, the most frequent", 1, 0, 9);
  bench.look_up("1 word, frequent", 1, 10, 199);
  bench.look_up("1 word, rare", 1, 5'000, 40'000);
  bench.look_up("2 words, the most frequent", 2, 0, 9);
  bench.look_up("2 words, mixed", 2, 0, 2'000);
  bench.look_up("3 words, the most frequent", 3, 0, 9);
  bench.look_up("3 words, mixed", 3, 0, 2'000);
  return 0;
}
