// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Reports: what members tell the people who run the server about events, rooms and persons.
//
// A report is kept until an owner removes it, its reason sealed; that it was made is on record.
//
// Whether the room or the person is there is not told: what is not here may be known elsewhere, and
// is kept as well. Of events only members of their room learn whether they are there.
//
// Failure: ApiError: M_NOT_FOUND where the one who reports an event may not know of it.
// Spec:    client-server, "Reporting Content"; MSC4277.

#include "domain/rooms/actor.hpp"
#include "domain/rooms/write_ports.hpp"

#include <optional>
#include <string>

namespace chancery::rooms {

struct Report {
  protocol::RoomId room;                   // empty for a person
  std::optional<protocol::EventId> event;  // of the room
  std::optional<protocol::UserId> user;
  std::string reason;
};

class Reports {
 public:
  explicit Reports(WritePorts ports) : ports_(std::move(ports)) {}
  runtime::Task<> report(Actor actor, Report report);

 private:
  // Who sent the event; absent for other reports.
  runtime::Task<std::optional<protocol::UserId>> check(const Actor& actor, const Report& report);
  void store(storage::Change& change, const Actor& actor, const Report& report,
             std::optional<protocol::UserId> about);

  WritePorts ports_;
};

}  // namespace chancery::rooms
