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

class MemberView {
 public:
  static runtime::Task<MemberView> load(rooms::Rooms& rooms, rooms::RoomPtr room,
                                        protocol::UserId user, RulesInForce rules);

  [[nodiscard]] const protocol::UserId& user() const { return user_; }
  [[nodiscard]] const RulesInForce& rules() const { return rules_; }
  // Valid as long as this.
  [[nodiscard]] const protocol::PushOutcome& evaluate(const protocol::FlatEvent& flat,
                                                      const protocol::VerifiedEvent& event) const;

 private:
  MemberView() = default;

  protocol::UserId user_;
  RulesInForce rules_;
  std::shared_ptr<const rooms::CoreState> core_;
  std::uint64_t joined_members_ = 0;
  std::string display_name_;
};

}  // namespace chancery::push
