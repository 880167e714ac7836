// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rooms in memory: a room's head, its current state, its newest events, and the turn to write.
//
// One task at a time is inside a room's turnstile and composes events; what it composed shows here
// when the committer has told the feed, before the sender is answered. Readers get copies or
// immutable values.
//
// Concurrency: any thread.

#include "domain/rooms/cached_event.hpp"
#include "domain/rooms/membership.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/room_version.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/committer.hpp"
#include "storage/events.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

// What the next event builds on.
struct RoomHead {
  storage::StateRoot state;
  std::int64_t depth = 0;
  std::vector<protocol::EventId> forward_extremities;
  storage::StreamPosition last_position;
};

// The state that nearly every question needs. Null: the room has none.
struct CoreState {
  CachedEventPtr create;  // never null
  CachedEventPtr power_levels;
  CachedEventPtr join_rules;
  CachedEventPtr history_visibility;
  CachedEventPtr guest_access;
  CachedEventPtr policy;  // which names the policy server
};

// Where CoreState keeps events of `type`; null for the types that it does not keep.
using CoreSlot = CachedEventPtr CoreState::*;
[[nodiscard]] CoreSlot find_core_slot(std::string_view type);

struct Member {
  protocol::UserId user;
  Membership membership = Membership::leave;
  storage::EventNumber event;
};

struct MemberCounts {
  std::size_t joined = 0;
  std::size_t invited = 0;
};

class Room {
 public:
  // Requires: `core` has the create event.
  struct Start {
    storage::StoredRoom stored;
    const protocol::RoomVersion* version = nullptr;
    std::vector<storage::StateEntry> state;
    std::vector<Member> members;
    CoreState core;
  };
  explicit Room(Start start);

  [[nodiscard]] storage::RoomNumber number() const { return number_; }
  [[nodiscard]] const protocol::RoomId& id() const { return id_; }
  [[nodiscard]] const protocol::RoomVersion& version() const { return *version_; }

  // Held by the one who writes, until what was written is committed.
  runtime::Task<runtime::Turnstile::Turn> enter() { return turnstile_.enter(); }

  // The room was removed: whoever waited for its turn writes nothing any more.
  void end() { has_ended_ = true; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }

  [[nodiscard]] RoomHead head() const;
  [[nodiscard]] storage::StreamPosition last_position() const;
  [[nodiscard]] std::shared_ptr<const CoreState> core() const;
  // 0 when the current state has none.
  [[nodiscard]] storage::EventNumber find_state(std::string_view type, std::string_view key) const;
  // The same in the state at `root`; absent where that is not the current one.
  [[nodiscard]] std::optional<storage::EventNumber> find_state_at(storage::StateRoot root,
                                                                  std::string_view type,
                                                                  std::string_view key) const;
  // Every entry of the current state of that type, or of all types where `type` is "".
  [[nodiscard]] std::vector<storage::StateEntry> state_entries(std::string_view type = {}) const;
  // The same of the state at `root`; absent where that is not the current one.
  [[nodiscard]] std::optional<std::vector<storage::StateEntry>> state_entries_at(
      storage::StateRoot root, std::string_view type = {}) const;
  [[nodiscard]] std::optional<Member> find_member(const protocol::UserId& user) const;
  // Everyone with a member event in the current state.
  [[nodiscard]] std::vector<Member> members() const;
  [[nodiscard]] MemberCounts count_members() const;
  // Of members and of the current state, all together.
  [[nodiscard]] std::size_t count_entries() const;
  // Whether anyone of that server is joined.
  [[nodiscard]] bool has_joined(const protocol::ServerName& server) const;
  static constexpr std::size_t kMostHeroes = 7;
  // The first joined or invited members other than `except`, oldest member event first; where
  // there are none, those who left. At most kMostHeroes. All members are looked at once after one
  // of them changed.
  [[nodiscard]] std::vector<protocol::UserId> heroes(const protocol::UserId& except,
                                                     std::size_t most) const;

  // Numbers of the events of `range`, where memory reaches far enough back to know them all;
  // absent where the store must be asked.
  [[nodiscard]] std::optional<std::vector<storage::EventNumber>> find_recent(
      const storage::TimelineRange& range) const;
  // The room's state with everything up to `at`, where memory reaches so far back; absent where the
  // store must be asked.
  [[nodiscard]] std::optional<storage::StateRoot> find_state_at(storage::StreamPosition at) const;
  // Events before those known already, as the store gave them: newest first, without gaps, from
  // `until` on.
  void extend_recent(const std::vector<CachedEventPtr>& older, storage::StreamPosition until);

  // What memory knows of the timeline is not all there any more.
  void forget_recent();

  // For the writer inside: what will show when the change with that event is committed.
  void prepare(std::shared_ptr<CachedEvent> event);
  // The same for an event that a redaction of the change takes the content from.
  void prepare_replacement(CachedEventPtr event);
  // For the writer inside, when the commit has ended: nothing is left if it succeeded.
  void drop_prepared();
  // For the reader of the feed. Returns the event as it shows from now on; null when memory had it.
  CachedEventPtr apply(const storage::AppendEvent& append, storage::StreamPosition position);
  void apply(const storage::SetRoomHead& head, storage::StreamPosition position);
  // The event as the redaction left it; null when none was prepared.
  CachedEventPtr replace(storage::EventNumber number);

 private:
  struct StateKeyHash {
    using is_transparent = void;
    std::size_t operator()(const storage::StateKey& key) const noexcept;
  };
  // Who may be a hero, oldest member event first: one more than are asked for.
  struct Heroes {
    std::vector<protocol::UserId> present;
    std::vector<protocol::UserId> gone;
  };
  // With the mutex held, as all below.
  [[nodiscard]] std::vector<storage::StateEntry> entries_of(std::string_view type) const;
  [[nodiscard]] storage::EventNumber number_of(std::string_view type, std::string_view key) const;
  [[nodiscard]] Heroes find_heroes() const;
  void set_state(const CachedEventPtr& event);
  // Adds `by` to what is counted of members in `membership`.
  void count(const protocol::UserId& user, Membership membership, std::ptrdiff_t by);

  const storage::RoomNumber number_;
  const protocol::RoomId id_;
  const protocol::RoomVersion* const version_;
  runtime::Turnstile turnstile_;
  std::atomic<bool> has_ended_ = false;

  mutable std::mutex mutex_;
  RoomHead head_;
  std::shared_ptr<const CoreState> core_;
  // The current state, and its root: head_ comes a moment later.
  std::unordered_map<storage::StateKey, storage::EventNumber, StateKeyHash> state_;
  storage::StateRoot state_root_;
  std::unordered_map<protocol::UserId, Member> members_;
  MemberCounts counts_;
  mutable std::optional<Heroes> heroes_;  // absent since a member changed
  std::map<std::string, std::size_t, std::less<>> joined_by_server_;  // none with 0
  struct Recent {
    storage::StreamPosition position;
    storage::EventNumber number;
    storage::StateRoot state_after;
  };
  std::deque<Recent> recent_;             // oldest first, without gaps
  storage::StreamPosition recent_after_;  // `recent_` holds everything after this
  // The state with everything up to `recent_after_`; absent: not known.
  std::optional<storage::StateRoot> state_before_;
  std::vector<std::shared_ptr<CachedEvent>> prepared_;
  std::vector<CachedEventPtr> replacements_;
};
using RoomPtr = std::shared_ptr<Room>;

}  // namespace chancery::rooms
