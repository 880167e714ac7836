// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/history_purge.hpp"

#include "domain/admin/acting.hpp"
#include "protocol/api_error.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/change.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kPage = 500;  // events, and at most as many of a change

}  // namespace

// What a purge looks at, and what of that it takes.
struct HistoryPurge::Scope {
  rooms::RoomPtr room;
  storage::StreamPosition until;  // of the last event that is looked at
  std::optional<base::Timestamp> before;
  PurgeRequest::Ours ours = PurgeRequest::Ours::keep;
};

runtime::Task<std::string> HistoryPurge::begin(accounts::Session by, PurgeRequest request) {
  const rooms::RoomPtr room = co_await ports_.rooms.find(request.room);
  if (!room) throw ApiError(ErrorCode::not_found, "There is no such room");
  Scope scope{
      .room = room, .until = room->last_position(), .before = std::nullopt, .ours = request.ours};
  if (request.until_event) {
    const rooms::CachedEventPtr event = co_await ports_.rooms.events().find(*request.until_event);
    if (!event || event->room != room->number()) {
      throw ApiError(ErrorCode::not_found, "There is no such event in this room");
    }
    scope.until = {event->position.value - 1};
  } else if (request.until_time > ports_.clock.now()) {
    throw ApiError(ErrorCode::invalid_param, "History is purged up to a time of the past");
  } else {
    scope.before = request.until_time;
  }
  PurgeStatus status;
  status.room = request.room;
  co_return acts_.start(
      std::move(status),
      [&request](const PurgeStatus& other) { return other.room == request.room; },
      [&](ActPtr act) { return run(std::move(by), std::move(scope), std::move(act)); });
}

runtime::Task<> HistoryPurge::run(accounts::Session by, Scope scope, ActPtr act) {
  const std::string room_id = scope.room->id().text();
  co_await ports_.commits.record(act_of(by, "room.purge_history", room_id));
  storage::TimelineRange range{.room = scope.room->number(),
                               .after = {},
                               .until = scope.until,
                               .direction = storage::Direction::forwards,
                               .limit = kPage};
  while (true) {
    acts_.cancel_token().throw_if_cancelled();
    Page page = co_await ports_.rooms.load_timeline(range);
    if (page.empty()) break;
    const bool is_last = page.size() < kPage;
    range.after = page.back()->position;
    const std::size_t removed = co_await remove_some(scope, std::move(page));
    act->change([removed](PurgeStatus& status) { status.removed += removed; });
    if (is_last) break;
    co_await runtime::yield_now();
  }
  // Also where nothing was left to remove: a stop may have kept an earlier purge from it.
  co_await ports_.index.start_over(scope.room->number());
  co_await ports_.commits.record(
      act_of(by, "room.history_purged", room_id, fmt::format("{} events", act->copy().removed)));
}

runtime::Task<std::size_t> HistoryPurge::remove_some(const Scope& scope, Page page) {
  const storage::RoomNumber room = scope.room->number();
  // Nobody redacts, and nothing becomes the room's tip, while it is decided.
  const runtime::Turnstile::Turn turn = co_await scope.room->enter();
  if (scope.room->has_ended()) throw ApiError(ErrorCode::not_found, "The room was removed");
  const std::vector<protocol::EventId> tips = scope.room->head().forward_extremities;
  std::unordered_set<storage::EventNumber> going;
  std::vector<storage::EventNumber> numbers;
  for (const rooms::CachedEventPtr& event : page) {
    const bool is_tip = std::ranges::find(tips, event->event->id()) != tips.end();
    if (is_tip || !may_go(scope, *event)) continue;
    if (const auto redacted = event->event->redacts()) {
      // It is what says that its target was redacted.
      const rooms::CachedEventPtr target = co_await ports_.rooms.events().find(*redacted);
      if (target && target->room == room && !going.contains(target->number)) continue;
    }
    going.insert(event->number);
    numbers.push_back(event->number);
  }
  const std::size_t count = numbers.size();
  if (count == 0) co_return 0;
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveEvents{.room = room, .numbers = std::move(numbers)});
  co_await ports_.commits.keep_house(std::move(change));
  co_return count;
}

bool HistoryPurge::may_go(const Scope& scope, const rooms::CachedEvent& event) const {
  if (event.event->is_state()) return false;
  if (scope.before && event.event->origin_server_ts() >= *scope.before) return false;
  return scope.ours == PurgeRequest::Ours::remove ||
         event.event->sender().server_name() != server_.text();
}

}  // namespace chancery::admin
