// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/notifications.hpp"

#include "domain/push/member_view.hpp"
#include "domain/push/read_marks.hpp"
#include "domain/push/unread_scan.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

namespace chancery::push {
namespace {

constexpr std::size_t kEventsAtOnce = 16;

// One room read backwards.
struct Cursor {
  storage::RoomNumber number;
  storage::StreamPosition until;  // nothing newer than this is left
  // From the first look on.
  rooms::RoomPtr room;
  std::optional<MemberView> view;
  ReadMarks read;
  std::deque<rooms::CachedEventPtr> events;  // newest first
};
using CursorPtr = std::shared_ptr<Cursor>;

bool is_older(const CursorPtr& left, const CursorPtr& right) { return left->until < right->until; }

base::JsonArray to_actions(const protocol::PushOutcome& outcome) {
  base::JsonArray actions{"notify"};
  for (const auto& [tweak, value] : outcome.tweaks) {
    base::JsonObject action;
    action["set_tweak"] = tweak;
    if (!value.is_bool() || !value.get_bool()) action["value"] = value;
    actions.emplace_back(std::move(action));
  }
  return actions;
}

// The cursors of one request, the room with the newest event first.
class Cursors {
 public:
  Cursors(rooms::Rooms& rooms, const protocol::UserId& user, storage::StreamPosition until) {
    const auto joined = rooms.memberships().current_rooms(user);
    for (const rooms::UserRoom& room : joined) {
      if (room.membership != rooms::Membership::join) continue;
      auto cursor = std::make_shared<Cursor>();
      cursor->number = room.room;
      cursor->until = std::min(rooms.last_position(room.room), until);
      heap_.push_back(std::move(cursor));
    }
    std::ranges::make_heap(heap_, is_older);
  }
  // Null when nothing is left.
  CursorPtr take() {
    if (heap_.empty()) return nullptr;
    std::ranges::pop_heap(heap_, is_older);
    CursorPtr cursor = std::move(heap_.back());
    heap_.pop_back();
    return cursor;
  }
  void put_back(CursorPtr cursor) {
    heap_.push_back(std::move(cursor));
    std::ranges::push_heap(heap_, is_older);
  }

 private:
  std::vector<CursorPtr> heap_;
};

// The page of one request while it is put together.
class PageBuilder {
 public:
  struct Services {
    rooms::Rooms& rooms;
    rooms::Receipts& receipts;
    FlatEvents& flat;
  };
  PageBuilder(Services services, Notifications::Request request, RulesInForce rules)
      : services_(services), request_(std::move(request)), rules_(std::move(rules)) {}

  runtime::Task<NotificationPage> build() {
    Cursors cursors(services_.rooms, request_.user, request_.until);
    while (const CursorPtr cursor = cursors.take()) {
      if (page_.notifications.size() >= request_.limit || read_ >= Notifications::kMostScanned) {
        // A room's bound may lie on what another room has told of already.
        page_.next = {std::min(cursor->until.value, told_from_ - 1)};
        break;
      }
      if (cursor->events.empty() && !co_await fill(*cursor)) continue;
      const rooms::CachedEventPtr event = cursor->events.front();
      if (event->position == cursor->until) {
        cursor->events.pop_front();
        told_from_ = event->position.value;
        if (co_await is_entry_of(services_.rooms, event, request_.user)) continue;
        co_await consider(*cursor, event);
        cursor->until = {event->position.value - 1};
      } else {
        cursor->until = event->position;  // another room may have something newer
      }
      cursors.put_back(cursor);
    }
    co_return std::move(page_);
  }

 private:
  // False when the room has nothing more.
  runtime::Task<bool> fill(Cursor& cursor) {
    if (cursor.until.value == 0) co_return false;
    const std::vector<rooms::CachedEventPtr> page =
        co_await services_.rooms.load_timeline({.room = cursor.number,
                                                .after = {},
                                                .until = cursor.until,
                                                .direction = storage::Direction::backwards,
                                                .limit = kEventsAtOnce});
    read_ += page.size();
    cursor.events.assign(page.begin(), page.end());
    co_return !page.empty();
  }

  runtime::Task<> look_into(Cursor& cursor) {
    cursor.room = co_await services_.rooms.get(cursor.number);
    cursor.view.emplace(
        co_await MemberView::load(services_.rooms, cursor.room, rules_, request_.user));
    cursor.read = co_await load_read_marks(services_.receipts, cursor.number, request_.user);
  }

  runtime::Task<> consider(Cursor& cursor, rooms::CachedEventPtr event) {
    if (event->is_redacted()) co_return;
    if (!cursor.view) co_await look_into(cursor);
    const auto flat = services_.flat.get(event->event);
    const protocol::PushOutcome& outcome = cursor.view->evaluate(flat->flat, *event->event);
    if (!outcome.notify) co_return;
    if (request_.only == Notifications::Only::highlights && !outcome.highlight) co_return;
    const std::string thread = co_await rooms::find_thread(services_.rooms, event);
    const bool is_read = cursor.read.cover(thread, event->position);
    page_.notifications.push_back(
        {.event = std::move(event),
         .room = cursor.room->id(),
         .actions = to_actions(outcome),
         .read = is_read ? Notification::Read::yes : Notification::Read::no});
  }

  Services services_;
  Notifications::Request request_;
  RulesInForce rules_;
  NotificationPage page_;
  std::size_t read_ = 0;
  std::uint64_t told_from_ = UINT64_MAX;  // everything from here on was looked at
};

}  // namespace

runtime::Task<NotificationPage> Notifications::load(Request request) {
  request.limit = std::clamp<std::size_t>(request.limit, 1, kMostOnPage);
  RulesInForce rules = co_await ports_.rules.in_force(request.user);
  PageBuilder builder({.rooms = ports_.rooms, .receipts = ports_.receipts, .flat = flat_},
                      std::move(request), std::move(rules));
  co_return co_await builder.build();
}

}  // namespace chancery::push
