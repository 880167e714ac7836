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
#include "runtime/task.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace chancery::push {

// How a member is called in a room, and the member event that says so.
struct MemberName {
  storage::EventNumber event;  // 0: none
  std::string display_name;
};

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
  std::shared_ptr<const rooms::CoreState> core_;
  std::uint64_t joined_members_ = 0;
  MemberName name_;
};

}  // namespace chancery::push
