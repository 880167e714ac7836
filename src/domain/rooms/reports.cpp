// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/reports.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <utility>

namespace chancery::rooms {

using protocol::ApiError;
using protocol::ErrorCode;

runtime::Task<> Reports::check(const Actor& actor, const Report& report) {
  if (report.room.empty()) co_return;
  const RoomPtr room = co_await ports_.rooms.find(report.room);
  if (!room) throw ApiError(ErrorCode::not_found, "There is no such room");
  if (!report.event) co_return;
  const std::optional<Member> member = room->find_member(actor.user);
  const CachedEventPtr event = co_await ports_.rooms.events().find(*report.event);
  if (!member || member->membership != Membership::join || !event ||
      event->room != room->number()) {
    throw ApiError(ErrorCode::not_found, "There is no such event, or you are not in its room");
  }
}

runtime::Task<> Reports::report(Actor actor, Report report) {
  co_await check(actor, report);
  std::string object = report.room.text();
  std::string act = "room.report";
  if (report.event) {
    object = report.event->text();
    act = "room.report_event";
  } else if (report.user) {
    object = report.user->text();
    act = "account.report";
  }
  storage::Change change;
  // The reason is the act's own text: it lies in the sealed body and nowhere else.
  change.audit = ports_.recorder.record({.who = actor.user.text(),
                                         .device = actor.device.text(),
                                         .act = std::move(act),
                                         .object = std::move(object),
                                         .context = report.room.text(),
                                         .rule = "reason: " + report.reason});
  co_await ports_.committer.commit(std::move(change));
}

}  // namespace chancery::rooms
