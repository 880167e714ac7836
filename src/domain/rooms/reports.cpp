// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/reports.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/record.hpp"

#include <algorithm>
#include <utility>

namespace chancery::rooms {

using protocol::ApiError;
using protocol::ErrorCode;

runtime::Task<std::optional<protocol::UserId>> Reports::check(const Actor& actor,
                                                              const Report& report) {
  if (!report.event) co_return std::nullopt;
  // From memory alone: to those outside it takes as long whether there is such a room or not.
  const std::optional<storage::RoomNumber> room = ports_.rooms.find_number(report.room);
  CachedEventPtr event;
  if (room && ports_.rooms.memberships().is_joined(*room, actor.user)) {
    event = co_await ports_.rooms.events().find(*report.event);
  }
  if (!event || event->room != *room) {
    throw ApiError(ErrorCode::not_found, "There is no such event, or you are not in its room");
  }
  co_return event->event->sender();
}

// Sealed under the keys of the one who reports: it goes when they are forgotten.
void Reports::store(storage::Change& change, const Actor& actor, const Report& report,
                    std::optional<protocol::UserId> about) {
  const base::Timestamp now = ports_.clock.now();
  keys::FreshLock fresh = ports_.keys.lock_for("", actor.user.text(), now);
  for (storage::PutWrappedKey& key : fresh.made) change.mutations.emplace_back(std::move(key));
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(storage::AddReport{
      .reporter = actor.user,
      .at = now,
      .room = report.room.text(),
      .event = report.event ? report.event->text() : "",
      .about = report.user ? report.user : std::move(about),
      .record = storage::seal_record(report.reason, fresh.lock,
                                     storage::report_binding(actor.user, now), nonce)});
}

runtime::Task<> Reports::report(Actor actor, Report report) {
  std::optional<protocol::UserId> about = co_await check(actor, report);
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
  store(change, actor, report, std::move(about));
  change.audit = ports_.recorder.record({.who = actor.user.text(),
                                         .device = actor.device.text(),
                                         .act = std::move(act),
                                         .object = std::move(object),
                                         .context = report.room.text()});
  co_await ports_.committer.commit(std::move(change));
}

}  // namespace chancery::rooms
