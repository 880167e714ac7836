// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_news.hpp"

#include "domain/accounts/ignored_users.hpp"
#include "domain/push/read_marks.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace chancery::push {
namespace {

bool decides_what_notifies(const storage::PutAccountData& put) {
  return put.room.empty() &&
         (put.type == "m.push_rules" || put.type == accounts::kIgnoredUsersType);
}

// One change put into the news. `owners` have pushers.
struct Noting {
  std::unordered_set<protocol::UserId>& owners;
  News& news;
  storage::StreamPosition position;
  storage::RoomNumber room;  // of the event before it in the change

  void operator()(const storage::AppendEvent& append) {
    room = append.room;
    if (owners.empty()) return;
    news.note_room(room, position);
    if (owners.contains(append.event->sender())) news.readers.insert(append.event->sender());
  }
  void operator()(const storage::ReplaceEventRecord&) {
    const auto found = news.rooms.find(room.value);
    if (found != news.rooms.end()) found->second.has_redaction = true;
  }
  void operator()(const storage::SetMembership& member) {
    if (!owners.contains(member.user)) return;
    if (member.membership == "invite") {
      news.invites.push_back(
          {.user = member.user, .room = member.room, .event = member.event, .position = position});
    } else {
      news.readers.insert(member.user);
    }
  }
  void operator()(const storage::PutReceipt& receipt) {
    if (is_read_receipt(receipt.type) && owners.contains(receipt.user)) {
      news.readers.insert(receipt.user);
    }
  }
  void operator()(const storage::PutAccountData& put) {
    if (decides_what_notifies(put) && owners.contains(put.user)) {
      news.changed_rules.insert(put.user);
    }
  }
  void operator()(const storage::PutPusher& put) {
    owners.insert(put.key.user);
    news.changed_pushers.insert(put.key.user);
  }
  void operator()(const storage::RemovePusher& remove) {
    news.changed_pushers.insert(remove.key.user);
  }
  void operator()(const storage::RemovePushersOfOthers& remove) {
    news.taken_over.push_back(remove.key);
  }
  void operator()(const storage::DeleteDevice& remove) {
    if (owners.contains(remove.user)) news.changed_pushers.insert(remove.user);
  }
  template <typename Other>
  void operator()(const Other&) {}
};

}  // namespace

void News::note_room(storage::RoomNumber room, storage::StreamPosition first) {
  const auto [entry, is_new] = rooms.try_emplace(room.value, OfRoom{.first = first});
  if (!is_new) entry->second.first = std::min(entry->second.first, first);
}

void News::add(News later) {
  for (const auto& [number, of_room] : later.rooms) {
    note_room({number}, of_room.first);
    if (of_room.has_redaction) rooms[number].has_redaction = true;
  }
  std::ranges::move(later.invites, std::back_inserter(invites));
  readers.merge(later.readers);
  changed_rules.merge(later.changed_rules);
  changed_pushers.merge(later.changed_pushers);
  std::ranges::move(later.taken_over, std::back_inserter(taken_over));
  until = std::max(until, later.until);
}

PushNews::PushNews(storage::PusherStore& store, storage::CommittedChanges& feed) : store_(store) {
  feed.add_follower([this](const storage::CommittedChange& committed) { note(committed); });
}

runtime::Task<> PushNews::load() {
  const std::vector<protocol::UserId> owners = co_await store_.load_pusher_owners();
  const std::lock_guard lock(mutex_);
  owners_.insert(owners.begin(), owners.end());
}

News PushNews::take() {
  const std::lock_guard lock(mutex_);
  News taken = std::exchange(news_, {});
  news_.until = taken.until;
  return taken;
}

std::vector<protocol::UserId> PushNews::owners_among(
    const std::unordered_set<protocol::UserId>& users) const {
  std::vector<protocol::UserId> found;
  const std::lock_guard lock(mutex_);
  const bool are_owners_fewer = owners_.size() < users.size();
  const auto& fewer = are_owners_fewer ? owners_ : users;
  const auto& others = are_owners_fewer ? users : owners_;
  std::ranges::copy_if(fewer, std::back_inserter(found),
                       [&others](const protocol::UserId& user) { return others.contains(user); });
  return found;
}

std::vector<protocol::UserId> PushNews::owners() const {
  const std::lock_guard lock(mutex_);
  return {owners_.begin(), owners_.end()};
}

void PushNews::note(const storage::CommittedChange& committed) {
  {
    const std::lock_guard lock(mutex_);
    news_.until = committed.position;
    Noting noting{.owners = owners_, .news = news_, .position = committed.position, .room = {}};
    for (const storage::Mutation& mutation : committed.change.mutations) {
      std::visit(noting, mutation);
    }
  }
  bell_.ring();
}

}  // namespace chancery::push
