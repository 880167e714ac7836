// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/removals.hpp"

#include "domain/search/postings.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>
#include <utility>

namespace chancery::search {
namespace {

constexpr std::size_t kNonceBytes = 12;

}  // namespace

runtime::Task<bool> Removals::step(PresentWords& words) {
  if (!pass_) pass_ = co_await begin();
  if (!pass_) co_return false;
  if (pass_->segments.empty()) {
    co_await finish(pass_->events);
    pass_.reset();
    co_return true;
  }
  if (!co_await take_out(*pass_, words)) {
    pass_->segments.pop_back();
    begin_segment(*pass_);
  }
  co_return true;
}

runtime::Task<std::optional<Removals::Pass>> Removals::begin() {
  Pass pass;
  pass.events = co_await ports_.index.load_search_removals(kEventsAPass);
  if (pass.events.empty()) co_return std::nullopt;
  const storage::RoomNumber room = pass.events.front().room;
  std::erase_if(pass.events, [room](const auto& one) { return one.room != room; });
  std::vector<storage::RoomNumber> rooms;
  rooms.push_back(room);
  pass.segments = co_await ports_.index.load_segments(std::move(rooms));
  std::erase_if(pass.segments, [&](const storage::SearchSegment& segment) {
    return std::ranges::none_of(pass.events, [&](const storage::SearchRemoval& one) {
      return segment.first <= one.event && one.event <= segment.last;
    });
  });
  begin_segment(pass);
  co_return pass;
}

void Removals::begin_segment(Pass& pass) {
  if (pass.segments.empty()) return;
  const storage::SearchSegment& segment = pass.segments.back();
  pass.place = {.list = {.room = segment.room, .segment = segment.segment, .word = INT64_MIN},
                .first = {}};
}

runtime::Task<Removals::Staying> Removals::find_staying(const Pass& pass, const SegmentKeys& keys,
                                                        PresentWords& words) {
  Staying staying;
  std::vector<storage::EventNumber> events;
  for (const storage::SearchRemoval& one : pass.events) {
    events.push_back(one.event);
    staying[one.event] = {};
  }
  for (const auto& [event, now] :
       co_await words.find_words_of(pass.events.front().room, std::move(events))) {
    for (const auto& [word, count] : now.counts) {
      staying[event].insert(keys.hash(now.key, word));
    }
  }
  co_return staying;
}

runtime::Task<bool> Removals::take_out(Pass& pass, PresentWords& words) {
  const auto keys = SegmentKeys::find(ports_.keys, pass.segments.back().segment);
  // Destroyed: its lists say nothing to anybody.
  if (!keys) co_return false;
  const Staying staying = co_await find_staying(pass, *keys, words);
  const auto page = co_await ports_.index.load_segment_blocks(pass.place, kBlocksAStep);
  storage::PutPostings put;
  for (const storage::PostingBlock& stored : page) {
    Postings postings = keys->open(stored);
    const std::size_t erased = std::erase_if(postings, [&](const Posting& posting) {
      const auto event = staying.find(posting.event);
      return event != staying.end() && !event->second.contains(stored.list.word);
    });
    if (erased == 0) continue;
    put.blocks.push_back(
        postings.empty()
            ? storage::PostingBlock{.list = stored.list, .first = stored.first}
            : keys->seal(stored.list, stored.first, postings, ports_.random.bytes(kNonceBytes)));
  }
  if (!put.blocks.empty()) {
    storage::Change change;  // housekeeping: nobody acts
    change.mutations.emplace_back(std::move(put));
    co_await ports_.committer.commit(std::move(change));
  }
  if (page.size() < kBlocksAStep) co_return false;
  pass.place = {.list = page.back().list, .first = page.back().first};
  co_return true;
}

runtime::Task<> Removals::finish(std::vector<storage::SearchRemoval> events) {
  storage::Change change;  // housekeeping: nobody acts
  change.mutations.emplace_back(storage::FinishSearchRemovals{std::move(events)});
  co_await ports_.committer.commit(std::move(change));
}

}  // namespace chancery::search
