// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/initialSync
//
// Shows every room of the user with its newest messages.
#include "api/client/old_reads/room_snapshot.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/timeline_token.hpp"

#include <algorithm>

namespace chancery::client {

using boundary::Call;
using rooms::Membership;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /initialSync"};

// "" where the user wants to hear nothing of it.
runtime::Task<std::string> show_invite(OldReadServices services, const rooms::UserRoom& room,
                                       rooms::ClientView viewer) {
  const auto event = co_await services.reads.rooms.events().get(room.event);
  if (co_await services.visible.ignores(viewer.user, event->event->sender())) {
    co_return std::string();
  }
  std::string out = R"({"room_id":)";
  base::append_quoted(out, room.id.text());
  out += R"(,"membership":"invite","invite":)";
  rooms::append_client_event(out, *event, viewer);
  out += '}';
  co_return out;
}

runtime::Task<http::Response> handle(OldReadServices services, Call& call) {
  const RoomReadServices& reads = services.reads;
  const protocol::UserId user = call.session().user;
  const std::size_t limit = read_message_limit(call);
  const bool has_left = call.query_bool("archived").value_or(false);
  const rooms::ClientView viewer = viewer_of(reads, call);
  const auto own = co_await reads.rooms.memberships().all_rooms(user);
  // Before anything is read, so that what comes meanwhile is told of again.
  storage::StreamPosition end;
  for (const rooms::UserRoom& room : *own) {
    end = std::max(end, reads.rooms.last_position(room.room));
  }
  std::string rooms = "[";
  for (const rooms::UserRoom& room : *own) {
    const bool is_left = room.membership == Membership::leave || room.membership == Membership::ban;
    if (room.forgotten || (is_left && !has_left)) continue;
    std::string one;
    if (room.membership == Membership::invite) {
      one = co_await show_invite(services, room, viewer);
    } else if (const auto view = co_await reads.reading.find_view(user, room.id)) {
      one = co_await room_snapshot(
          services, {.view = *view, .membership = room.membership, .limit = limit}, viewer);
    }
    if (one.empty()) continue;
    if (rooms.size() > 1) rooms += ',';
    rooms += one;
  }
  co_return boundary::json_text_response(fmt::format(
      R"({{"end":"{}","presence":[],"account_data":{},"rooms":{}]}})", rooms::timeline_token(end),
      co_await account_data_list(services, user, ""), rooms));
}

}  // namespace

boundary::Route initial_sync(OldReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/initialSync"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
