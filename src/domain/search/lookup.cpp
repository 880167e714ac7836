// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/lookup.hpp"

#include "domain/search/segment_keys.hpp"
#include "runtime/wait.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace chancery::search {
namespace {

constexpr std::size_t kFewestBlocks = 2;  // of a list, however many lists there are
constexpr std::size_t kMostOfAList = 256;
constexpr std::size_t kUnitsAtOnce = 64;
constexpr std::array kKeys{SearchKey::body, SearchKey::name, SearchKey::topic};

// The usual constants of BM25.
constexpr double kSaturation = 1.2;
constexpr double kLengthMatters = 0.75;

// The lists of all words of one segment, under one key of events.
struct Unit {
  storage::SearchSegment segment;
  SearchKey key = SearchKey::body;
  std::uint32_t order = 0;
};

}  // namespace

class Lookup::Run {
 public:
  Run(Ports ports, Wanted wanted, KnownSight& sight)
      : ports_(ports), wanted_(std::move(wanted)), sight_(sight), seen_(wanted_.words.size()) {
    found_.below = wanted_.below;
    found_.from = wanted_.from;
    found_.is_all = wanted_.from.value == 0;
  }

  runtime::Task<Found> find() {
    co_await choose_units();
    const std::size_t lists = std::max<std::size_t>(1, units_.size() * wanted_.words.size());
    most_ = std::clamp(kMostBlocks / lists, kFewestBlocks, kMostOfAList);
    for (std::size_t at = 0; at < units_.size(); at += kUnitsAtOnce) {
      co_await read_units(at, std::min(at + kUnitsAtOnce, units_.size()));
      co_await runtime::yield_now();
    }
    rank();
    co_return std::move(found_);
  }

 private:
  // Segments with anything in the window, those that reach up farthest first; too many are cut off,
  // and the window with them.
  runtime::Task<> choose_units() {
    std::unordered_map<storage::RoomNumber, std::uint32_t> orders;
    for (const storage::RoomNumber room : wanted_.rooms) {
      orders.try_emplace(room, static_cast<std::uint32_t>(orders.size()));
    }
    auto segments = co_await ports_.index.load_segments(wanted_.rooms);
    storage::EventNumber top;
    for (const storage::SearchSegment& segment : segments) top = std::max(top, segment.last);
    found_.below = std::min(found_.below, storage::EventNumber{top.value + 1});
    std::erase_if(segments, [&](const storage::SearchSegment& segment) {
      return segment.first >= found_.below || segment.last < found_.from;
    });
    const auto reach = [&](const storage::SearchSegment& segment) {
      return std::min(segment.last.value, found_.below.value - 1);
    };
    std::ranges::sort(segments, [&](const auto& left, const auto& right) {
      return std::tuple(reach(right), left.room, left.segment) <
             std::tuple(reach(left), right.room, right.segment);
    });
    const auto keys = static_cast<std::size_t>(std::max(1, std::popcount(wanted_.keys)));
    const std::size_t most = std::max<std::size_t>(1, kMostLists / wanted_.words.size() / keys);
    std::size_t across = 0;
    while (across < segments.size() && segments[across].last >= found_.below) ++across;
    if (segments.size() > across + most) {
      found_.from = std::max(found_.from, {reach(segments[across + most]) + 1});
      found_.is_all = false;
      segments.resize(across + most);
    }
    for (const storage::SearchSegment& segment : segments) {
      for (const SearchKey key : kKeys) {
        if ((wanted_.keys & static_cast<std::uint8_t>(key)) == 0) continue;
        units_.push_back({.segment = segment, .key = key, .order = orders.at(segment.room)});
      }
    }
  }

  // Units of one segment follow each other.
  using KeysPtr = std::shared_ptr<const SegmentKeys>;  // null: destroyed
  struct Reading {
    std::size_t unit = 0;
    KeysPtr keys;
    std::vector<std::vector<storage::PostingBlock>> of_words;  // those that were read so far
  };
  KeysPtr find_keys(std::uint32_t segment) {
    if (segment == last_segment_) return last_keys_;
    auto found = SegmentKeys::find(ports_.keys, segment);
    last_segment_ = segment;
    last_keys_ = found ? std::make_shared<const SegmentKeys>(*std::move(found)) : nullptr;
    return last_keys_;
  }

  // One word after the other: of most rooms the first list says already that they have nothing.
  runtime::Task<> read_units(std::size_t begin, std::size_t end) {
    std::vector<Reading> hopeful;
    for (std::size_t unit = begin; unit < end; ++unit) {
      // Where the key was destroyed there is no such list.
      if (KeysPtr keys = find_keys(units_[unit].segment.segment)) {
        hopeful.push_back({.unit = unit, .keys = std::move(keys), .of_words = {}});
      }
    }
    for (const std::string& word : wanted_.words) {
      std::vector<storage::PostingList> lists;
      for (const Reading& one : hopeful) {
        const Unit& unit = units_[one.unit];
        lists.push_back({.room = unit.segment.room,
                         .segment = unit.segment.segment,
                         .word = one.keys->hash(unit.key, word)});
      }
      if (lists.empty()) co_return;
      auto blocks = co_await ports_.index.load_postings(std::move(lists), found_.below, most_);
      for (std::size_t i = 0; i < hopeful.size(); ++i) {
        hopeful[i].of_words.push_back(std::move(blocks[i]));
      }
      std::erase_if(hopeful, [](const Reading& one) { return one.of_words.back().empty(); });
    }
    for (Reading& one : hopeful) co_await match(one.unit, one.of_words, *one.keys);
  }

