// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/interned_text.hpp"

#include <array>
#include <climits>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_set>

namespace chancery::base {
namespace {

constexpr int kShardBits = 6;
constexpr std::size_t kCacheLine = 64;

}  // namespace

// All entries. The last holder of one leaves under its shard's lock, and who asks by letters takes
// hold under it: so nobody takes hold of an entry that is going.
class InternedText::Table {
 public:
  // Never destroyed: names in static objects may be let go after it would have been.
  static Table& instance() {
    static auto* const table = new Table;
    return *table;
  }

  // The entry of the text, held once more.
  Entry* hold(std::string text) {
    const std::size_t hash = std::hash<std::string>{}(text);
    Shard& shard = shard_of(hash);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(Wanted{.text = text, .hash = hash});
    if (found != shard.entries.end()) {
      (*found)->holders.fetch_add(1, std::memory_order_relaxed);
      return *found;
    }
    auto made = std::make_unique<Entry>(std::move(text), hash, 1);
    shard.entries.insert(made.get());
    return made.release();
  }

  void let_go_of_last(Entry& entry) noexcept {
    Shard& shard = shard_of(entry.hash);
    const std::lock_guard lock(shard.mutex);
    // Somebody may have asked for it since.
    if (entry.holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    shard.entries.erase(&entry);
    const std::unique_ptr<Entry> gone(&entry);
  }

 private:
  struct Wanted {
    std::string_view text;
    std::size_t hash;
  };
  // Not noexcept, so that the table keeps the hash beside each entry and reads no other one.
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Entry* entry) const { return entry->hash; }
    std::size_t operator()(const Wanted& wanted) const { return wanted.hash; }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Entry* left, const Entry* right) const { return left == right; }
    bool operator()(const Wanted& left, const Entry* right) const {
      return left.text == right->text;
    }
    bool operator()(const Entry* left, const Wanted& right) const {
      return left->text == right.text;
    }
  };
  struct alignas(kCacheLine) Shard {
    std::mutex mutex;
    std::unordered_set<Entry*, Hash, Equal> entries;
  };

  // By the bits that the tables of the shards look at last.
  Shard& shard_of(std::size_t hash) {
    return shards_[hash >> (sizeof(hash) * CHAR_BIT - kShardBits)];
  }

  std::array<Shard, std::size_t{1} << kShardBits> shards_;
};

InternedText::InternedText(std::string text)
    : entry_(text.empty() ? nullptr : Table::instance().hold(std::move(text))) {}

const std::string& InternedText::text() const {
  static const std::string none;
  return entry_ == nullptr ? none : entry_->text;
}

void InternedText::let_go(Entry& entry) noexcept {
  std::size_t holders = entry.holders.load(std::memory_order_relaxed);
  while (holders > 1) {
    const bool has_left = entry.holders.compare_exchange_weak(
        holders, holders - 1, std::memory_order_release, std::memory_order_relaxed);
    if (has_left) return;
  }
  Table::instance().let_go_of_last(entry);
}

}  // namespace chancery::base
