// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The choice of rooms that an answer looks at, each with all that the matching rules ask of it
// together.
//
// Spec: MSC4186, "Combining room configs".

#include "domain/sync/changed_rooms.hpp"
#include "domain/sync/room_places.hpp"
#include "domain/sync/sliding_rooms.hpp"

#include <vector>

namespace chancery::sync {

class RoomChoice {
 public:
  // All must outlive it, and what it finds. The connection's turn is held.
  RoomChoice(const std::shared_ptr<const SlidingRules>& rules, SlidingConnection& connection,
             const rooms::UserRooms& rooms);

  // Every room that a list or a subscription shows.
  void add_all();
  // Of those, the ones that changed (all of them rooms of the user; one may be named twice), and
  // those that others' changes may have moved into a window.
  void add_changed(const std::vector<ChangedRooms::ChangedRoom>& changed);

  // In the order of adding.
  [[nodiscard]] std::vector<RoomWanted> finish();

 private:
  struct Chosen {
    const rooms::UserRoom* room = nullptr;
    std::vector<const std::string*> lists;
    std::vector<const RoomConfig*> configs;
    bool is_subscribed = false;

    // Once for each list, however many of its ranges show the room.
    void add(const std::string& name, const ListConfig& list);
  };
  Chosen* choose(storage::RoomNumber room);
  void add_place(const std::string& name, const ListConfig& list, storage::RoomNumber room);
  void add_window(const std::string& name, const ListConfig& list);
  // Where the list's window does not begin at the top: whom `moved` rooms, which moved up, may have
  // pushed into it, and whom the client was told nothing of.
  void add_pushed(const std::string& name, const ListConfig& list, std::size_t moved);
  void add_subscriptions(const std::vector<ChangedRooms::ChangedRoom>* changed);
  const CombinedStates::Combined& combine(const std::vector<const RoomConfig*>& configs);

  const SlidingRules& rules_;
  SlidingConnection& connection_;
  const rooms::UserRooms& rooms_;
  std::vector<Chosen> chosen_;
  RoomPlaces places_;  // in `chosen_`
};

}  // namespace chancery::sync
