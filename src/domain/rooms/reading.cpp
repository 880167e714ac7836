// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/reading.hpp"

#include "domain/rooms/member_trail.hpp"
#include "domain/rooms/past_state.hpp"
#include "protocol/api_error.hpp"
#include "protocol/history_visibility.hpp"
#include "protocol/relations.hpp"
#include "runtime/wait.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

namespace chancery::rooms {

using protocol::ApiError;
using protocol::ErrorCode;
using storage::Direction;
using storage::StreamPosition;

namespace {

constexpr std::size_t kMostPages = 10;  // of events that are left out

[[noreturn]] void refuse_room() {
  throw ApiError(ErrorCode::forbidden, "You are not in this room, and it is not open to all");
}

// A walk through a room's places in one direction, as far as the viewer may go.
class Walk {
 public:
  Walk(const Reading::View& view, Direction direction, std::optional<StreamPosition> from,
       std::optional<StreamPosition> to)
      : is_backwards_(direction == Direction::backwards),
        start_(from.value_or(is_backwards_ ? view.until : StreamPosition{})),
        at_(std::min(start_, view.until)),
        far_end_(is_backwards_ ? to.value_or(StreamPosition{})
                               : std::min(to.value_or(view.until), view.until)) {}

  [[nodiscard]] StreamPosition start() const { return start_; }
  [[nodiscard]] StreamPosition at() const { return at_; }
  [[nodiscard]] StreamPosition after() const { return is_backwards_ ? far_end_ : at_; }
  [[nodiscard]] StreamPosition until() const { return is_backwards_ ? at_ : far_end_; }
  // The place behind what lies there.
  [[nodiscard]] StreamPosition behind(StreamPosition place) const {
    return is_backwards_ ? StreamPosition{place.value - 1} : place;
  }
  void pass(StreamPosition last) { at_ = behind(last); }

 private:
  bool is_backwards_;
  StreamPosition start_;
  StreamPosition at_;
  StreamPosition far_end_;
};

}  // namespace

bool is_wanted(const protocol::RoomEventFilter& filter, const CachedEvent& event) {
  if (filter.accepts_all()) return true;
  const base::JsonObject& content = event.event->content();
  const auto relation = protocol::find_relation(content);
  return filter.accepts({.type = event.event->type(),
                         .sender = event.event->sender().text(),
                         .room = event.event->room().text(),
                         .has_url = base::find_string(content, "url").has_value(),
                         .rel_type = relation ? relation->rel_type : std::string_view()});
}

runtime::Task<std::optional<Reading::View>> Reading::find_view(protocol::UserId user,
                                                               protocol::RoomId id) {
  const RoomPtr room = co_await rooms_.find(id);
  if (!room) co_return std::nullopt;
  const RoomHead head = room->head();
  View view{.room = room, .user = user, .until = head.last_position, .state = head.state};
  const std::optional<Member> member = room->find_member(user);
  if (member && member->membership == Membership::join) co_return view;

