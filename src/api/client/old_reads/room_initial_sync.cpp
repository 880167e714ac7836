// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/initialSync
//
// Shows a room as it is now, for those who look in from outside, too.
#include "api/client/old_reads/room_snapshot.hpp"
#include "api/client/room_reads/shown_events.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/initialSync"};

runtime::Task<http::Response> handle(OldReadServices services, Call& call) {
  const protocol::UserId& user = call.session().user;
  const auto view = co_await services.reads.reading.get_view(user, call.room_id());
  SnapshotWanted wanted{
      .view = view, .membership = std::nullopt, .limit = read_message_limit(call)};
  if (const auto member = view.room->find_member(user)) wanted.membership = member->membership;
  co_return boundary::json_text_response(
      co_await room_snapshot(services, std::move(wanted), viewer_of(services.reads, call)));
}

}  // namespace

boundary::Route room_initial_sync(OldReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/initialSync"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
