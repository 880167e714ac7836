// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/search.hpp"

#include "base/words.hpp"
#include "domain/rooms/reading.hpp"
#include "domain/search/room_sight.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace chancery::search {
namespace {

constexpr std::size_t kMostTermWords = 1'000;
constexpr std::size_t kMostHighlights = 50;

using Order = SearchRequest::Order;
using Shown = SearchPlace::Shown;

Shown to_shown(const Candidate& candidate) {
  return {.rank = candidate.rank, .order = candidate.order, .event = candidate.event};
}

// Whether `left` is shown before `right`. Among equals the rooms in the order in which the client
// named them (COMPAT: Complement expects a room's predecessor before it), then the newest.
bool is_before(Order order, const Shown& left, const Shown& right) {
  if (order == Order::recent) return left.event > right.event;
  if (left.rank != right.rank) return left.rank > right.rank;
  if (left.order != right.order) return left.order < right.order;
  return left.event > right.event;
}

// Those in which the searcher is or was, the ones that the filter names first, in its order.
std::vector<storage::RoomNumber> choose_rooms(const rooms::UserRooms& own,
                                              const SearchRequest& request) {
  std::unordered_map<std::string_view, storage::RoomNumber> open;
  std::vector<storage::RoomNumber> chosen;
  for (const rooms::UserRoom& room : own) {
    const bool was_in = room.membership == rooms::Membership::join ||
                        room.membership == rooms::Membership::leave ||
                        room.membership == rooms::Membership::ban;
    if (!was_in || room.forgotten || !request.filter.rooms.accepts(room.id.text())) continue;
    open.emplace(room.id.text(), room.room);
    chosen.push_back(room.room);
  }
  const auto& wanted = request.filter.rooms.wanted();
  if (!wanted) return chosen;
  chosen.clear();
  for (const std::string& id : *wanted) {
    const auto room = open.find(id);
    if (room == open.end()) continue;
    chosen.push_back(room->second);
    open.erase(room);
  }
  return chosen;
}

}  // namespace

class Search::Page {
 public:
  Page(Ports ports, Lookup& lookup, SearchRequest request)
      : ports_(ports),
        lookup_(lookup),
        request_(std::move(request)),
        place_(request_.place),
        sight_(ports.rooms, ports.visible, request_.user) {}

  runtime::Task<SearchResults> build() {
    read_term();
    if (words_.empty()) co_return std::move(results_);
    co_await choose_and_catch_up();
    for (std::size_t lookups = 0; lookups < kMostLookups; ++lookups) {
      Lookup::Found found = co_await lookup_.find({.rooms = rooms_,
                                                   .words = looked_up_,
                                                   .keys = request_.keys,
                                                   .below = place_.below,
                                                   .from = place_.from},
                                                  sight_);
      place_.below = found.below;
      place_.from = found.is_all ? storage::EventNumber{} : found.from;
      in_stretch_ =
          static_cast<std::size_t>(std::ranges::count_if(found.candidates, &Candidate::is_seen));
      const bool is_full = co_await show(std::move(found.candidates));
      if (is_full || found.is_all) {
        results_.next = is_full ? std::optional(place_) : std::nullopt;
        break;
      }
      begin_next_stretch(found.from);
      results_.next = place_;
    }
    results_.count = place_.counted + in_stretch_;
    if (results_.highlights.empty()) results_.highlights = term_words_;
    co_return std::move(results_);
  }

 private:
  void read_term() {
    for (base::Word& word : base::find_words(request_.term, base::WordUse::term, kMostTermWords)) {
      if (!words_.insert(word.normal).second) continue;
      if (looked_up_.size() < kMostWords) looked_up_.push_back(word.normal);
      if (term_words_.size() < kMostHighlights) term_words_.emplace_back(word.surface);
    }
  }

  runtime::Task<> choose_and_catch_up() {
    const auto own = co_await ports_.rooms.memberships().all_rooms(request_.user);
    rooms_ = choose_rooms(*own, request_);
    co_await ports_.indexer.catch_up(rooms_, kMostCaughtUp);
    // Without a list from the client no room goes before another.
    if (!request_.filter.rooms.wanted()) is_ordered_ = false;
  }

  // After the lookup, so that ranks are those of the request without the group.
  void keep_group(std::vector<Candidate>& candidates) const {
    if (!request_.only_room) return;
    const auto only = ports_.rooms.find_number(*request_.only_room);
    std::erase_if(candidates, [&only](const Candidate& one) { return one.room != only; });
  }

  void begin_next_stretch(storage::EventNumber below) {
    place_.counted += in_stretch_;
    in_stretch_ = 0;
    place_.below = below;
    place_.from = {};
    place_.shown.reset();
  }

