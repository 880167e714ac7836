// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/receipts.hpp"

#include "base/json.hpp"
#include "domain/rooms/sending.hpp"
#include "protocol/api_error.hpp"
#include "protocol/relations.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

// A reaction or an edit belongs where that belongs which it speaks of, which may be another edit.
constexpr int kMostSteps = 4;

ApiError not_in_room() { return {ErrorCode::forbidden, "You are not in this room"}; }

StoredReceipt to_stored(const storage::PutReceipt& put, storage::StreamPosition position) {
  return {.user = put.user,
          .type = put.type,
          .thread = put.thread,
          .event = put.event,
          .event_position = put.event_position,
          .at = put.at,
          .position = position};
}

// The object of that name, made where there is none.
base::JsonObject& object_in(base::JsonObject& parent, std::string_view name) {
  base::Json& value = parent[name];
  if (!value.is_object()) value.emplace_object();
  return value.get_object();
}

// Into the first content in which that person has said nothing of the event yet.
void put_in(std::vector<base::JsonObject>& contents, const StoredReceipt& receipt) {
  base::JsonObject mark{{"ts", receipt.at.milliseconds}};
  if (!receipt.thread.empty()) mark["thread_id"] = receipt.thread;
  for (std::size_t i = 0;; ++i) {
    if (i == contents.size()) contents.emplace_back();
    base::JsonObject& users = object_in(object_in(contents[i], receipt.event.text()), receipt.type);
    if (users.contains(receipt.user.text())) continue;
    users[receipt.user.text()] = std::move(mark);
    return;
  }
}

struct RelatedEvent {
  protocol::EventId id;
  bool is_root = false;  // of the thread that the event is in
};

std::optional<RelatedEvent> find_related(const CachedEvent& event) {
  // Most have none, and need not be turned into values to say so.
  if (!event.event->content_text().contains(R"("m.relates_to")")) return std::nullopt;
  const auto relation = protocol::find_relation(event.event->content());
  if (!relation || !relation->has_type()) return std::nullopt;
  auto id = protocol::EventId::parse(relation->event_id);
  if (!id) return std::nullopt;
  return RelatedEvent{.id = *std::move(id), .is_root = relation->thread_root().has_value()};
}

// Whether a receipt for the thread of `root` may name `event`: the root itself, what is in the
// thread, and what relates to either in any way.
runtime::Task<bool> may_mark_thread(Rooms& rooms, CachedEventPtr event, std::string root) {
  for (int step = 0; step <= kMostSteps && event; ++step) {
    if (event->event->id().text() == root) co_return true;
    const std::optional<RelatedEvent> related = find_related(*event);
    if (!related) break;
    event = co_await rooms.events().find(related->id);
  }
  co_return false;
}

// The event up to which the person read the room; null when none is known.
runtime::Task<CachedEventPtr> find_fully_read(Rooms& rooms, accounts::AccountData& account_data,
                                              protocol::UserId user, std::string room) {
  const auto content = co_await account_data.find(std::move(user), std::move(room), "m.fully_read");
  if (!content) co_return nullptr;
  const auto json = base::parse_json(*content);
  if (!json || !json->is_object()) co_return nullptr;
  auto id =
      protocol::EventId::parse(base::find_string(json->get_object(), "event_id").value_or(""));
  if (!id) co_return nullptr;
  co_return co_await rooms.events().find(*std::move(id));
}

}  // namespace

runtime::Task<std::string> find_thread(Rooms& rooms, CachedEventPtr event) {
  const storage::RoomNumber room = event->room;
  for (int step = 0; step < kMostSteps && event && event->room == room; ++step) {
    const std::optional<RelatedEvent> related = find_related(*event);
    if (!related) break;
    if (related->is_root) co_return related->id.text();
    event = co_await rooms.events().find(related->id);
  }
  co_return std::string(kMainThread);
}

