// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Members' views: a room as the push rules of one of its members ask about it.
//
// The room is taken as it is now, also for messages of before: members and power change seldom
// between a message and its first question.
//
// Concurrency: immutable.

#include "domain/push/push_rules.hpp"
#include "domain/rooms/rooms.hpp"
#include "protocol/flat_event.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/push_evaluation.hpp"
#include "protocol/word_starts.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace chancery::push {

// A room as all its members see it.
struct RoomView {
  std::shared_ptr<const rooms::CoreState> core;
  std::uint64_t joined_members = 0;

  [[nodiscard]] static RoomView of(const rooms::Room& room);
  // As the rules ask about it. Valid as long as this.
  [[nodiscard]] protocol::PushRoom as_sent_by(const protocol::UserId& sender) const;
  friend bool operator==(const RoomView&, const RoomView&) = default;
};

// How a member is called in a room, and the member event that says so.
struct MemberName {
  storage::EventNumber event;  // 0: none
  std::string display_name;
  std::optional<protocol::WordStart> start;  // of the name without letter case
};

// The root of the thread that `event` says it is in.
[[nodiscard]] std::optional<std::string> find_thread_root(const protocol::VerifiedEvent& event);
[[nodiscard]] protocol::InThread follows(const RulesInForce& rules,
                                         const std::optional<std::string>& root);
// Whether it notifies of nothing because of who sent it.
[[nodiscard]] bool is_ignored(const RulesInForce& rules, const protocol::VerifiedEvent& event);

class MemberView {
 public:
  // `name`: as it was once. The member event is read only if it is another one by now.
  static runtime::Task<MemberView> load(rooms::Rooms& rooms, rooms::RoomPtr room,
                                        RulesInForce rules, protocol::UserId user,
                                        MemberName name = {});

  [[nodiscard]] const protocol::UserId& user() const { return user_; }
  [[nodiscard]] const RulesInForce& rules() const { return rules_; }
  [[nodiscard]] const MemberName& name() const { return name_; }
  // Valid as long as this.
  [[nodiscard]] const protocol::PushOutcome& evaluate(const protocol::FlatEvent& flat,
                                                      const protocol::VerifiedEvent& event) const;

 private:
  MemberView() = default;

  protocol::UserId user_;
  RulesInForce rules_;
  RoomView room_;
  MemberName name_;
};

}  // namespace chancery::push
