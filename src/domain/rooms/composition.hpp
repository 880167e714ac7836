// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Compositions: events made one after the other in one room, committed together or not at all.
//
// Each event builds on those before it, is authorised against the state that they lead to, sealed,
// and gets a change and an audit record of its own. Nothing shows before `commit`.
//
// Concurrency: one task. For a room that exists, the room's turn is held meanwhile.
// Failure:     ApiError: M_FORBIDDEN (the rule goes to the log), M_TOO_LARGE, M_BAD_JSON; 503 where
//              the room's policy server does not answer. Cancelled while that is waited for.

#include "domain/rooms/actor.hpp"
#include "domain/rooms/room.hpp"
#include "domain/rooms/write_ports.hpp"
#include "protocol/auth_rules.hpp"
#include "storage/commit/change.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::rooms {

struct NewEvent {
  protocol::UserId sender;
  std::string type;
  std::optional<std::string> state_key;
  base::JsonObject content;
  std::optional<protocol::EventId> redacts;
  std::optional<base::Timestamp> sent_at;       // now when absent
  std::string transaction;                      // of the actor's device; "" when none
  std::optional<std::int64_t> sticky_for = {};  // milliseconds
  std::string delay_id = {};  // of the delayed event that becomes this; "" when none does
};

class Composition {
 public:
  // Requires: the caller is inside `room`.
  Composition(WritePorts& ports, const Actor& actor, RoomPtr room);
  // A room that is being made. `id` is empty where the create event gives it.
  struct Fresh {
    const protocol::RoomVersion* version = nullptr;
    protocol::RoomId id;
  };
  Composition(WritePorts& ports, const Actor& actor, Fresh fresh);

  runtime::Task<CachedEventPtr> append(NewEvent event);
  // Puts `mutation` into the change of the event appended last.
  void also(storage::Mutation mutation);
  // Asked before anything of this is made.
  void require(storage::Precondition precondition);

  // With what was appended so far. Null: the state has none.
  runtime::Task<CachedEventPtr> find_state(std::string type, std::string key);
  [[nodiscard]] const protocol::RoomId& room_id() const { return id_; }
  [[nodiscard]] storage::RoomNumber room_number() const { return number_; }
  [[nodiscard]] const protocol::RoomVersion& version() const { return *version_; }
  [[nodiscard]] bool is_empty() const { return changes_.empty(); }
  // Requires: not empty.
  [[nodiscard]] CachedEventPtr last_event() const { return events_.back(); }

  // Tells that `redacted` takes the place of the event of that number when this is committed.
  void replace(CachedEventPtr redacted, std::string_view canonical);

  // Durable on return. Once only.
  runtime::Task<storage::StreamPosition> commit();
  // The same for several rooms, in this order.
  static runtime::Task<storage::StreamPosition> commit_all(std::vector<Composition*> parts);

 private:
  struct Gathered;
  // Shows the events to the room's memory for as long as the commit runs.
  class Preparation {
   public:
    Preparation(RoomPtr room, const std::vector<std::shared_ptr<CachedEvent>>& events,
                const std::vector<CachedEventPtr>& replacements);
    ~Preparation();
    Preparation(Preparation&&) noexcept = default;
    Preparation& operator=(Preparation&&) = delete;

   private:
    RoomPtr room_;
  };
  void check_member(const NewEvent& event) const;
  runtime::Task<Gathered> gather(const protocol::EventDraft& draft);
  runtime::Task<CachedEventPtr> find_state_event(const storage::StateKey& key);
  protocol::EventDraft draft_of(NewEvent& event) const;
  runtime::Task<> note_reference_hashes(protocol::EventDraft& draft);
  runtime::Task<> update_state(CachedEvent& event, storage::Change& change);
  void store(const std::shared_ptr<CachedEvent>& cached, storage::Change& change);
  void record(const CachedEvent& event, storage::Change& change);
  runtime::Task<> check_invite(const protocol::VerifiedEvent& event);
  // The state that names the policy server, with what was appended so far. Null: there is none.
  [[nodiscard]] CachedEventPtr find_policy() const;
  [[nodiscard]] bool has_joined(const protocol::ServerName& server) const;
  runtime::Task<protocol::EventPtr> recommended(protocol::EventPtr event, CachedEventPtr policy);
  void start_room(const protocol::VerifiedEvent& create, storage::Change& change);

  WritePorts& ports_;
  const Actor& actor_;
  RoomPtr room_;  // null while it is being made
  const protocol::RoomVersion* version_;
  protocol::RoomId id_;
  storage::RoomNumber number_;
  RoomHead head_;
  std::string policy_rule_;                            // by which the newest was let pass
  std::map<storage::StateKey, CachedEventPtr> state_;  // appended here
  std::vector<std::shared_ptr<CachedEvent>> events_;
  std::vector<CachedEventPtr> replacements_;
  std::vector<storage::Precondition> preconditions_;
  std::vector<storage::Change> changes_;
  std::vector<storage::PutWrappedKey> keys_made_;
};

// Whether the sender of server notices made the room to tell somebody something.
[[nodiscard]] bool is_of_notices(const Room& room, const protocol::UserId& notices);

// The error that a client is told when the rules deny an event.
[[noreturn]] void throw_denied(const protocol::Denied& denied);

}  // namespace chancery::rooms