Receipts::Receipts(WritePorts ports, storage::ReceiptStore& store,
                   accounts::AccountData& account_data, std::size_t most_in_memory)
    : ports_(std::move(ports)),
      store_(store),
      account_data_(account_data),
      most_in_memory_(most_in_memory) {
  ports_.committer.add_reader(
      storage::hear([this](const storage::PutReceipt& put,
                           storage::StreamPosition position) { apply(put, position); },
                    [this](const storage::RemoveRoom& removed) { forget(removed.number); }));
}

runtime::Task<> Receipts::load() {
  for (const auto& [room, position] : co_await store_.load_last_receipts()) {
    last_.set(room, position);
  }
}

runtime::Task<CachedEventPtr> Receipts::get_event_of_member(const Actor& actor, protocol::RoomId id,
                                                            protocol::EventId event_id) {
  const RoomPtr room = co_await get_room(ports_.rooms, std::move(id));
  const std::optional<Member> member = room->find_member(actor.user);
  if (!member || member->membership != Membership::join) throw not_in_room();
  CachedEventPtr event = co_await ports_.rooms.events().find(std::move(event_id));
  if (!event || event->room != room->number()) {
    throw ApiError(ErrorCode::not_found, "There is no such event in this room");
  }
  co_return event;
}

runtime::Task<> Receipts::mark(Actor actor, Mark mark) {
  const CachedEventPtr event =
      co_await get_event_of_member(actor, std::move(mark.room), std::move(mark.event));
  bool is_in_thread = true;
  if (mark.thread == kMainThread) {
    is_in_thread = co_await find_thread(ports_.rooms, event) == kMainThread;
  } else if (!mark.thread.empty()) {
    is_in_thread = co_await may_mark_thread(ports_.rooms, event, mark.thread);
  }
  if (!is_in_thread) {
    throw ApiError(ErrorCode::invalid_param, "The event does not belong to that thread");
  }
  storage::PutReceipt put{.room = event->room,
                          .user = actor.user,
                          .type = std::move(mark.type),
                          .thread = std::move(mark.thread),
                          .event = event->event->id(),
                          .event_position = event->position,
                          .at = ports_.clock.now()};
  // Asked and committed in one turn, or an older one that was asked about meanwhile would come
  // last.
  const runtime::Turnstile::Turn turn = co_await marking_.enter(actor.user);
  const bool is_said = co_await ask<bool>(
      put.room, [&put](const RoomReceipts& known) { return known.is_said(put); });
  if (is_said) co_return;
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireRoomPresent{put.room});
  change.mutations.emplace_back(std::move(put));
  bool is_gone = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageConflict&) {  // the room went meanwhile, and they are not in it
    is_gone = true;
  }
  if (is_gone) throw not_in_room();
}

runtime::Task<> Receipts::mark_fully_read(Actor actor, protocol::RoomId room,
                                          protocol::EventId event_id) {
  const std::string id = room.text();
  const CachedEventPtr event =
      co_await get_event_of_member(actor, std::move(room), std::move(event_id));
  const runtime::Turnstile::Turn turn = co_await marking_.enter(actor.user);
  // A client that wakes up late does not pull the line of all others back.
  const CachedEventPtr before =
      co_await find_fully_read(ports_.rooms, account_data_, actor.user, id);
  if (before && before->room == event->room && before->position >= event->position) co_return;
  const base::JsonObject content{{"event_id", event->event->id().text()}};
  storage::Change change;
  account_data_.add_to(change, actor.user, id, "m.fully_read", base::to_text(content));
  co_await ports_.committer.commit(std::move(change));
}

RoomReceipts* Receipts::find_loaded(storage::RoomNumber room) {
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return nullptr;
  uses_.splice(uses_.begin(), uses_, found->second.use);
  return &found->second.receipts;
}

