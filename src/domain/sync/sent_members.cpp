// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sent_members.hpp"

namespace chancery::sync {

std::size_t SentMembers::Chain::size() const {
  std::size_t size = known.size();
  for (const auto& [until, events] : told) size += events.size();
  return size;
}

// What was told up to `since` has arrived. What was told after it has not, or the client went back
// to before it.
void SentMembers::settle(Chain& chain, storage::StreamPosition since) {
  if (since < chain.arrived) chain.known.clear();
  chain.arrived = since;
  while (!chain.told.empty() && chain.told.begin()->first <= since) {
    const auto& events = chain.told.begin()->second;
    chain.known.insert(events.begin(), events.end());
    chain.told.erase(chain.told.begin());
  }
  chain.told.clear();
}

std::uint64_t SentMembers::continue_or_begin(const devices::DeviceAddress& device,
                                             std::uint64_t known, storage::StreamPosition since) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(known);
  // A token that somebody else made up or copied continues nothing.
  if (found != by_id_.end() && found->second->device == device) {
    chains_.splice(chains_.begin(), chains_, found->second);
    Chain& chain = chains_.front();
    const std::size_t before = chain.size();
    settle(chain, since);
    events_ = events_ - before + chain.size();
    return known;
  }
  chains_.push_front(
      {.id = ++last_id_, .device = device, .arrived = since, .known = {}, .told = {}});
  by_id_.emplace(last_id_, chains_.begin());
  trim();
  return last_id_;
}

bool SentMembers::is_known(std::uint64_t chain, storage::EventNumber event) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(chain);
  return found != by_id_.end() && found->second->known.contains(event);
}

void SentMembers::note(std::uint64_t chain, const std::vector<storage::EventNumber>& events,
                       storage::StreamPosition until) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(chain);
  if (found == by_id_.end() || events.empty()) return;
  Chain& kept = *found->second;
  if (kept.known.size() + events.size() > limits_.most_events_of_one) {
    events_ -= kept.known.size();
    kept.known.clear();
  }
  auto& told = kept.told[until];
  told.insert(told.end(), events.begin(), events.end());
  events_ += events.size();
  trim();
}

std::size_t SentMembers::size() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

void SentMembers::trim() {
  while (chains_.size() > 1 &&
         (events_ > limits_.most_events || chains_.size() > limits_.most_chains)) {
    events_ -= chains_.back().size();
    by_id_.erase(chains_.back().id);
    chains_.pop_back();
  }
}

}  // namespace chancery::sync
