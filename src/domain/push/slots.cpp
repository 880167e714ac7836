// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/slots.hpp"

namespace chancery::push {

// Always in this order, so that nobody waits in a circle.
runtime::Task<Slots::Slot> Slots::take(std::string gateway, std::string person) {
  co_await enter(persons_[person], limits_.of_one_person);
  co_await enter(gateways_[gateway], limits_.to_one_gateway);
  co_await enter(all_, limits_.in_all);
  co_return Slot(*this, std::move(gateway), std::move(person));
}

runtime::Task<> Slots::enter(Lane& lane, std::size_t most) {
  if (lane.inside < most) {
    ++lane.inside;
    co_return;
  }
  runtime::Handover<bool> turn;
  lane.waiting.push_back(turn);
  co_await turn.wait();
}

void Slots::leave(Lane& lane) {
  if (lane.waiting.empty()) {
    --lane.inside;
    return;
  }
  // The place goes to who waits: `inside` stays.
  runtime::Handover<bool> next = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  next.set(true);
}

void Slots::leave(Lanes& lanes, const std::string& name) {
  const auto found = lanes.find(name);
  leave(found->second);
  if (found->second.inside == 0) lanes.erase(found);
}

void Slots::give_back(const std::string& gateway, const std::string& person) {
  leave(all_);
  leave(gateways_, gateway);
  leave(persons_, person);
}

}  // namespace chancery::push
