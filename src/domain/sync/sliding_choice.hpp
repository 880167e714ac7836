// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The choice of rooms that an answer looks at, each with all that the matching rules ask of it
// together.
//
// Spec: MSC4186, "Combining room configs".

#include "domain/sync/changed_rooms.hpp"
#include "domain/sync/sliding_rooms.hpp"

#include <map>
#include <unordered_map>
#include <vector>

namespace chancery::sync {

class RoomChoice {
 public:
  // All must outlive it.
  RoomChoice(const SlidingRules& rules, const SlidingConnection& connection,
             const rooms::UserRooms& rooms)
      : rules_(rules), connection_(connection), rooms_(rooms) {}

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
  [[nodiscard]] WantedStatePtr combine(const std::vector<const RoomConfig*>& configs);

  const SlidingRules& rules_;
  const SlidingConnection& connection_;
  const rooms::UserRooms& rooms_;
  std::vector<Chosen> chosen_;
  std::unordered_map<storage::RoomNumber, std::size_t> places_;
  std::map<std::vector<const RoomConfig*>, WantedStatePtr> combined_;
};

}  // namespace chancery::sync