  runtime::Task<> match(std::size_t unit, std::span<std::vector<storage::PostingBlock>> of_words,
                        const SegmentKeys& keys) {
    for (const auto& list : of_words) {
      if (list.size() < most_ || list.back().first <= found_.from) continue;
      found_.from = list.back().first;  // what is older was not read
      found_.is_all = false;
    }
    std::vector<Postings> words;
    for (auto& list : of_words) {
      words.push_back(open(list, keys));
      if (words.back().empty()) co_return;
    }
    const storage::EventNumber seen_from = co_await sight_.seen_from(units_[unit].segment.room);
    note_statistics(words, seen_from);
    intersect(unit, words, seen_from);
  }

  // In the window, oldest first.
  Postings open(std::vector<storage::PostingBlock>& newest_first, const SegmentKeys& keys) const {
    Postings all;
    for (auto block = newest_first.rbegin(); block != newest_first.rend(); ++block) {
      const auto next = std::next(block);
      if (next != newest_first.rend() && next->first <= found_.from) continue;
      const Postings some = keys.open(*block);
      all.insert(all.end(), some.begin(), some.end());
    }
    const auto is_outside = [this](const Posting& posting) {
      return posting.event < found_.from || posting.event >= found_.below;
    };
    std::erase_if(all, is_outside);
    return all;
  }

  void note_statistics(const std::vector<Postings>& words, storage::EventNumber seen_from) {
    for (std::size_t word = 0; word < words.size(); ++word) {
      seen_[word] += static_cast<std::uint64_t>(
          std::distance(std::ranges::lower_bound(words[word], seen_from, {}, &Posting::event),
                        words[word].end()));
    }
  }

  void intersect(std::size_t unit, const std::vector<Postings>& words,
                 storage::EventNumber seen_from) {
    const auto shortest = std::ranges::min_element(words, {}, &Postings::size);
    std::vector<Postings::const_iterator> at;
    for (const Postings& list : words) at.push_back(list.begin());
    for (const Posting& posting : *shortest) {
      bool has_all = true;
      for (std::size_t word = 0; word < words.size() && has_all; ++word) {
        at[word] = advance(at[word], words[word].end(), posting.event);
        has_all = at[word] != words[word].end() && at[word]->event == posting.event;
      }
      if (!has_all) continue;
      found_.candidates.push_back({.rank = 0,
                                   .event = posting.event,
                                   .room = units_[unit].segment.room,
                                   .order = units_[unit].order,
                                   .is_seen = posting.event >= seen_from});
      for (const auto& place : at) weights_.push_back(place->weight);
    }
  }

  // In steps that double: one list may be far longer than the other.
  static Postings::const_iterator advance(Postings::const_iterator at, Postings::const_iterator end,
                                          storage::EventNumber event) {
    std::ptrdiff_t step = 1;
    while (end - at > step && (at + step)->event < event) {
      at += step;
      step *= 2;
    }
    const auto bound = end - at > step ? at + step + 1 : end;
    return std::lower_bound(at, bound, event, [](const Posting& posting, storage::EventNumber one) {
      return posting.event < one;
    });
  }

  // The numbers behind the ranks are rounded to powers of two, and none of them comes from events
  // above the window: between two pages a message comes or goes, and the order must stay.
  void rank() {
    constexpr double kUsualLength = 8;  // words of a message
    const std::size_t count = wanted_.words.size();
    const auto total = static_cast<double>(std::bit_ceil(found_.below.value));
    std::vector<std::array<float, 256>> values(count);
    for (std::size_t word = 0; word < count; ++word) {
      const auto with = static_cast<double>(std::bit_ceil(seen_[word]));
      const double rarity = std::log(1 + (total - std::min(total, with) + 0.5) / (with + 0.5));
      for (unsigned weight = 0; weight < 256; ++weight) {
        const auto byte = static_cast<std::uint8_t>(weight);
        const auto often = static_cast<double>(occurrences_in(byte));
        const double length = static_cast<double>(words_in(byte)) / kUsualLength;
        values[word][weight] = static_cast<float>(
            rarity * often * (kSaturation + 1) /
            (often + kSaturation * (1 - kLengthMatters + kLengthMatters * length)));
      }
    }
    std::size_t next = 0;
    for (Candidate& candidate : found_.candidates) {
      for (std::size_t word = 0; word < count; ++word) {
        candidate.rank += values[word][weights_[next++]];
      }
    }
    // A window that was narrowed later than a list was read.
    std::erase_if(found_.candidates,
                  [this](const Candidate& one) { return one.event < found_.from; });
  }

  Ports ports_;
  Wanted wanted_;
  KnownSight& sight_;
  Found found_;
  std::vector<Unit> units_;
  std::uint32_t last_segment_ = 0;
  KeysPtr last_keys_;
  std::size_t most_ = 0;               // blocks of a list
  std::vector<std::uint8_t> weights_;  // of each candidate, for each word
  std::vector<std::uint64_t> seen_;    // events known to be seen, for each word
};

runtime::Task<Lookup::Found> Lookup::find(Wanted wanted, KnownSight& sight) {
  Run run(ports_, std::move(wanted), sight);
  co_return co_await run.find();
}

}  // namespace chancery::search
