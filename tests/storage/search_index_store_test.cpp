// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/search_index_store.hpp"

#include "storage/commit/change.hpp"
#include "tests/storage/store_under_test.hpp"

#include <vector>

namespace chancery::storage {
namespace {

PostingList list(std::uint32_t room, std::int64_t word, std::uint32_t segment = 7) {
  return {.room = {room}, .segment = segment, .word = word};
}
PostingBlock block(PostingList of, std::uint64_t first, std::string sealed = "sealed") {
  return {.list = of, .first = {first}, .sealed = std::move(sealed)};
}
std::vector<std::uint64_t> firsts(const std::vector<PostingBlock>& blocks) {
  std::vector<std::uint64_t> all;
  for (const PostingBlock& one : blocks) all.push_back(one.first.value);
  return all;
}
using Firsts = std::vector<std::uint64_t>;

STORE_TEST("the newest blocks of lists come newest first, each list by itself") {
  sql::SqlSearchIndexStore index(store.reader());
  std::vector<PostingBlock> blocks;
  for (std::uint64_t first = 10; first <= 50; first += 10) {
    blocks.push_back(block(list(1, -5), first));
  }
  blocks.push_back(block(list(2, INT64_MIN), 3));
  blocks.push_back(block(list(1, -5, 8), 4));
  store.commit({PutPostings{blocks}});

  std::vector<PostingList> wanted{list(1, -5), list(1, 99), list(2, INT64_MIN)};
  for (int i = 0; i < 9; ++i) wanted.push_back(list(3, i));
  wanted.push_back(list(1, -5, 8));
  const auto found = store.run(index.load_postings(wanted, {UINT64_MAX}, 3));

  REQUIRE(found.size() == wanted.size());
  CHECK(firsts(found[0]) == Firsts{50, 40, 30});
  CHECK(found[0][0].list == list(1, -5));
  CHECK(found[0][0].sealed == "sealed");
  CHECK(found[1].empty());
  CHECK(firsts(found[2]) == Firsts{3});
  CHECK(firsts(found.back()) == Firsts{4});
  CHECK(firsts(store.run(index.load_postings({list(1, -5)}, {30}, 9)).front()) == Firsts{20, 10});
  CHECK(store.run(index.load_postings({}, {30}, 9)).empty());
}

STORE_TEST("a block replaces the one in its place, and an empty one takes it away") {
  sql::SqlSearchIndexStore index(store.reader());
  store.commit({PutPostings{{block(list(1, 1), 10, "old"), block(list(1, 1), 20, "other")}}});
  store.commit({PutPostings{{block(list(1, 1), 10, "new"), block(list(1, 1), 20, "")}}});

  const auto found = store.run(index.load_postings({list(1, 1)}, {UINT64_MAX}, 9)).front();
  REQUIRE(found.size() == 1);
  CHECK(found[0].sealed == "new");
}

STORE_TEST("the blocks of a segment are walked through, page by page") {
  sql::SqlSearchIndexStore index(store.reader());
  store.commit({PutPostings{{block(list(1, 5), 10), block(list(1, 5), 20), block(list(1, -9), 1),
                             block(list(1, 5, 8), 1), block(list(2, 5), 1)}}});

  SearchIndexStore::BlockPlace place{.list = list(1, INT64_MIN), .first = {}};
  Firsts walked;
  while (true) {
    const auto page = store.run(index.load_segment_blocks(place, 2));
    for (const PostingBlock& one : page) walked.push_back(one.first.value);
    if (page.size() < 2) break;
    place = {.list = page.back().list, .first = page.back().first};
  }
  CHECK(walked == Firsts{1, 10, 20});
}

STORE_TEST("what is to be taken out waits until it was, or until its index is forgotten") {
  sql::SqlSearchIndexStore index(store.reader());
  const auto waiting = [&](std::size_t limit) {
    std::vector<std::uint64_t> events;
    for (const SearchRemoval& one : store.run(index.load_search_removals(limit))) {
      events.push_back(one.event.value);
    }
    return events;
  };
  const auto removal = [](std::uint32_t room, std::uint64_t event) {
    return SearchRemoval{.room = {room}, .event = {event}};
  };
  store.commit({QueueSearchRemovals{{removal(2, 20), removal(1, 12), removal(1, 11)}}});
  store.commit({QueueSearchRemovals{{removal(1, 12), removal(3, 30)}}});

  CHECK(waiting(9) == Firsts{11, 12, 20, 30});
  CHECK(waiting(1) == Firsts{11});
  store.commit({FinishSearchRemovals{{removal(1, 11), removal(1, 99)}}});
  CHECK(waiting(9) == Firsts{12, 20, 30});
  store.commit({ForgetIndexOf{{2}}});
  CHECK(waiting(9) == Firsts{12, 30});
  store.commit({ForgetIndex{}});
  CHECK(waiting(9).empty());
}

STORE_TEST("segments and how far rooms are indexed are kept, and forgotten with their room") {
  sql::SqlSearchIndexStore index(store.reader());
  const SearchSegment segment{
      .room = {1}, .segment = 7, .first = {10}, .last = {99}, .events = 5, .words = 40};
  store.commit({PutSearchSegment{segment}, SetIndexedUntil{.room = {1}, .until = {12}}});
  store.commit(
      {PutSearchSegment{{.room = {2}, .segment = 9, .first = {1}, .last = {2}}},
       SetIndexedUntil{.room = {2}, .until = {13}, .encrypted = SetIndexedUntil::Encrypted::yes},
       PutPostings{{block(list(1, 1), 10), block(list(2, 1), 10)}}});
  SearchSegment grown = segment;
  grown.last = {100};
  grown.events = 6;
  store.commit({PutSearchSegment{grown}, SetIndexedUntil{.room = {1}, .until = {15}}});

  const auto segments = store.run(index.load_segments({{2}, {1}, {3}}));
  REQUIRE(segments.size() == 2);
  CHECK(segments[0].room == RoomNumber{2});
  CHECK(segments[1].last == EventNumber{100});
  CHECK(segments[1].events == 6);
  CHECK(segments[1].words == 40);
  auto rooms = store.run(index.load_indexed_rooms());
  REQUIRE(rooms.size() == 2);
  CHECK(rooms[0].until == StreamPosition{15});
  CHECK_FALSE(rooms[0].encrypted);
  CHECK(rooms[1].encrypted);

  store.commit({ForgetPostings{.room = {1}, .most = 9}, ForgetIndexOf{{1}}});
  CHECK(store.run(index.load_segments({{1}, {2}})).size() == 1);
  CHECK(store.run(index.load_indexed_rooms()).size() == 1);
  CHECK(store.run(index.load_postings({list(1, 1)}, {UINT64_MAX}, 9)).front().empty());
  CHECK_FALSE(store.run(index.load_postings({list(2, 1)}, {UINT64_MAX}, 9)).front().empty());
  store.commit({ForgetIndex{}});
  CHECK(store.run(index.load_indexed_rooms()).empty());
  CHECK(store.run(index.load_postings({list(2, 1)}, {UINT64_MAX}, 9)).front().empty());
}

STORE_TEST("a room's lists are forgotten bit by bit, and nobody else's with them") {
  sql::SqlSearchIndexStore index(store.reader());
  PutPostings put;
  for (std::uint64_t first = 1; first <= 5; ++first) {
    put.blocks.push_back(block(list(1, static_cast<std::int64_t>(first) - 3), first));
    put.blocks.push_back(block(list(2, 1), first));
  }
  store.commit({std::move(put)});

  for (int i = 0; i < 2; ++i) {
    CHECK(store.run(index.has_postings({1})));
    store.commit({ForgetPostings{.room = {1}, .most = 2}});
  }
  CHECK(store.run(index.has_postings({1})));
  store.commit({ForgetPostings{.room = {1}, .most = 2}});

  CHECK_FALSE(store.run(index.has_postings({1})));
  CHECK(store.run(index.load_postings({list(2, 1)}, {UINT64_MAX}, 9)).front().size() == 5);
}

}  // namespace
}  // namespace chancery::storage
