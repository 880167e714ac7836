// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reading rooms: history, context, members and state, as far as a user may see them.
//
// Who is in the room sees it as it is now; who left, as it was when they left; everyone else only
// where the history is world readable. A room that one may not see is refused like one that does
// not exist.
//
// Concurrency: any thread.
// Failure:     ApiError forbidden, not_found; StorageError.
// Spec:        client-server, "Getting events for a room", "Room History Visibility".

#include "domain/rooms/visible_history.hpp"
#include "protocol/filter.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::rooms {

class Reading {
 public:
  Reading(Rooms& rooms, VisibleHistory& visible) : rooms_(rooms), visible_(visible) {}

  // What a user may look at.
  struct View {
    RoomPtr room;
    protocol::UserId user;
    storage::StreamPosition until;  // nothing after this
    storage::StateRoot state;       // the state at `until`
    enum class Kind : std::uint8_t { present, past, peek } kind = Kind::present;
  };
  // Absent when there is no such room, or nothing of it may be seen.
  runtime::Task<std::optional<View>> find_view(protocol::UserId user, protocol::RoomId room);
  // Throws forbidden instead.
  runtime::Task<View> get_view(protocol::UserId user, protocol::RoomId room);

  struct PageWanted {
    storage::Direction direction = storage::Direction::backwards;
    std::optional<storage::StreamPosition> from;  // a place between events; absent: the end
    std::optional<storage::StreamPosition> to;
    std::size_t limit = 10;
    protocol::RoomEventFilter filter;
  };
  struct Page {
    SeenEvents seen;  // in the direction asked for
    storage::StreamPosition start;
    std::optional<storage::StreamPosition> end;  // absent: there is nothing behind
    std::vector<CachedEventPtr> state;           // members of those shown, where lazily loaded
  };
  runtime::Task<Page> load_page(const View& view, PageWanted wanted);

  struct Context {
    SeenEvents event;                   // one
    SeenEvents before;                  // newest first
    SeenEvents after;                   // oldest first
    std::vector<CachedEventPtr> state;  // with the last event shown
    storage::StreamPosition start;
    storage::StreamPosition end;
  };
  runtime::Task<Context> load_context(const View& view, protocol::EventId event, std::size_t limit,
                                      protocol::RoomEventFilter filter);

  // One event. Throws not_found for what is not there and for what may not be seen.
  runtime::Task<SeenEvents> get_event(const View& view, protocol::EventId event);

  // The view's state, whole.
  runtime::Task<std::vector<CachedEventPtr>> load_state(const View& view);
  // Null when the view's state has none.
  runtime::Task<CachedEventPtr> find_state(const View& view, std::string type, std::string key);
  // Member events of the view's state, or of the state at `at`; a place before the room's first
  // event is taken for its beginning, with its creator in it.
  runtime::Task<std::vector<CachedEventPtr>> load_members(
      const View& view, std::optional<storage::StreamPosition> at);

  static constexpr std::size_t kDeepest = 3;  // relations of relations, as far as they are followed
  struct RelatedWanted {
    protocol::EventId event;
    std::size_t depth = 1;      // up to kDeepest
    std::string relation_type;  // "" any
    std::string event_type;     // "" any
    storage::Direction direction = storage::Direction::backwards;
    std::optional<storage::StreamPosition> from;
    std::optional<storage::StreamPosition> to;
    std::size_t limit = 50;
  };
  runtime::Task<Page> load_related(const View& view, RelatedWanted wanted);

  // The roots of the room's threads, the one with the newest reply first; `end` as a place among
  // the replies.
  struct ThreadsWanted {
    std::optional<storage::StreamPosition> from;
    std::size_t limit = 20;
  };
  runtime::Task<Page> load_threads(const View& view, ThreadsWanted wanted);

  // The event that was sent closest to `at`, not before it (forwards) or not after it (backwards).
  // Null when there is none. Where times do not grow with places, the closest of a few hundred
  // around the place that a search by halving comes to.
  runtime::Task<CachedEventPtr> find_by_time(const View& view, base::Timestamp at,
                                             storage::Direction direction);

 private:
  runtime::Task<std::vector<storage::StoredEvent>> walk_related(const View& view,
                                                                const RelatedWanted& wanted);
  runtime::Task<Page> load_related_page(const View& view, RelatedWanted wanted);
  [[nodiscard]] static bool is_related(const RelatedWanted& wanted, const CachedEvent& event);
  runtime::Task<storage::StreamPosition> find_place(const View& view, base::Timestamp at);
  runtime::Task<CachedEventPtr> closest_seen(const View& view, base::Timestamp at,
                                             storage::Direction direction,
                                             std::vector<CachedEventPtr> events);
  runtime::Task<std::vector<storage::StateEntry>> load_entries(RoomPtr room,
                                                               storage::StateRoot root,
                                                               std::string_view type);
  runtime::Task<storage::StateRoot> state_or_beginning(const View& view,
                                                       storage::StreamPosition at);
  runtime::Task<std::vector<CachedEventPtr>> members_of(const View& view,
                                                        const std::vector<CachedEventPtr>& events);

  Rooms& rooms_;
  VisibleHistory& visible_;
};

// Whether `filter` lets the event by.
[[nodiscard]] bool is_wanted(const protocol::RoomEventFilter& filter, const CachedEvent& event);

}  // namespace chancery::rooms