  // Opens candidates in their order until the page is full; false when they were used up first.
  runtime::Task<bool> show(std::vector<Candidate> candidates) {
    const auto before = [this](const Candidate& left, const Candidate& right) {
      return is_before(request_.order, to_shown(left), to_shown(right));
    };
    if (!is_ordered_) {
      for (Candidate& one : candidates) one.order = 0;
    }
    if (place_.shown) {
      std::erase_if(candidates, [this](const Candidate& one) {
        return !is_before(request_.order, *place_.shown, to_shown(one));
      });
    }
    const std::size_t chunk = std::max<std::size_t>(2 * request_.limit, 16);
    for (std::size_t at = 0; at < candidates.size(); at += chunk) {
      if (results_.hits.size() >= request_.limit || opened_ >= kMostOpened) co_return true;
      const std::size_t end = std::min(at + chunk, candidates.size());
      std::partial_sort(candidates.begin() + static_cast<std::ptrdiff_t>(at),
                        candidates.begin() + static_cast<std::ptrdiff_t>(end), candidates.end(),
                        before);
      co_await open(std::span(candidates).subspan(at, end - at));
    }
    co_return results_.hits.size() >= request_.limit;
  }

  runtime::Task<> open(std::span<const Candidate> candidates) {
    std::vector<storage::EventNumber> numbers;
    for (const Candidate& one : candidates) numbers.push_back(one.event);
    opened_ += numbers.size();
    // The index may name events that were removed.
    const auto events = co_await ports_.rooms.events().find(std::move(numbers));
    const auto memberships = co_await find_visible(events);
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (results_.hits.size() >= request_.limit) co_return;
      const rooms::CachedEventPtr& event = events[i];
      place_.shown = to_shown(candidates[i]);
      const auto membership = event ? memberships.find(event->number) : memberships.end();
      if (membership == memberships.end() || !co_await is_match(event)) {
        // It is counted with its stretch: now it is known to be none. The sum is modulo 2^64.
        if (candidates[i].is_seen) --place_.counted;
        continue;
      }
      if (!candidates[i].is_seen) ++place_.counted;  // now it is known
      results_.hits.push_back({.event = event,
                               .membership = membership->second,
                               .rank = candidates[i].rank,
                               .behind = place_});
    }
  }

  using Seen = std::unordered_map<storage::EventNumber, rooms::Membership>;
  runtime::Task<Seen> find_visible(const std::vector<rooms::CachedEventPtr>& events) {
    std::unordered_map<storage::RoomNumber, std::vector<rooms::CachedEventPtr>> by_room;
    for (const rooms::CachedEventPtr& event : events) {
      if (!event || event->is_redacted() || !is_wanted(*event)) continue;
      by_room[event->room].push_back(event);
    }
    Seen seen;
    for (auto& [number, of_room] : by_room) {
      const rooms::RoomPtr room = co_await ports_.rooms.get(number);
      const rooms::SeenEvents visible =
          co_await ports_.visible.filter(room, request_.user, std::move(of_room));
      for (std::size_t i = 0; i < visible.events.size(); ++i) {
        if (visible.events[i]->is_redacted()) continue;  // to whoever searches
        seen.emplace(visible.events[i]->number, visible.memberships[i]);
      }
    }
    co_return seen;
  }

  [[nodiscard]] bool is_wanted(const rooms::CachedEvent& event) const {
    if (request_.only_sender && event.event->sender() != *request_.only_sender) return false;
    return rooms::is_wanted(request_.filter, event);
  }

  // By what the event says now.
  runtime::Task<bool> is_match(rooms::CachedEventPtr event) {
    const rooms::CachedEventPtr edit = co_await ports_.aggregations.edit_of(event, request_.user);
    const auto text = edit ? find_edited_text(event->event->type(), edit->event->content())
                           : find_text(event->event->type(), event->event->content());
    if (!text || (request_.keys & static_cast<std::uint8_t>(text->key)) == 0) co_return false;
    std::unordered_set<std::string> missing = words_;
    std::vector<std::string> surfaces;
    for (const std::string& one : text->texts) {
      for (const base::Word& word : base::find_words(one, base::WordUse::text, kMostWordsOfEvent)) {
        if (!words_.contains(word.normal)) continue;
        missing.erase(word.normal);
        surfaces.emplace_back(word.surface);
      }
    }
    if (!missing.empty()) co_return false;
    for (std::string& surface : surfaces) {
      if (results_.highlights.size() >= kMostHighlights) break;
      if (highlighted_.insert(surface).second) results_.highlights.push_back(std::move(surface));
    }
    co_return true;
  }

  Ports ports_;
  Lookup& lookup_;
  SearchRequest request_;
  SearchPlace place_;
  RoomSight sight_;
  std::unordered_set<std::string> words_;
  std::vector<std::string> looked_up_;
  std::vector<std::string> term_words_;
  std::vector<storage::RoomNumber> rooms_;
  bool is_ordered_ = true;
  SearchResults results_;
  std::unordered_set<std::string> highlighted_;
  std::size_t in_stretch_ = 0;
  std::size_t opened_ = 0;
};

runtime::Task<SearchResults> Search::find(SearchRequest request) {
  request.limit = std::clamp<std::size_t>(request.limit, 1, kMostOnPage);
  Page page(ports_, lookup_, std::move(request));
  co_return co_await page.build();
}

}  // namespace chancery::search
