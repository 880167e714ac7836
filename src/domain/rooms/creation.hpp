// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Creation of rooms: every first event, stored together or not at all.
//
// Failure: ApiError; there is no room then.
// Spec:    client-server, "Creation"; the order of events is that of POST /createRoom.

#include "domain/rooms/actor.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/composition.hpp"
#include "domain/rooms/write_ports.hpp"
#include "protocol/room_creation.hpp"
#include "storage/personal.hpp"

#include <atomic>
#include <optional>
#include <string>
#include <vector>

namespace chancery::rooms {

using Preset = protocol::RoomPreset;

struct InitialState {
  std::string type;
  std::string key;
  base::JsonObject content;
  std::optional<base::Timestamp> sent_at = {};  // now when absent
};

struct RoomRequest {
  std::optional<std::string> version;  // the server's default when absent
  Preset preset = Preset::private_chat;
  enum class Shown : std::uint8_t { no, yes } shown = Shown::no;  // in the directory
  base::JsonObject creation_content;
  std::vector<InitialState> initial_state;
  std::optional<std::string> name;
  std::optional<std::string> topic;
  std::optional<std::string> alias_name;  // localpart
  std::vector<protocol::UserId> invite;
  enum class Direct : std::uint8_t { no, yes } direct = Direct::no;
  std::optional<base::JsonObject> power_levels;  // goes over the default's members
};

class Creation {
 public:
  struct Settings {
    std::string default_version = "12";
  };
  Creation(WritePorts ports, storage::ProfileStore& profiles, Settings settings)
      : ports_(std::move(ports)), profiles_(profiles), settings_(std::move(settings)) {}

  runtime::Task<protocol::RoomId> create(Actor actor, RoomRequest request);
  // M_UNSUPPORTED_ROOM_VERSION.
  [[nodiscard]] const protocol::RoomVersion& get_version(
      const std::optional<std::string>& name) const;
  // Nothing has its name yet: versions before 12.
  [[nodiscard]] protocol::RoomId make_room_id(const protocol::RoomVersion& version) const;

  // The time to write into a create event: never twice the same, since from version 12 on two
  // rooms of equal create events would be one.
  [[nodiscard]] base::Timestamp next_creation_time();
  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  runtime::Task<> append_first(Composition& room, const Actor& actor, const RoomRequest& request);
  runtime::Task<> append_rest(Composition& room, const Actor& actor, RoomRequest& request);
  runtime::Task<> append_invites(Composition& room, const Actor& actor, const RoomRequest& request);

  WritePorts ports_;
  storage::ProfileStore& profiles_;
  Settings settings_;
  std::atomic<std::int64_t> last_creation_ = 0;  // milliseconds
};

// Appends a state event by `sender`.
runtime::Task<> append_state(Composition& room, const protocol::UserId& sender, InitialState state);

}  // namespace chancery::rooms
