// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sending: what members put into a room one event at a time: messages, state, redactions.
//
// Failure: ApiError; nothing was stored then. A repeated transaction id is answered with the first
//          event's id, also after a restart.
// Spec:    client-server, "Sending events to a room", "Redactions".

#include "domain/rooms/actor.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/composition.hpp"
#include "domain/rooms/sticky_events.hpp"
#include "domain/rooms/transactions.hpp"
#include "domain/rooms/write_ports.hpp"
#include "storage/delayed_events.hpp"

#include <exception>
#include <optional>
#include <string>

namespace chancery::rooms {

struct NewMessage {
  protocol::RoomId room;
  std::string type;
  base::JsonObject content;
  std::string transaction;
  std::optional<base::Timestamp> sent_at;
  std::optional<std::int64_t> sticky_for = {};               // milliseconds
  std::optional<storage::DelayedEventKey> was_delayed = {};  // what this finalises
};
struct NewState {
  protocol::RoomId room;
  std::string type;
  std::string key;
  base::JsonObject content;
  std::optional<std::int64_t> sticky_for = {};               // milliseconds
  std::optional<storage::DelayedEventKey> was_delayed = {};  // what this finalises
  std::optional<base::Timestamp> sent_at = {};               // now when absent
};
struct NewRedaction {
  protocol::RoomId room;
  protocol::EventId event;
  base::JsonObject content;  // reason, and what else the client says
  std::string transaction;
  std::optional<storage::DelayedEventKey> was_delayed = {};  // what this finalises
};

// So much power, or more where they have that already.
struct PowerGift {
  protocol::RoomId room;
  protocol::UserId user;
  std::int64_t level = 0;
};

class Sending {
 public:
  Sending(WritePorts ports, Aliases& aliases, StickyEvents& sticky)
      : ports_(std::move(ports)),
        aliases_(aliases),
        sticky_(sticky),
        transactions_(ports_.rooms.store()) {}

  runtime::Task<protocol::EventId> send(Actor actor, NewMessage message);
  // State that is as it should be already is left alone: the id is that of the event there.
  runtime::Task<protocol::EventId> set_state(Actor actor, NewState state);
  // Of what the room's levels are by then, one changes. Whoever has enough, as those who made the
  // room have for good in newer versions, gets no event.
  runtime::Task<> give_power(Actor actor, PowerGift gift);
  runtime::Task<protocol::EventId> redact(Actor actor, NewRedaction redaction);

 private:
  static NewRedaction to_redaction(NewMessage message);
  runtime::Task<protocol::EventId> answer_again(TransactionKey key, Transactions::Running running,
                                                std::exception_ptr failure);
  // `key`: absent where nobody repeats it.
  runtime::Task<protocol::EventId> send_once(const Actor& actor, NewMessage message,
                                             std::optional<TransactionKey> key);
  runtime::Task<> refuse_nested_thread(storage::RoomNumber room, const NewMessage& message);
  runtime::Task<> refuse_repeated_annotation(const Actor& actor, storage::RoomNumber room,
                                             const NewMessage& message);
  runtime::Task<protocol::EventId> redact_once(const Actor& actor, NewRedaction redaction,
                                               std::optional<TransactionKey> key);
  void finalise(Composition& composition,
                const std::optional<storage::DelayedEventKey>& delayed) const;
  static void take_content(Composition& composition, const CachedEvent& target,
                           const CachedEvent& redaction);

  WritePorts ports_;
  Aliases& aliases_;
  StickyEvents& sticky_;
  Transactions transactions_;
};

// The room. M_FORBIDDEN when there is none, as for those outside it.
runtime::Task<RoomPtr> get_room(Rooms& rooms, protocol::RoomId id);
// The same for who wants to come in: refused as by a room that does not let them.
runtime::Task<RoomPtr> get_room_to_enter(Rooms& rooms, protocol::RoomId id);

}  // namespace chancery::rooms
