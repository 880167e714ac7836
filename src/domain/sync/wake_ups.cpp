// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/wake_ups.hpp"

#include "domain/sync/company.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>

namespace chancery::sync {

WakeUps::WakeUps(Ports ports) : ports_(ports) {
  ports_.feed.add_follower(follower());
  ports_.typing.add_listener([this](storage::RoomNumber room) { ring_room(room); });
  ports_.presence.add_listener([this](const protocol::UserId& user) { ring_sharing(user); });
}

std::shared_ptr<runtime::Bell> WakeUps::bell_of(const protocol::UserId& user) {
  const std::lock_guard lock(mutex_);
  if (bells_.size() >= sweep_at_) {
    std::erase_if(bells_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = std::max<std::size_t>(1'024, bells_.size() * 2);
  }
  std::weak_ptr<runtime::Bell>& kept = bells_[user];
  std::shared_ptr<runtime::Bell> bell = kept.lock();
  if (bell) return bell;
  bell = std::make_shared<runtime::Bell>();
  kept = bell;
  return bell;
}

void WakeUps::end_waiting() {
  std::vector<std::shared_ptr<runtime::Bell>> waiting;
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    for (const auto& [user, kept] : bells_) {
      if (std::shared_ptr<runtime::Bell> bell = kept.lock()) waiting.push_back(std::move(bell));
    }
  }
  runtime::Bell::ring_all(waiting);
}

bool WakeUps::may_wait() const {
  const std::lock_guard lock(mutex_);
  return !has_ended_;
}

void WakeUps::ring(const protocol::UserId& user) {
  std::shared_ptr<runtime::Bell> bell;
  {
    const std::lock_guard lock(mutex_);
    const auto found = bells_.find(user);
    if (found == bells_.end()) return;
    bell = found->second.lock();
    if (!bell) bells_.erase(found);
  }
  if (bell) bell->ring();
}

// Goes through whoever is fewer, the members or those who wait: a message into a room of thousands
// that nobody watches must not cost the followers' thread a look at each of them. The bells are
// rung when nothing is locked any more, for ringing puts work into the schedulers' queues.
void WakeUps::ring_room(storage::RoomNumber room) {
  std::vector<std::shared_ptr<runtime::Bell>> woken;
  ports_.memberships.look_at_joined(room, [&](const rooms::Memberships::JoinedUsers& joined) {
    const auto wake = [&woken](const std::weak_ptr<runtime::Bell>& kept) {
      if (std::shared_ptr<runtime::Bell> bell = kept.lock()) woken.push_back(std::move(bell));
    };
    const std::lock_guard lock(mutex_);
    if (joined.size() <= bells_.size()) {
      for (const protocol::UserId& user : joined) {
        if (const auto found = bells_.find(user); found != bells_.end()) wake(found->second);
      }
      return;
    }
    for (const auto& [user, kept] : bells_) {
      if (joined.contains(user)) wake(kept);
    }
  });
  runtime::Bell::ring_all(woken);
}

// Goes through whoever is fewer, the members of the user's rooms or those who wait: when thousands
// come back at once, each of them must not be held against all the others.
void WakeUps::ring_sharing(const protocol::UserId& user) {
  std::size_t bells = 0;
  {
    const std::lock_guard lock(mutex_);
    bells = bells_.size();
  }
  if (bells == 0) return;
  if (count_company(ports_.memberships, user, bells) < bells) {
    ring(user);
    const auto rooms = ports_.memberships.current_rooms(user);
    for (const rooms::UserRoom& room : rooms) {
      if (room.membership == rooms::Membership::join) ring_room(room.room);
    }
    return;
  }
  std::vector<protocol::UserId> waiting;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [waiter, bell] : bells_) waiting.push_back(waiter);
  }
  for (const protocol::UserId& waiter : waiting) {
    if (waiter == user || ports_.memberships.share_room(waiter, user)) ring(waiter);
  }
}

// Whoever follows the feed is told after the position has moved: who looks now finds the news.
storage::FeedReader WakeUps::follower() {
  return storage::hear([this](const storage::AppendEvent& append) { ring_room(append.room); },
                       // A private one is told to nobody else.
                       [this](const storage::PutReceipt& receipt) {
                         if (receipt.type == "m.read.private")
                           ring(receipt.user);
                         else
                           ring_room(receipt.room);
                       },
                       storage::each_of<storage::SetMembership, storage::PutAccountData,
                                        storage::PutThreadSubscription, storage::AddOneTimeKeys,
                                        storage::RemoveOneTimeKey, storage::MarkFallbackKeyUsed>(
                           [this](const auto& one) { ring(one.user); }),
                       // Whoever was out of it before has heard.
                       [this](const storage::NoteRemovedStays& note) {
                         for (const storage::NoteRemovedStays::Stay& stay : note.stays)
                           if (stay.end == storage::NoteRemovedStays::Stay::End::now)
                             ring(stay.user);
                       },
                       [this](const storage::AddToDeviceMessages& add) {
                         for (const storage::ToDeviceMessage& message : add.messages)
                           ring(message.user);
                       },
                       storage::each_of<storage::DeleteDevice, storage::SetProfileField>(
                           [this](const auto& one) { ring_sharing(one.user); }),
                       [this](const storage::NoteDeviceListChange& note) {
                         if (note.seen_by.empty())
                           ring_sharing(note.user);
                         else
                           ring(note.seen_by);
                       });
}

}  // namespace chancery::sync
