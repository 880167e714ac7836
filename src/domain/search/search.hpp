// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Search: finds what was said in the rooms that somebody is or was in.
//
// Every event that is found is opened, asked for by history visibility, and looked at whether it
// still has the words: it may have been redacted or edited a moment ago. An event that was edited
// is found by what it says now. An event has to have every word that is searched for.
//
// Concurrency: any thread.
// Failure:     StorageError.
// Spec:        client-server, "Server Side Search".

#include "domain/rooms/aggregations.hpp"
#include "domain/rooms/visible_history.hpp"
#include "domain/search/indexer.hpp"
#include "domain/search/lookup.hpp"
#include "domain/search/search_place.hpp"
#include "protocol/filter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chancery::search {

struct SearchRequest {
  protocol::UserId user;
  std::string term;
  std::uint8_t keys = kAllSearchKeys;
  protocol::RoomEventFilter filter;
  enum class Order : std::uint8_t { rank, recent } order = Order::rank;
  std::size_t limit = 10;
  SearchPlace place;  // where to go on; of an answer to the same request
  // Only these, where a page goes on within a group.
  std::optional<protocol::RoomId> only_room;
  std::optional<protocol::UserId> only_sender;
};

struct SearchHit {
  rooms::CachedEventPtr event;
  rooms::Membership membership = rooms::Membership::join;  // the searcher's, with the event
  double rank = 0;
  SearchPlace behind;  // to go on from here
};

struct SearchResults {
  std::vector<SearchHit> hits;
  std::size_t count = 0;                // about how many there are
  std::vector<std::string> highlights;  // as the words stand in the hits
  std::optional<SearchPlace> next;      // absent: there is nothing more
};

class Search {
 public:
  static constexpr std::size_t kMostTermBytes = 4'096;
  static constexpr std::size_t kMostWords = 16;  // that are looked up; hits have all of them
  static constexpr std::size_t kMostOnPage = 50;
  static constexpr std::size_t kMostOpened = 500;      // events of one page
  static constexpr std::size_t kMostLookups = 4;       // of one page
  static constexpr std::size_t kMostCaughtUp = 1'000;  // events that a search indexes first

  struct Ports {
    rooms::Rooms& rooms;
    rooms::VisibleHistory& visible;
    rooms::Aggregations& aggregations;
    storage::SearchIndexStore& index;
    storage::RecordKeys& keys;
    Indexer& indexer;
  };
  explicit Search(Ports ports)
      : ports_(ports), lookup_({.index = ports.index, .keys = ports.keys}) {}

  runtime::Task<SearchResults> find(SearchRequest request);

 private:
  class Page;
  Ports ports_;
  Lookup lookup_;
};

}  // namespace chancery::search
