// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/index_batch.hpp"

#include "runtime/wait.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chancery::search {
namespace {

constexpr std::size_t kNonceBytes = 12;

}  // namespace

IndexBatch::IndexBatch(Ports ports, storage::RoomNumber room,
                       const std::vector<storage::SearchSegment>& segments)
    : ports_(ports), room_(room) {
  for (const storage::SearchSegment& segment : segments) {
    segments_.emplace(segment.segment, segment);
    stored_segments_.insert(segment.segment);
  }
}

const SegmentKeys* IndexBatch::keys_of(std::uint32_t segment) {
  auto found = keys_.find(segment);
  if (found == keys_.end()) {
    found = keys_.emplace(segment, SegmentKeys::find(ports_.keys, segment)).first;
  }
  return found->second ? &*found->second : nullptr;
}

void IndexBatch::put(Place place, const CountedWords& words, const SegmentKeys& keys) {
  for (const auto& [word, count] : words.counts) {
    const storage::PostingList list{
        .room = room_, .segment = place.segment, .word = keys.hash(words.key, word)};
    changes_[list][place.event] = pack_weight(count, words.total);
  }
}

void IndexBatch::add(Place place, const CountedWords& words) {
  const SegmentKeys* keys = keys_of(place.segment);
  if (keys == nullptr || words.total == 0) return;
  put(place, words, *keys);
  const auto [segment, is_new] = segments_.try_emplace(
      place.segment,
      storage::SearchSegment{
          .room = room_, .segment = place.segment, .first = place.event, .last = place.event});
  segment->second.first = std::min(segment->second.first, place.event);
  segment->second.last = std::max(segment->second.last, place.event);
  ++segment->second.events;
  segment->second.words += words.total;
  changed_segments_.insert(place.segment);
}

void IndexBatch::replace(Place place, const std::vector<CountedWords>& before,
                         const CountedWords& now) {
  const SegmentKeys* keys = keys_of(place.segment);
  if (keys == nullptr) return;
  if (!segments_.contains(place.segment)) {
    add(place, now);
    return;
  }
  for (const CountedWords& words : before) {
    for (const auto& [word, count] : words.counts) {
      if (now.counts.contains(word)) continue;
      changes_[{.room = room_, .segment = place.segment, .word = keys->hash(words.key, word)}]
              [place.event] = std::nullopt;
    }
  }
  put(place, now, *keys);
  // An event that had no words before is none of those that the segment begins or ends with.
  storage::SearchSegment& segment = segments_.at(place.segment);
  if (place.event >= segment.first && place.event <= segment.last) return;
  segment.first = std::min(segment.first, place.event);
  segment.last = std::max(segment.last, place.event);
  changed_segments_.insert(place.segment);
}

void IndexBatch::drop(storage::EventNumber event) {
  for (auto& [list, changes] : changes_) changes.erase(event);
}

void IndexBatch::keep(const storage::PostingBlock& stored) {
  Blocks& blocks = blocks_[stored.list];
  if (blocks.contains(stored.first)) return;
  const SegmentKeys* keys = keys_of(stored.list.segment);
  if (keys != nullptr) blocks[stored.first] = {.postings = keys->open(stored)};
}

// Of every list that changes the block in which each change belongs: mostly the newest.
runtime::Task<> IndexBatch::load_touched() {
  std::vector<storage::PostingList> lists;
  for (const auto& [list, changes] : changes_) {
    if (!changes.empty() && stored_segments_.contains(list.segment)) lists.push_back(list);
  }
  constexpr std::size_t kListsAtOnce = 128;
  for (std::size_t at = 0; at < lists.size(); at += kListsAtOnce) {
    const std::size_t end = std::min(at + kListsAtOnce, lists.size());
    const std::vector<storage::PostingList> some(lists.begin() + static_cast<std::ptrdiff_t>(at),
                                                 lists.begin() + static_cast<std::ptrdiff_t>(end));
    const auto newest = co_await ports_.index.load_postings(some, {UINT64_MAX}, 1);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (newest[i].empty()) continue;
      keep(newest[i].front());
      for (const auto& [event, weight] : changes_.at(some[i])) {
        if (event >= newest[i].front().first) break;
        const auto older = co_await ports_.index.load_postings({some[i]}, {event.value + 1}, 1);
        if (!older.front().empty()) keep(older.front().front());
      }
    }
    co_await runtime::yield_now();
  }
}

void IndexBatch::apply(const storage::PostingList& list, const Changes& changes) {
  Blocks& blocks = blocks_[list];
  for (const auto& [event, weight] : changes) {
    auto place = blocks.upper_bound(event);
    if (place != blocks.begin()) {
      --place;
    } else if (weight) {
      place = blocks.emplace(event, Block{}).first;
    } else {
      continue;
    }
    Block& block = place->second;
    if (weight) {
      insert(block.postings, {event, *weight});
      block.is_changed = true;
    } else if (erase(block.postings, event)) {
      block.is_changed = true;
    }
  }
}

void IndexBatch::write(const storage::PostingList& list, storage::EventNumber first,
                       const Block& block, std::vector<storage::PostingBlock>& out) {
  if (!block.is_changed) return;
  if (block.postings.empty()) {
    out.push_back({.list = list, .first = first, .sealed = {}});
    return;
  }
  const SegmentKeys& keys = *keys_of(list.segment);
  auto rest = block.postings.begin();
  while (rest != block.postings.end()) {
    const auto left = static_cast<std::size_t>(std::distance(rest, block.postings.end()));
    std::size_t count = left;
    if (left > kMostInBlock) {
      // Halves at the end, so that what comes into the middle next does not split it again.
      count = left > kMostInBlock + kMostInBlock / 2 ? kMostInBlock : left / 2;
    }
    const auto end = rest + static_cast<std::ptrdiff_t>(count);
    const Postings part(rest, end);
    const bool is_first = rest == block.postings.begin();
    out.push_back(keys.seal(list, is_first ? first : part.front().event, part,
                            ports_.random.bytes(kNonceBytes)));
    rest = end;
  }
}

runtime::Task<IndexBatch::Result> IndexBatch::finish() {
  co_await load_touched();
  for (const auto& [list, changes] : changes_) apply(list, changes);
  Result result;
  for (const auto& [list, blocks] : blocks_) {
    for (const auto& [first, block] : blocks) write(list, first, block, result.blocks);
  }
  for (const std::uint32_t segment : changed_segments_) {
    result.segments.push_back(segments_.at(segment));
  }
  co_return result;
}

}  // namespace chancery::search
