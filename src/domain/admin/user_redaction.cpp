// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/user_redaction.hpp"

#include "domain/admin/acting.hpp"
#include "protocol/api_error.hpp"
#include "runtime/wait.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kPage = 500;
constexpr std::string_view kRedaction = "m.room.redaction";

// State without which the room would be another one, open where it was closed.
constexpr auto kKept = std::to_array<std::string_view>(
    {"m.room.create", "m.room.power_levels", "m.room.join_rules", "m.room.history_visibility",
     "m.room.guest_access", "m.room.server_acl", "m.room.encryption", "m.room.tombstone",
     "m.space.child", "m.space.parent"});

bool is_wanted(const rooms::CachedEvent& event, const protocol::UserId& user) {
  const protocol::VerifiedEvent& one = *event.event;
  if (one.sender() != user || event.is_redacted() || one.type() == kRedaction) return false;
  return !one.is_state() || std::ranges::find(kKept, one.type()) == kKept.end();
}

}  // namespace

runtime::Task<std::string> UserRedaction::begin(accounts::Session by,
                                                UserRedactionRequest request) {
  if (request.user.server_name() == ports_.write.server.text()) {
    co_await ports_.moderation.act_against(by, request.user);
  }
  for (const protocol::RoomId& room : request.rooms) {
    if (ports_.write.rooms.find_number(room)) continue;
    throw ApiError(ErrorCode::not_found, "There is no such room as one of these");
  }
  UserRedactionStatus status;
  status.user = request.user;
  co_return acts_.start(
      std::move(status),
      [&request](const UserRedactionStatus& other) { return other.user == request.user; },
      [&](ActPtr act) { return run(std::move(by), std::move(request), std::move(act)); });
}

runtime::Task<> UserRedaction::run(accounts::Session by, UserRedactionRequest request, ActPtr act) {
  rooms::Rooms& rooms = ports_.write.rooms;
  if (request.rooms.empty()) {
    const auto all = co_await rooms.memberships().all_rooms(request.user);
    for (const rooms::UserRoom& room : *all) request.rooms.push_back(room.id);
  }
  for (const protocol::RoomId& id : request.rooms) {
    const rooms::RoomPtr room = co_await rooms.find(id);
    if (!room) continue;  // it was removed meanwhile
    co_await ports_.commits.record(act_of(by, "room.redact_user", request.user.text(), id.text()));
    co_await redact_in(by, request, room, act);
  }
}

runtime::Task<std::vector<protocol::EventId>> UserRedaction::find_events(
    const UserRedactionRequest& request, rooms::RoomPtr room) {
  std::vector<protocol::EventId> found;
  storage::TimelineRange range{.room = room->number(),
                               .after = {},
                               .until = room->last_position(),
                               .direction = storage::Direction::backwards,
                               .limit = kPage};
  while (true) {
    acts_.cancel_token().throw_if_cancelled();
    const auto page = co_await ports_.write.rooms.load_timeline(range);
    for (const rooms::CachedEventPtr& event : page) {
      if (!is_wanted(*event, request.user)) continue;
      found.push_back(event->event->id());
      if (found.size() == request.limit) co_return found;
    }
    if (page.size() < kPage || page.back()->position.value <= 1) co_return found;
    range.until = {page.back()->position.value - 1};
    co_await runtime::yield_now();
  }
}

runtime::Task<std::optional<rooms::Actor>> UserRedaction::find_redactor(
    const accounts::Session& by, const UserRedactionRequest& request, rooms::RoomPtr room) {
  if (request.redactor == UserRedactionRequest::Redactor::owner) co_return rooms::actor_of(by);
  const std::shared_ptr<const rooms::CoreState> core = room->core();
  const protocol::PowerLevels power = power_in(*core);
  const std::int64_t to_speak = power.needed_to_send(kRedaction, false);
  const bool is_ours = request.user.server_name() == ports_.write.server.text();
  const std::optional<rooms::Member> member = room->find_member(request.user);
  const bool is_in = member && member->membership == rooms::Membership::join;
  if (is_ours && is_in && power.of(request.user) >= to_speak) {
    co_return rooms::actor_of_server(request.user);
  }
  auto other = co_await find_most_powerful(ports_.accounts, room, ports_.write.server,
                                           std::max(to_speak, power.needed_for("redact")));
  if (!other) co_return std::nullopt;
  co_return std::move(other->actor);
}

runtime::Task<> UserRedaction::redact_in(const accounts::Session& by,
                                         const UserRedactionRequest& request, rooms::RoomPtr room,
                                         ActPtr act) {
  const auto note_failure = [&act](const protocol::EventId& event, std::string_view why) {
    act->change([&](UserRedactionStatus& status) {
      if (status.failed.size() < kMostNoted) status.failed.emplace(event.text(), why);
    });
  };
  base::JsonObject content;
  if (!request.reason.empty()) content["reason"] = request.reason;
  for (const protocol::EventId& event : co_await find_events(request, room)) {
    acts_.cancel_token().throw_if_cancelled();
    // Anew each time: people come and go meanwhile.
    std::optional<rooms::Actor> actor = co_await find_redactor(by, request, room);
    if (!actor) {
      note_failure(event, "No member of this server may redact in the room");
      continue;
    }
    bool is_done = false;
    try {
      co_await ports_.sending.redact(
          *std::move(actor),
          {.room = room->id(), .event = event, .content = content, .transaction = act->copy().id});
      is_done = true;
    } catch (const ApiError& refused) {  // one event must not keep the others as they are
      note_failure(event, refused.public_text());
    }
    if (is_done) act->change([](UserRedactionStatus& status) { ++status.redacted; });
  }
}

}  // namespace chancery::admin
