// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rooms of an answer: joined, invited, knocked and left, each as its own text.
//
// Concurrency: any thread.
// Spec: GET /sync, `rooms`.

#include "domain/accounts/account_data.hpp"
#include "domain/rooms/aggregations.hpp"
#include "domain/rooms/client_event.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/sticky_events.hpp"
#include "domain/rooms/typing.hpp"
#include "domain/rooms/visible_history.hpp"
#include "domain/sync/event_writer.hpp"
#include "domain/sync/sent_members.hpp"
#include "domain/sync/sync_request.hpp"
#include "domain/sync/timeline_section.hpp"
#include "domain/sync/unread_counter.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace chancery::sync {

class RoomSections {
 public:
  struct Ports {
    rooms::Rooms& rooms;
    rooms::VisibleHistory& visible;
    rooms::Aggregations& aggregations;
    rooms::StickyEvents& sticky;
    rooms::Receipts& receipts;
    rooms::Typing& typing;
    accounts::AccountData& account_data;
    UnreadCounter& unread;
    SentMembers& sent_members;
  };
  explicit RoomSections(Ports ports) : ports_(ports) {}

  // Account data of rooms that changed in the window, as items of an event list by room.
  using AccountDataByRoom = std::map<std::string, std::string, std::less<>>;
  struct Wanted {
    const SyncRequest* request = nullptr;
    SyncWindow window;
    std::uint64_t typing_since = 0;
    rooms::ClientView view;
    const AccountDataByRoom* account_data = nullptr;
    std::uint64_t chain = 0;  // where members are loaded lazily
    // Where the sections note whom they show for the first time, and heroes; null: nobody asks.
    std::set<protocol::UserId>* shown = nullptr;
  };

  // Each "" when the room has nothing to tell; else a JSON object.
  runtime::Task<std::string> joined(const Wanted& wanted, rooms::UserRoom room);
  runtime::Task<std::string> invited(const Wanted& wanted, rooms::UserRoom room);
  runtime::Task<std::string> knocked(const Wanted& wanted, rooms::UserRoom room);
  runtime::Task<std::string> left(const Wanted& wanted, rooms::UserRoom room);

  // False only when the room cannot have anything to tell. From memory.
  [[nodiscard]] bool may_have_changed(const Wanted& wanted, const rooms::UserRoom& room) const;

 private:
  struct Started;
  struct Summary;
  runtime::Task<bool> was_joined(rooms::UserRoom room, storage::StreamPosition at);
  runtime::Task<std::string> stripped(rooms::UserRoom room, std::string_view member);
  // False: there was nothing to append.
  runtime::Task<bool> append_timeline_and_state(std::string& out, const Wanted& wanted,
                                                const Started& started, const Timeline& timeline);
  runtime::Task<std::string> account_data(const Wanted& wanted, const Started& started);
  runtime::Task<> append_sticky(std::string& out, const Wanted& wanted, const Started& started,
                                const Timeline& timeline);
  // Of what kinds something has come that the client wants.
  struct EphemeralNews {
    bool receipts = false;
    bool typing = false;
    [[nodiscard]] bool any() const { return receipts || typing; }
  };
  [[nodiscard]] EphemeralNews find_ephemeral(const Wanted& wanted, const Started& started) const;
  runtime::Task<std::string> ephemeral(const Wanted& wanted, const Started& started,
                                       EphemeralNews news);
  // False: nothing of the room's summary can have changed.
  [[nodiscard]] static bool may_change_summary(const Started& started, const Timeline& timeline);
  runtime::Task<Summary> summarize(const Wanted& wanted, const Started& started);
  runtime::Task<bool> has_read(const Wanted& wanted, const Started& started);
  runtime::Task<> append_unread(std::string& out, const Wanted& wanted, const Started& started);

  static void note_shown(const Wanted& wanted, const std::vector<rooms::CachedEventPtr>& events);

  Ports ports_;
};

}  // namespace chancery::sync