  const auto core = room->core();
  const protocol::HistoryVisibility visibility = protocol::history_visibility_in(
      core->history_visibility ? &core->history_visibility->event->content() : nullptr);
  if (visibility == protocol::HistoryVisibility::world_readable) {
    view.kind = View::Kind::peek;
    co_return view;
  }
  if (!member) co_return std::nullopt;
  const auto own_rooms = co_await rooms_.memberships().all_rooms(user);
  const UserRoom* own = own_rooms->find(room->number());
  if (own != nullptr && own->forgotten) co_return std::nullopt;
  const CachedEventPtr end = co_await find_end_of_stay(rooms_.events(), member->event);
  if (!end) co_return std::nullopt;
  view.until = end->position;
  view.state = end->state_after;
  view.kind = View::Kind::past;
  co_return view;
}

runtime::Task<Reading::View> Reading::get_view(protocol::UserId user, protocol::RoomId room) {
  std::optional<View> view = co_await find_view(std::move(user), std::move(room));
  if (!view) refuse_room();
  co_return *std::move(view);
}

runtime::Task<Reading::Page> Reading::load_page(const View& view, PageWanted wanted) {
  Walk walk(view, wanted.direction, wanted.from, wanted.to);
  Page page;
  page.start = walk.start();
  bool has_more = true;
  for (std::size_t round = 0; round < kMostPages && page.seen.events.size() < wanted.limit;
       ++round) {
    const std::size_t count = wanted.limit - page.seen.events.size();
    auto found = co_await rooms_.load_timeline({.room = view.room->number(),
                                                .after = walk.after(),
                                                .until = walk.until(),
                                                .direction = wanted.direction,
                                                .limit = count});
    has_more = found.size() == count;
    if (!found.empty()) walk.pass(found.back()->position);
    std::erase_if(found,
                  [&](const CachedEventPtr& one) { return !is_wanted(wanted.filter, *one); });
    page.seen.append(co_await visible_.filter(view.room, view.user, std::move(found)));
    if (!has_more) break;
  }
  // Behind a page with events there is a place to ask from, be it that nothing is there: forwards
  // something may come, and COMPAT: clients take a page without one for the end of a search.
  if (has_more || !page.seen.events.empty()) page.end = walk.at();
  if (wanted.filter.lazy_load_members) {
    page.state = co_await members_of(view, page.seen.events);
  }
  co_return page;
}

runtime::Task<std::vector<CachedEventPtr>> Reading::members_of(
    const View& view, const std::vector<CachedEventPtr>& events) {
  std::set<std::string> senders;
  for (const CachedEventPtr& event : events) senders.insert(event->event->sender().text());
  std::vector<storage::EventNumber> numbers;
  for (const std::string& sender : senders) {
    const auto number = co_await storage::find_state(rooms_.state_nodes(), view.state,
                                                     storage::StateKey("m.room.member", sender));
    if (number) numbers.push_back(*number);
  }
  co_return co_await rooms_.events().get(std::move(numbers));
}

runtime::Task<SeenEvents> Reading::get_event(const View& view, protocol::EventId id) {
  CachedEventPtr event = co_await rooms_.events().find(id);
  const bool is_here = event && event->room == view.room->number();
  SeenEvents seen;
  if (is_here) seen = co_await visible_.see(view.room, view.user, std::move(event));
  if (seen.events.empty()) throw ApiError(ErrorCode::not_found, "There is no such event");
  co_return seen;
}

runtime::Task<Reading::Context> Reading::load_context(const View& view, protocol::EventId id,
                                                      std::size_t limit,
                                                      protocol::RoomEventFilter filter) {
  Context context;
  context.event = co_await get_event(view, id);
  const CachedEventPtr event = context.event.events.front();
  const StreamPosition place = event->position;
  const std::size_t half = limit / 2;
  context.start = {place.value - 1};
  context.end = place;
  Page before = co_await load_page(view, {.direction = Direction::backwards,
                                          .from = context.start,
                                          .to = std::nullopt,
                                          .limit = limit - half,
                                          .filter = filter});
  Page after = co_await load_page(view, {.direction = Direction::forwards,
                                         .from = context.end,
                                         .to = std::nullopt,
                                         .limit = half,
                                         .filter = filter});
  context.before = std::move(before.seen);
  context.after = std::move(after.seen);
  const auto& older = context.before.events;
  const auto& newer = context.after.events;
  if (!older.empty()) context.start = {older.back()->position.value - 1};
  if (!newer.empty()) context.end = newer.back()->position;
  const CachedEventPtr& last = newer.empty() ? event : newer.back();
  const auto entries = co_await storage::load_state(rooms_.state_nodes(), last->state_after);
  std::set<std::string_view> shown{event->event->sender().text()};
  for (const CachedEventPtr& one : older) shown.insert(one->event->sender().text());
  for (const CachedEventPtr& one : newer) shown.insert(one->event->sender().text());
  std::vector<storage::EventNumber> numbers;
  for (const storage::StateEntry& entry : entries) {
    const bool is_left_out = filter.lazy_load_members && entry.key.first == "m.room.member" &&
                             !shown.contains(entry.key.second);
    if (!is_left_out) numbers.push_back(entry.event);
  }
  context.state = co_await rooms_.events().get(std::move(numbers));
  std::erase_if(context.state, [&](const CachedEventPtr& one) { return !is_wanted(filter, *one); });
  co_return context;
}

// The entries of the state at `root`, of one type where `type` is not "". The present state is in
// memory.
runtime::Task<std::vector<storage::StateEntry>> Reading::load_entries(RoomPtr room,
                                                                      storage::StateRoot root,
                                                                      std::string_view type) {
  if (auto present = room->state_entries_at(root, type)) co_return *std::move(present);
  auto entries = co_await storage::load_state(rooms_.state_nodes(), root);
  if (!type.empty()) {
    std::erase_if(entries, [type](const auto& entry) { return entry.key.first != type; });
  }
  co_return entries;
}

runtime::Task<std::vector<CachedEventPtr>> Reading::load_state(const View& view) {
  std::vector<storage::EventNumber> numbers;
  const auto entries = co_await load_entries(view.room, view.state, "");
  for (const storage::StateEntry& entry : entries) numbers.push_back(entry.event);
  co_return co_await rooms_.events().get(std::move(numbers));
}

runtime::Task<CachedEventPtr> Reading::find_state(const View& view, std::string type,
                                                  std::string key) {
  const auto number = co_await storage::find_state(
      rooms_.state_nodes(), view.state, storage::StateKey(std::move(type), std::move(key)));
  if (!number) co_return nullptr;
  co_return co_await rooms_.events().get(*number);
}

runtime::Task<storage::StateRoot> Reading::state_or_beginning(const View& view, StreamPosition at) {
  const storage::StateRoot state = co_await state_at(rooms_, view.room, at);
  if (!state.is_empty()) co_return state;
  // COMPAT: a sync that tells a whole room gives such a place, and clients then ask for the members
  // that the room had there. It had none before its second event, the creator's join.
  const auto first = co_await rooms_.load_timeline({.room = view.room->number(),
                                                    .after = {},
                                                    .until = view.until,
                                                    .direction = Direction::forwards,
                                                    .limit = 2});
  co_return first.empty() ? storage::StateRoot{} : first.back()->state_after;
}

runtime::Task<std::vector<CachedEventPtr>> Reading::load_members(const View& view,
                                                                 std::optional<StreamPosition> at) {
  storage::StateRoot state = view.state;
  if (at && *at < view.until) state = co_await state_or_beginning(view, *at);
  const auto entries = co_await load_entries(view.room, state, "m.room.member");
  std::vector<storage::EventNumber> numbers;
  for (const storage::StateEntry& entry : entries) numbers.push_back(entry.event);
  co_return co_await rooms_.events().get(std::move(numbers));
}

// What relates to the event, and what relates to that, newest first, but for what was redacted.
// None of it is opened yet.
runtime::Task<std::vector<storage::StoredEvent>> Reading::walk_related(
    const View& view, const RelatedWanted& wanted) {
  constexpr std::size_t kMostRelated = 1'000;
  constexpr std::size_t kLooksATurn = 16;
  const StreamPosition newest{view.until.value + 1};
  std::vector<storage::StoredEvent> all;
  std::set<protocol::EventId> met{wanted.event};
  std::vector<protocol::EventId> ahead{wanted.event};
  std::size_t looks = 0;
  for (std::size_t depth = 0; depth < std::min(wanted.depth, kDeepest) && !ahead.empty(); ++depth) {
    std::vector<protocol::EventId> next;
    for (const protocol::EventId& event : ahead) {
      if (all.size() >= kMostRelated) break;
      if (++looks % kLooksATurn == 0) co_await runtime::yield_now();
      auto rows = co_await rooms_.store().load_relations(view.room->number(), event, newest,
                                                         kMostRelated - all.size());
      for (storage::StoredEvent& row : rows) {
        if (!row.redacted_because.empty() || !met.insert(row.id).second) continue;
        next.push_back(row.id);
        all.push_back(std::move(row));
      }
    }
    ahead = std::move(next);
  }
  std::ranges::sort(all, std::greater<>(), [](const storage::StoredEvent& row) {
    return std::pair(row.position, row.number);
  });
  co_return all;
}

bool Reading::is_related(const RelatedWanted& wanted, const CachedEvent& event) {
  const base::JsonObject* relation = base::find_object(event.event->content(), "m.relates_to");
  const auto type = relation == nullptr ? std::nullopt : base::find_string(*relation, "rel_type");
  // A redaction took the relation from it: it was related.
  if (!type) return false;
  if (!wanted.relation_type.empty() && type != wanted.relation_type) return false;
  return wanted.event_type.empty() || event.event->type() == wanted.event_type;
}

runtime::Task<Reading::Page> Reading::load_related(const View& view, RelatedWanted wanted) {
  (void)co_await get_event(view, wanted.event);
  if (wanted.depth == 1) co_return co_await load_related_page(view, std::move(wanted));
  const std::uint64_t read_at = rooms_.events().generation();
  auto rows = co_await walk_related(view, wanted);
  const bool is_backwards = wanted.direction == Direction::backwards;
  if (!is_backwards) std::ranges::reverse(rows);
  std::erase_if(rows, [&](const storage::StoredEvent& row) {
    const StreamPosition at = row.position;
    if (wanted.from && (is_backwards ? at > *wanted.from : at <= *wanted.from)) return true;
    return wanted.to && (is_backwards ? at <= *wanted.to : at > *wanted.to);
  });
  Page page;
  page.start = wanted.from.value_or(is_backwards ? view.until : StreamPosition{});
  std::vector<CachedEventPtr>& shown = page.seen.events;
  auto next = rows.begin();
  while (next != rows.end() && shown.size() <= wanted.limit) {
    // One beyond what is wanted tells whether there is more.
    const auto count = std::min<std::ptrdiff_t>(
        rows.end() - next, static_cast<std::ptrdiff_t>(wanted.limit + 1 - shown.size()));
    std::vector<storage::StoredEvent> some(std::make_move_iterator(next),
                                           std::make_move_iterator(next + count));
    next += count;
    auto found = co_await rooms_.events().open(std::move(some), read_at);
    std::erase_if(found, [&](const CachedEventPtr& one) { return !is_related(wanted, *one); });
    page.seen.append(co_await visible_.filter(view.room, view.user, std::move(found)));
  }
  if (shown.size() > wanted.limit) {
    shown.resize(wanted.limit);
    page.seen.memberships.resize(wanted.limit);
    const StreamPosition last = shown.empty() ? page.start : shown.back()->position;
    page.end = is_backwards ? StreamPosition{last.value - 1} : last;
  }
  co_return page;
}

// What relates to the event itself: no more is read than is shown, but for what is left out.
runtime::Task<Reading::Page> Reading::load_related_page(const View& view, RelatedWanted wanted) {
  Walk walk(view, wanted.direction, wanted.from, wanted.to);
  Page page;
  page.start = walk.start();
  bool has_more = true;
  for (std::size_t round = 0; has_more && round < kMostPages; ++round) {
    // One beyond what is wanted tells whether there is more.
    const std::size_t count = wanted.limit + 1 - page.seen.events.size();
    const std::uint64_t read_at = rooms_.events().generation();
    auto rows = co_await rooms_.store().load_relations({.room = view.room->number(),
                                                        .event = wanted.event,
                                                        .relation_type = wanted.relation_type,
                                                        .after = walk.after(),
                                                        .until = walk.until(),
                                                        .direction = wanted.direction,
                                                        .limit = count});
    has_more = rows.size() == count;
    if (rows.empty()) break;
    walk.pass(rows.back().position);
    auto found = co_await rooms_.events().open(std::move(rows), read_at);
    std::erase_if(found, [&](const CachedEventPtr& one) { return !is_related(wanted, *one); });
    page.seen.append(co_await visible_.filter(view.room, view.user, std::move(found)));
    if (page.seen.events.size() > wanted.limit) break;
  }
  std::vector<CachedEventPtr>& shown = page.seen.events;
  if (shown.size() > wanted.limit) {
    shown.resize(wanted.limit);
    page.seen.memberships.resize(wanted.limit);
    page.end = walk.behind(shown.empty() ? page.start : shown.back()->position);
  } else if (has_more) {
    page.end = walk.at();  // much was left out: there may be more
  }
  co_return page;
}

runtime::Task<Reading::Page> Reading::load_threads(const View& view, ThreadsWanted wanted) {
  Page page;
  page.start = std::min(wanted.from.value_or(view.until), view.until);
  const auto threads = co_await rooms_.store().load_related({.room = view.room->number(),
                                                             .relation_type = "m.thread",
                                                             .before = {page.start.value + 1},
                                                             .until = view.until,
                                                             .limit = wanted.limit});
  for (const storage::RelatedEvent& thread : threads) {
    CachedEventPtr root = co_await rooms_.events().find(thread.event);
    if (!root || root->room != view.room->number()) continue;
    // "If the thread root event was sent by an ignored user, the event is returned redacted".
    page.seen.append(co_await visible_.see(view.room, view.user, std::move(root),
                                           VisibleHistory::Ignored::withheld));
  }
  if (threads.size() == wanted.limit && !threads.empty()) {
    page.end = {threads.back().newest.value - 1};
  }
  co_return page;
}

runtime::Task<CachedEventPtr> Reading::find_by_time(const View& view, base::Timestamp at,
                                                    Direction direction) {
  constexpr std::size_t kNear = 100;
  const bool is_backwards = direction == Direction::backwards;
  const StreamPosition middle = co_await find_place(view, at);
  // Times are what senders say, so no order holds strictly: the closest of those around that fit.
  auto around = co_await rooms_.load_timeline({.room = view.room->number(),
                                               .after = {},
                                               .until = middle,
                                               .direction = Direction::backwards,
                                               .limit = kNear});
  const auto behind = co_await rooms_.load_timeline({.room = view.room->number(),
                                                     .after = middle,
                                                     .until = view.until,
                                                     .direction = Direction::forwards,
                                                     .limit = kNear});
  around.insert(around.end(), behind.begin(), behind.end());
  if (CachedEventPtr found = co_await closest_seen(view, at, direction, std::move(around))) {
    co_return found;
  }
  // Nothing of these may be seen: what is further on, as far as a page of messages looks.
  StreamPosition from = middle;
  for (std::size_t page = 0; page < kMostPages; ++page) {
    auto events = co_await rooms_.load_timeline({.room = view.room->number(),
                                                 .after = is_backwards ? StreamPosition{} : from,
                                                 .until = is_backwards ? from : view.until,
                                                 .direction = direction,
                                                 .limit = kNear});
    if (events.empty()) break;
    const StreamPosition last = events.back()->position;
    from = is_backwards ? StreamPosition{last.value - 1} : last;
    if (CachedEventPtr found = co_await closest_seen(view, at, direction, std::move(events))) {
      co_return found;
    }
  }
  co_return nullptr;
}

// The place before the first event that was sent at `at` or later, as far as times grow with
// places: one event is read for each halving.
runtime::Task<StreamPosition> Reading::find_place(const View& view, base::Timestamp at) {
  StreamPosition low;  // what is up to here was sent before
  StreamPosition high = view.until;
  while (low < high) {
    const StreamPosition middle{low.value + (high.value - low.value + 1) / 2};
    const auto newest = co_await rooms_.load_timeline({.room = view.room->number(),
                                                       .after = low,
                                                       .until = middle,
                                                       .direction = Direction::backwards,
                                                       .limit = 1});
    if (newest.empty() || newest.front()->event->origin_server_ts() < at) {
      low = middle;
    } else {
      high = {newest.front()->position.value - 1};
    }
  }
  co_return low;
}

// The closest to `at` in that direction of those that the viewer may see. Null: none of them.
runtime::Task<CachedEventPtr> Reading::closest_seen(const View& view, base::Timestamp at,
                                                    Direction direction,
                                                    std::vector<CachedEventPtr> events) {
  const bool is_backwards = direction == Direction::backwards;
  std::erase_if(events, [&](const CachedEventPtr& one) {
    const base::Timestamp sent = one->event->origin_server_ts();
    return is_backwards ? sent > at : sent < at;
  });
  // Of those that say the same time, the one that the other direction comes to last.
  std::ranges::sort(events, [&](const CachedEventPtr& left, const CachedEventPtr& right) {
    const auto key = [](const CachedEventPtr& one) {
      return std::pair(one->event->origin_server_ts(), one->position);
    };
    return is_backwards ? key(left) > key(right) : key(left) < key(right);
  });
  for (const CachedEventPtr& one : events) {
    const SeenEvents seen = co_await visible_.see(view.room, view.user, one);
    if (!seen.events.empty()) co_return one;
  }
  co_return nullptr;
}

}  // namespace chancery::rooms
