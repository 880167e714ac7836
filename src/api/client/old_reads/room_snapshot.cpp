// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/old_reads/room_snapshot.hpp"

#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/timeline_token.hpp"

#include <algorithm>

namespace chancery::client {

std::size_t read_message_limit(const boundary::Call& call) {
  constexpr std::size_t kUsual = 10;
  constexpr std::size_t kMost = 100;  // of each room
  return std::min(read_limit(call, kUsual), kMost);
}

runtime::Task<std::string> account_data_list(OldReadServices services, protocol::UserId user,
                                             std::string room) {
  const auto items =
      co_await services.account_data.load_of_room(std::move(user), std::move(room), {INT64_MAX});
  std::string out = "[";
  for (const accounts::AccountDataItem& item : items) {
    if (out.size() > 1) out += ',';
    out += R"({"type":)";
    base::append_quoted(out, item.type);
    out += R"(,"content":)";
    out += item.content;
    out += '}';
  }
  out += ']';
  co_return out;
}

runtime::Task<std::string> room_snapshot(OldReadServices services, SnapshotWanted wanted,
                                         rooms::ClientView viewer) {
  const RoomReadServices& reads = services.reads;
  const protocol::RoomId& id = wanted.view.room->id();
  auto page =
      co_await reads.reading.load_page(wanted.view, {.direction = storage::Direction::backwards,
                                                     .from = std::nullopt,
                                                     .to = std::nullopt,
                                                     .limit = wanted.limit,
                                                     .filter = {}});
  std::ranges::reverse(page.seen.events);
  std::ranges::reverse(page.seen.memberships);
  const auto state = co_await reads.reading.load_state(wanted.view);
  const bool is_shown = co_await services.directory.is_shown(id);
  std::string out = R"({"room_id":)";
  base::append_quoted(out, id.text());
  if (wanted.membership) {
    out += fmt::format(R"(,"membership":"{}")", rooms::membership_name(*wanted.membership));
  }
  out += R"(,"messages":{"chunk":)";
  out += co_await bundled_events(reads, std::move(page.seen), viewer);
  if (page.end) out += fmt::format(R"(,"start":"{}")", rooms::timeline_token(*page.end));
  out += fmt::format(R"(,"end":"{}"}},)", rooms::timeline_token(wanted.view.until));
  append_shown(out, "state", state, viewer);
  out += is_shown ? R"(,"visibility":"public","account_data":)"
                  : R"(,"visibility":"private","account_data":)";
  out += co_await account_data_list(services, viewer.user, id.text());
  out += '}';
  co_return out;
}

}  // namespace chancery::client