runtime::Task<> Receipts::load_room(storage::RoomNumber room) {
  while (true) {
    ReceiptsOfRoom rows = co_await store_.load_receipts(room);
    storage::StreamPosition newest;
    for (const StoredReceipt& row : rows) newest = std::max(newest, row.position);
    const std::lock_guard lock(mutex_);
    if (rooms_.contains(room)) co_return;
    // The feed may have told of a receipt since: then these rows are old already.
    if (newest < last_.get(room)) continue;
    uses_.push_front(room);
    const auto [loaded, is_new] = rooms_.try_emplace(
        room, Loaded{.receipts = RoomReceipts(std::move(rows)), .use = uses_.begin()});
    size_ += loaded->second.receipts.size();
    trim();
    co_return;
  }
}

void Receipts::trim() {
  while (size_ > most_in_memory_ && rooms_.size() > 1) {
    const auto oldest = rooms_.find(uses_.back());
    size_ -= oldest->second.receipts.size();
    rooms_.erase(oldest);
    uses_.pop_back();
  }
}

std::size_t Receipts::size() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

template <typename Answer>
runtime::Task<Answer> Receipts::ask(storage::RoomNumber room,
                                    std::function<Answer(const RoomReceipts&)> question) {
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (const RoomReceipts* loaded = find_loaded(room)) co_return question(*loaded);
      // Of most rooms that there is none is known without a question to the store.
      if (last_.get(room).value == 0) co_return question(RoomReceipts({}));
    }
    co_await load_room(room);
  }
}

runtime::Task<ReceiptsOfRoom> Receipts::load_since(storage::RoomNumber room,
                                                   storage::StreamPosition after) {
  co_return co_await ask<ReceiptsOfRoom>(
      room, [after](const RoomReceipts& known) { return known.since(after); });
}

runtime::Task<ReceiptsOfRoom> Receipts::load_of(storage::RoomNumber room, protocol::UserId user) {
  co_return co_await ask<ReceiptsOfRoom>(
      room, [&user](const RoomReceipts& known) { return known.of(user); });
}

void Receipts::apply(const storage::PutReceipt& put, storage::StreamPosition position) {
  const std::lock_guard lock(mutex_);
  last_.set(put.room, position);
  const auto loaded = rooms_.find(put.room);
  if (loaded == rooms_.end()) return;
  size_ -= loaded->second.receipts.size();
  loaded->second.receipts.put(to_stored(put, position));
  size_ += loaded->second.receipts.size();
  trim();
}

// The rows are gone: whoever asks all the same finds none, and does not wait for one to come.
void Receipts::forget(storage::RoomNumber room) {
  const std::lock_guard lock(mutex_);
  last_.set(room, {});
  const auto loaded = rooms_.find(room);
  if (loaded == rooms_.end()) return;
  size_ -= loaded->second.receipts.size();
  uses_.erase(loaded->second.use);
  rooms_.erase(loaded);
}

void keep_shown(ReceiptsOfRoom& receipts, const protocol::UserId& viewer,
                const accounts::IgnoredUsers::Users& ignored) {
  std::erase_if(receipts, [&](const StoredReceipt& receipt) {
    const bool is_hidden = receipt.type == "m.read.private" && receipt.user != viewer;
    return is_hidden || ignored.contains(receipt.user);
  });
}

std::vector<std::string> receipts_contents(const ReceiptsOfRoom& receipts) {
  enum class Place : std::uint8_t { unthreaded, main, thread };
  const auto place_of = [](const StoredReceipt& receipt) {
    if (receipt.thread.empty()) return Place::unthreaded;
    return receipt.thread == kMainThread ? Place::main : Place::thread;
  };
  std::vector<base::JsonObject> contents;
  for (const Place place : {Place::unthreaded, Place::main, Place::thread}) {
    for (const StoredReceipt& receipt : receipts) {
      if (place_of(receipt) == place) put_in(contents, receipt);
    }
  }
  std::vector<std::string> texts;
  texts.reserve(contents.size());
  for (const base::JsonObject& content : contents) texts.push_back(base::to_text(content));
  return texts;
}

}  // namespace chancery::rooms
