// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rooms of a sliding answer: what one connection does not know of each.
//
// Whoever is in a room is told its present state; whoever is out of it, the state as it was when
// they went; whoever is invited or knocks, what an invitation shows. Events go through the same
// history visibility as in /v3/sync.
//
// Concurrency: any thread; the connection's turn is held.
// Spec: MSC4186, "Room results".

#include "domain/rooms/aggregations.hpp"
#include "domain/rooms/receipts.hpp"
#include "domain/rooms/visible_history.hpp"
#include "domain/sync/removed_rooms.hpp"
#include "domain/sync/room_traits.hpp"
#include "domain/sync/sent_members.hpp"
#include "domain/sync/sliding_connection.hpp"
#include "domain/sync/telling_draft.hpp"
#include "domain/sync/unread_counter.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::sync {

// A room that rules ask for, with what all of them together ask of it.
struct RoomWanted {
  rooms::UserRoom room;
  std::size_t timeline_limit = 0;
  WantedStatePtr state;                   // never null
  std::uint32_t state_number = 0;         // SlidingConnection::intern
  std::vector<const std::string*> lists;  // that show it, by their names in the rules
  bool is_subscribed = false;

  // Whether an extension tells of it.
  [[nodiscard]] bool is_in(const ExtensionScope& scope) const;
};

// What every room of one answer is made for.
struct SlidingAnswer {
  const SlidingRequest& request;
  SlidingConnection& connection;
  storage::StreamPosition until;
  std::uint64_t step = 0;  // of the answer
  rooms::ClientView view;
};

class SlidingRooms {
 public:
  struct Ports {
    rooms::Rooms& rooms;
    rooms::VisibleHistory& visible;
    rooms::Aggregations& aggregations;
    rooms::Receipts& receipts;
    UnreadCounter& unread;
    SentMembers& sent_members;
    RoomTraits& traits;
  };
  explicit SlidingRooms(Ports ports) : ports_(ports) {}

  struct Told {
    bool is_news = false;  // it has a member in the answer
    ToldRoom room;         // what the client knows with it
    TellingDraft::Shown shown;
  };
  // Appends the room's member of `rooms`, where there is anything to tell. Absent when nothing of
  // the room changed.
  runtime::Task<std::optional<Told>> tell(std::string& out, const SlidingAnswer& answer,
                                          const RoomWanted& wanted);
  // The same of a room that is no more: its client is told that they left, where it has the room.
  static std::optional<Told> tell_removed(std::string& out, const SlidingAnswer& answer,
                                          const storage::RemovedStay& stay);

 private:
  struct Section;
  runtime::Task<std::optional<Told>> tell_inside(std::string& out, const SlidingAnswer& answer,
                                                 const RoomWanted& wanted);
  runtime::Task<std::optional<Told>> tell_outside(std::string& out, const SlidingAnswer& answer,
                                                  const RoomWanted& wanted);
  runtime::Task<std::optional<Told>> tell_asking(std::string& out, const SlidingAnswer& answer,
                                                 const RoomWanted& wanted);
  runtime::Task<bool> read_since(storage::RoomNumber room, protocol::UserId user,
                                 storage::StreamPosition since);
  static Section begin(const SlidingAnswer& answer, const RoomWanted& wanted);
  runtime::Task<> load_timeline(Section& section);
  runtime::Task<> load_state(Section& section);
  runtime::Task<> add_lazy_members(Section& section);
  void note_sent_members(const Section& section, const std::vector<rooms::CachedEventPtr>& state);
  runtime::Task<Told> finish(std::string& out, Section& section);
  [[nodiscard]] ToldRoom told_with(const Section& section, bool has_state) const;
  static void append_timeline(std::string& out, const Section& section,
                              const std::vector<std::string>& relations);
  void append_state(std::string& out, const Section& section,
                    const std::vector<rooms::CachedEventPtr>& events);
  runtime::Task<> append_summary(std::string& out, Section& section);
  runtime::Task<> append_heroes(std::string& out, Section& section);
  static Told tell_own_event(std::string& out, const SlidingAnswer& answer,
                             const RoomWanted& wanted, const rooms::CachedEventPtr& own);

  Ports ports_;
};

}  // namespace chancery::sync
