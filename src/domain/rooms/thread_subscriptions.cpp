// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/thread_subscriptions.hpp"

#include "base/json_lists.hpp"
#include "base/parse_number.hpp"
#include "domain/rooms/receipts.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace chancery::rooms {

using protocol::ApiError;
using protocol::ErrorCode;
using storage::ThreadFollowing;

namespace {

ApiError no_such_thread() { return {ErrorCode::not_found, "There is no such thread"}; }
ApiError no_subscription() { return {ErrorCode::not_found, "You do not follow this thread"}; }

std::string_view act_name(ThreadFollowing following) {
  return following == ThreadFollowing::unsubscribed ? "room.unsubscribe_thread"
                                                    : "room.subscribe_thread";
}

void append_member(std::string& out, std::string_view name, const base::JsonObject& value) {
  if (value.empty()) return;
  base::begin_member(out, name);
  base::append_text(out, value);
}

}  // namespace

ThreadSubscriptions::ThreadSubscriptions(WritePorts ports, storage::ThreadSubscriptionStore& store,
                                         Reading& reading)
    : ports_(std::move(ports)),
      store_(store),
      reading_(reading),
      started_at_(ports_.committer.last_position()) {
  ports_.committer.add_reader(storage::hear(
      [this](const storage::PutThreadSubscription& put, storage::StreamPosition position) {
        const std::lock_guard lock(mutex_);
        changed_[put.user] = position;
      }));
}

// Throws not_found where the room or the event is not there, or not for this person.
runtime::Task<storage::RoomNumber> ThreadSubscriptions::find_root(const Actor& actor,
                                                                  const Thread& thread) {
  const auto view = co_await reading_.find_view(actor.user, thread.room);
  if (!view) throw no_such_thread();
  (void)co_await reading_.get_event(*view, thread.root);
  co_return view->room->number();
}

runtime::Task<> ThreadSubscriptions::put(const Actor& actor, const Thread& thread,
                                         storage::PutThreadSubscription row) {
  storage::Change change;
  change.audit = ports_.recorder.record({.who = actor.user.text(),
                                         .device = actor.device.text(),
                                         .act = std::string(act_name(row.following)),
                                         .object = thread.root.text(),
                                         .context = thread.room.text(),
                                         .rule = ""});
  change.preconditions.emplace_back(storage::RequireRoomPresent{row.room});
  change.mutations.emplace_back(std::move(row));
  bool is_gone = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageConflict&) {  // the room was removed meanwhile
    is_gone = true;
  }
  if (is_gone) throw no_such_thread();
}

runtime::Task<> ThreadSubscriptions::subscribe(Actor actor, Thread thread,
                                               std::optional<protocol::EventId> cause) {
  const storage::RoomNumber room = co_await find_root(actor, thread);
  CachedEventPtr because;
  if (cause) {
    because = co_await ports_.rooms.events().find(*cause);
    const bool is_in_thread = because && because->room == room &&
                              co_await find_thread(ports_.rooms, because) == thread.root.text();
    if (!is_in_thread) {
      throw ApiError(ErrorCode::not_in_thread, "The event does not belong to that thread");
    }
  }
  const runtime::Turnstile::Turn inside = co_await turns_.enter(actor.user);
  const auto known = co_await store_.find_thread_subscription(actor.user, room, thread.root);
  const ThreadFollowing wanted = cause ? ThreadFollowing::automatic : ThreadFollowing::manual;
  if (known && known->following == ThreadFollowing::unsubscribed && because &&
      because->position <= known->position) {
    throw ApiError(ErrorCode::conflicting_unsubscription,
                   "You have unsubscribed from this thread since that event");
  }
  // "Manual subscriptions take precedence over automatic subscriptions."
  if (known && known->following >= wanted) co_return;
  co_await put(actor, thread,
               {.user = actor.user, .room = room, .thread = thread.root, .following = wanted});
}

runtime::Task<> ThreadSubscriptions::unsubscribe(Actor actor, Thread thread) {
  const storage::RoomNumber room = co_await find_root(actor, thread);
  const runtime::Turnstile::Turn inside = co_await turns_.enter(actor.user);
  const auto known = co_await store_.find_thread_subscription(actor.user, room, thread.root);
  if (!known || known->following == ThreadFollowing::unsubscribed) co_return;
  co_await put(actor, thread,
               {.user = actor.user,
                .room = room,
                .thread = thread.root,
                .following = ThreadFollowing::unsubscribed});
}

runtime::Task<ThreadFollowing> ThreadSubscriptions::get(Actor actor, Thread thread) {
  const storage::RoomNumber room = co_await find_root(actor, thread);
  const auto known = co_await store_.find_thread_subscription(actor.user, room, thread.root);
  if (!known || known->following == ThreadFollowing::unsubscribed) throw no_subscription();
  co_return known->following;
}

runtime::Task<ThreadSubscriptions::Page> ThreadSubscriptions::load_changed(protocol::UserId user,
                                                                           Range range) {
  Page page;
  if (!may_have_changed(user, range.after) || range.limit == 0) co_return page;
  page.changes =
      co_await store_.load_thread_subscriptions(user, range.after, range.until, range.limit + 1);
  if (page.changes.size() <= range.limit) co_return page;
  page.changes.resize(range.limit);
  page.before = storage::StreamPosition{page.changes.back().position.value - 1};
  co_return page;
}

void ThreadSubscriptions::append_changes(std::string& out, const Page& page) {
  base::JsonObject subscribed;
  base::JsonObject unsubscribed;
  for (const storage::StoredThreadSubscription& one : page.changes) {
    const auto id = ports_.rooms.find_id(one.room);
    if (!id) continue;  // removed while somebody subscribed
    const bool is_over = one.following == ThreadFollowing::unsubscribed;
    base::Json& room = (is_over ? unsubscribed : subscribed)[id->text()];
    if (!room.is_object()) room.emplace_object();
    base::JsonObject what{{"bump_stamp", static_cast<std::int64_t>(one.position.value)}};
    if (!is_over) what["automatic"] = one.following == ThreadFollowing::automatic;
    room.get_object()[one.thread.text()] = std::move(what);
  }
  append_member(out, "subscribed", subscribed);
  append_member(out, "unsubscribed", unsubscribed);
}

runtime::Task<std::shared_ptr<const std::unordered_set<std::string>>>
ThreadSubscriptions::load_followed(protocol::UserId user) {
  const storage::StreamPosition newest{static_cast<std::uint64_t>(INT64_MAX)};
  const auto rows =
      co_await store_.load_thread_subscriptions(std::move(user), {}, newest, kMostFollowed);
  auto roots = std::make_shared<std::unordered_set<std::string>>();
  for (const storage::StoredThreadSubscription& row : rows) {
    if (row.following != ThreadFollowing::unsubscribed) roots->insert(row.thread.text());
  }
  if (roots->empty()) co_return nullptr;
  co_return roots;
}

bool ThreadSubscriptions::may_have_changed(const protocol::UserId& user,
                                           storage::StreamPosition after) const {
  const std::lock_guard lock(mutex_);
  const auto found = changed_.find(user);
  return found == changed_.end() ? after < started_at_ : after < found->second;
}

std::string thread_changes_token(storage::StreamPosition until) {
  return fmt::format("t{}", until.value);
}

std::optional<storage::StreamPosition> parse_thread_changes_token(std::string_view text) {
  if (!text.starts_with('t')) return std::nullopt;
  const auto value = base::parse_number<std::uint64_t>(text.substr(1));
  if (!value || *value > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return storage::StreamPosition{*value};
}

}  // namespace chancery::rooms
