// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_queues.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <exception>
#include <ranges>
#include <unordered_set>
#include <utility>

namespace chancery::push {
namespace {

// The part of a gateway's address that says where it is.
std::string gateway_of(const Pusher& pusher) {
  const std::string_view url = base::find_string(pusher.data, "url").value_or("");
  const std::size_t host = url.find("//");
  return std::string(host == std::string_view::npos ? url : url.substr(0, url.find('/', host + 2)));
}

bool is_live(const Pusher& pusher) { return pusher.enabled == Pusher::Enabled::yes; }
bool is_mail(const Pusher& pusher) { return pusher.kind == kMailKind; }

template <typename Range, typename Member>
bool holds(const Range& range, storage::EventNumber number, Member member) {
  return std::ranges::find(range, number, member) != range.end();
}

// A pusher that was out of reach is told of a room's newest, and of what mentions its owner.
void coalesce(std::deque<Notice>& waiting) {
  std::unordered_set<storage::RoomNumber> told;
  std::deque<Notice> kept;
  for (Notice& notice : std::views::reverse(waiting)) {
    const bool is_newest = told.insert(notice.room).second;
    if (is_newest || notice.outcome->highlight) kept.push_front(std::move(notice));
  }
  waiting = std::move(kept);
}

}  // namespace

storage::StreamPosition PushQueues::Queue::behind_after() const {
  storage::StreamPosition oldest;
  const auto note = [&](const Notice& notice) {
    if (oldest.value == 0 || notice.position < oldest) oldest = notice.position;
  };
  if (under_way) note(*under_way);
  for (const Notice& notice : waiting) note(notice);
  return {oldest.value == 0 ? 0 : oldest.value - 1};
}

PushQueues::PushQueues(Ports ports, Rules rules)
    : ports_(ports),
      rules_(rules),
      gateway_(ports.outbound, ports.clock),
      badges_(ports.rooms, ports.visible, ports.counters),
      slots_(rules.slots) {}

// --- who is to be told -----------------------------------------------------------------------

void PushQueues::match(Person& person, const protocol::UserId& user, std::vector<Pusher> pushers) {
  Queues queues;
  for (Pusher& pusher : pushers) {
    const storage::PusherKey key = pusher_key(user, pusher);
    const auto known =
        std::ranges::find(person.queues, key, [](const auto& one) { return one->key; });
    const bool is_new = known == person.queues.end();
    QueuePtr queue = is_new ? std::make_shared<Queue>() : std::move(*known);
    if (!is_new) person.queues.erase(known);
    queue->key = key;
    queue->pusher = std::move(pusher);
    if (!is_live(queue->pusher)) drop(*queue);
    queues.push_back(std::move(queue));
  }
  for (const QueuePtr& removed : person.queues) {
    drop(*removed);
    removed->stage = Queue::Stage::gone;
  }
  person.queues = std::move(queues);
}

runtime::Task<PushQueues::Queues> PushQueues::load_queues(protocol::UserId user) {
  while (!people_[user].is_current) {
    const std::uint64_t changes = people_[user].changes;
    std::vector<Pusher> pushers = co_await ports_.pushers.load(user);
    Person& person = people_[user];
    if (person.changes != changes) continue;  // while they were read
    match(person, user, std::move(pushers));
    person.is_current = true;
  }
  co_return people_[user].queues;
}

void PushQueues::forget_pushers(const protocol::UserId& user) {
  if (const auto found = people_.find(user); found != people_.end()) {
    found->second.note_change();
  }
}

void PushQueues::take_over(const storage::PusherKey& key) {
  for (auto& [user, person] : people_) {
    if (user == key.user) continue;
    const bool has = std::ranges::any_of(person.queues, [&](const QueuePtr& queue) {
      return queue->key.app_id == key.app_id && queue->key.pushkey_hash == key.pushkey_hash;
    });
    if (has) person.note_change();
  }
}

// --- what waits ------------------------------------------------------------------------------

runtime::Task<> PushQueues::add(protocol::UserId user, Notice notice,
                                std::optional<storage::PusherKey> only) {
  for (const QueuePtr& queue : co_await load_queues(user)) {
    if (only && queue->key != *only) continue;
    if (!is_live(queue->pusher)) continue;
    put(*queue, notice);
    wake(queue);
  }
}

void PushQueues::put(Queue& queue, Notice notice) const {
  const bool is_known = holds(queue.waiting, notice.event, &Notice::event) ||
                        (queue.under_way && queue.under_way->event == notice.event);
  if (is_known) return;
  notice.noted_at = ports_.clock.steady_now();
  queue.waiting.push_back(std::move(notice));
  if (queue.waiting.size() <= kMostWaiting) return;
  coalesce(queue.waiting);
  if (queue.waiting.size() <= kMostWaiting) return;
  queue.waiting.pop_front();
  base::log_info("push_notice_dropped", {{"why", "too many wait for one pusher"}});
}

runtime::Task<> PushQueues::refresh_badge(protocol::UserId user) {
  for (const QueuePtr& queue : co_await load_queues(std::move(user))) {
    if (!is_live(queue->pusher) || is_mail(queue->pusher)) continue;
    queue->wants_badge = true;
    wake(queue);
  }
}

void PushQueues::wake(const QueuePtr& queue) {
  queue->bell.ring();
  active_.insert(queue);
  if (queue->stage != Queue::Stage::idle) return;
  queue->stage = Queue::Stage::running;
  group_.spawn(drain(queue));
}

void PushQueues::drop(Queue& queue) {
  queue.waiting.clear();
  queue.wants_badge = false;
}

std::vector<storage::SetPusherBehind> PushQueues::moved_positions() const {
  std::vector<storage::SetPusherBehind> positions;
  for (const QueuePtr& queue : active_) {
    const storage::StreamPosition now = queue->behind_after();
    if (now != queue->stored_at) positions.push_back({.key = queue->key, .after = now});
  }
  return positions;
}

void PushQueues::note_stored(const std::vector<storage::SetPusherBehind>& positions) {
  for (const storage::SetPusherBehind& stored : positions) {
    const auto queue =
        std::ranges::find(active_, stored.key, [](const auto& one) { return one->key; });
    if (queue != active_.end()) (*queue)->stored_at = stored.after;
  }
  std::erase_if(active_, [](const QueuePtr& queue) {
    const bool is_done = queue->stage != Queue::Stage::running && !queue->under_way;
    return is_done && queue->stored_at == queue->behind_after();
  });
}

runtime::Task<> PushQueues::put_position(storage::SetPusherBehind stored) {
  for (const QueuePtr& queue : co_await load_queues(stored.key.user)) {
    if (queue->key != stored.key) continue;
    queue->stored_at = stored.after;
    active_.insert(queue);
  }
}

std::size_t PushQueues::waiting() const {
  std::size_t count = 0;
  for (const QueuePtr& queue : active_) {
    count += queue->waiting.size() + (queue->under_way ? 1 : 0);
  }
  return count;
}

// --- the telling -----------------------------------------------------------------------------

runtime::Task<> PushQueues::drain(QueuePtr queue) {
  const runtime::CancelToken cancel = group_.cancel_token();
  while (is_wanted(*queue) && queue->has_work()) {
    co_await rest(queue);
    if (!queue->has_work()) break;
    try {
      if (is_mail(queue->pusher)) {
        co_await tell_by_mail(queue);
      } else if (queue->waiting.empty()) {
        co_await tell_badge(queue);
      } else {
        co_await tell_next(queue);
      }
    } catch (const std::exception& error) {
      // As good as a gateway that fails: what waits is kept, and its time comes again. Whatever it
      // is: this task is the only one that tells this pusher.
      base::log_warn("push_notice_not_composed", {{"why", error.what()}});
      take_failed_back(*queue);
      back_off(*queue, {});
    }
    cancel.throw_if_cancelled();
  }
  if (queue->stage == Queue::Stage::running) queue->stage = Queue::Stage::idle;
}

// What failed waits for its time; a badge alone waits a little for more of its kind.
runtime::Task<> PushQueues::rest(QueuePtr queue) {
  const runtime::CancelToken cancel = group_.cancel_token();
  if (queue->not_before > ports_.clock.steady_now()) {
    co_await runtime::sleep_until(queue->not_before, cancel);
  }
  if (is_mail(queue->pusher)) {
    if (!queue->waiting.empty()) {
      co_await runtime::sleep_until(queue->waiting.front().noted_at + kMailDelay, cancel);
    }
    co_return;
  }
  const runtime::SteadyTime until = ports_.clock.steady_now() + kBadgeDelay;
  while (queue->waiting.empty() && ports_.clock.steady_now() < until) {
    const std::uint64_t ticket = queue->bell.ticket();
    if (!queue->waiting.empty()) break;
    co_await queue->bell.wait(ticket, until, cancel);
  }
}

runtime::Task<> PushQueues::tell_next(QueuePtr queue) {
  const Slots::Slot slot = co_await slots_.take(gateway_of(queue->pusher), queue->key.user.text());
  if (queue->waiting.empty()) co_return;  // its pusher went meanwhile
  if (queue->failures > 0) coalesce(queue->waiting);
  queue->under_way = std::move(queue->waiting.front());
  queue->waiting.pop_front();
  if (ports_.clock.steady_now() - queue->under_way->noted_at > kLongestWait) {
    base::log_info("push_notice_dropped", {{"why", "its pusher was out of reach for a day"}});
    queue->under_way.reset();
    co_return;
  }
  std::optional<base::JsonObject> body = co_await compose(queue, *queue->under_way);
  if (!body) {
    queue->under_way.reset();
    co_return;
  }
  if (!co_await look_whether_wanted(queue)) {
    queue->under_way.reset();
    co_return;
  }
  const Pusher pusher = queue->pusher;
  const Delivery delivery =
      co_await gateway_.deliver(pusher, *std::move(body), group_.cancel_token());
  co_await settle(queue, delivery);
}

bool PushQueues::is_wanted(const Queue& queue) {
  return queue.stage == Queue::Stage::running && is_live(queue.pusher);
}

runtime::Task<bool> PushQueues::look_whether_wanted(QueuePtr queue) {
  co_await load_queues(queue->key.user);
  co_return is_wanted(*queue);
}

runtime::Task<> PushQueues::tell_badge(QueuePtr queue) {
  const Slots::Slot slot = co_await slots_.take(gateway_of(queue->pusher), queue->key.user.text());
  queue->wants_badge = false;
  const BadgeCounts counts = co_await badges_.count(queue->key.user);
  if (queue->told == counts || !queue->waiting.empty()) co_return;  // a notice tells them, too
  if (!co_await look_whether_wanted(queue)) co_return;
  const Pusher pusher = queue->pusher;
  const Delivery delivery =
      co_await gateway_.deliver(pusher, badge_body(pusher, counts), group_.cancel_token());
  queue->telling = counts;
  if (delivery.outcome == Delivery::Outcome::failed) {
    // One that is out of reach learns it with the next notice: a badge is not worth trying for
    // ever.
    queue->wants_badge = queue->failures < 3;
  }
  co_await settle(queue, delivery);
}

// What is still unread is counted; then the next mail waits.
runtime::Task<> PushQueues::tell_by_mail(QueuePtr queue) {
  const std::deque<Notice> waiting = queue->waiting;
  Digest digest;
  std::unordered_set<storage::RoomNumber> rooms;
  for (const Notice& notice : waiting) {
    const rooms::RoomPtr room = co_await ports_.rooms.find(notice.room);
    if (!room || !co_await still_stands(queue->key.user, room, notice)) continue;
    if (notice.kind == Notice::Kind::invite) {
      ++digest.invites;
      continue;
    }
    ++digest.messages;
    if (notice.outcome->highlight) ++digest.mentions;
    rooms.insert(notice.room);
  }
  digest.rooms = rooms.size();
  const auto address = mail::Address::parse(queue->pusher.pushkey);
  const bool has_news = digest.messages + digest.invites > 0;
  const bool is_told = address && has_news && ports_.digests.is_offered();
  if (is_told && co_await look_whether_wanted(queue)) {
    co_await ports_.digests.send(queue->key, *address, digest);
    const runtime::SteadyTime now = ports_.clock.steady_now();
    // `not_before` is the end of the last pause: long ago, when all was quiet.
    const bool is_anew = queue->mail_pause.count() == 0 || now - queue->not_before > kMailRest;
    queue->mail_pause = is_anew ? kMailDelay : std::min(queue->mail_pause * 2, kLongestMailPause);
    queue->not_before = now + queue->mail_pause;
    queue->stored_at = {};
  }
  // Those that were counted; others may have come meanwhile.
  std::erase_if(queue->waiting,
                [&](const Notice& notice) { return holds(waiting, notice.event, &Notice::event); });
}

runtime::Task<> PushQueues::settle(QueuePtr queue, Delivery delivery) {
  using Outcome = Delivery::Outcome;
  switch (delivery.outcome) {
    case Outcome::delivered:
      queue->under_way.reset();
      queue->told = queue->telling;
      queue->failures = 0;
      co_return;
    case Outcome::refused:
      queue->under_way.reset();
      back_off(*queue, delivery.retry_after);
      co_return;
    case Outcome::failed:
      take_failed_back(*queue);
      back_off(*queue, delivery.retry_after);
      co_return;
    case Outcome::rejected:
      queue->under_way.reset();
      drop(*queue);
      co_await ports_.pushers.remove_rejected(queue->key);
      co_return;
  }
}

void PushQueues::take_failed_back(Queue& queue) const {
  if (!queue.under_way) return;
  if (is_wanted(queue)) queue.waiting.push_front(*std::move(queue.under_way));
  queue.under_way.reset();
}

// Twice as long each time, half of it by chance, so that what failed together does not come back
// together.
void PushQueues::back_off(Queue& queue, std::chrono::seconds at_least) const {
  queue.told.reset();
  const unsigned doublings = std::min(queue.failures++, 20U);
  const auto longest = std::min(kFirstRetry * (1U << doublings), kLastRetry);
  const std::string chance = ports_.random.bytes(1);
  const auto part = static_cast<unsigned char>(chance.front());
  const auto length = longest / 2 + longest * part / 510;
  queue.not_before = ports_.clock.steady_now() + std::max<base::Milliseconds>(length, at_least);
}

// --- what is told ----------------------------------------------------------------------------

runtime::Task<bool> PushQueues::still_stands(protocol::UserId user, rooms::RoomPtr room,
                                             Notice notice) {
  if (notice.kind == Notice::Kind::invite) {
    const auto current = ports_.rooms.memberships().current_rooms(user);
    const bool is_open = std::ranges::any_of(current, [&](const rooms::UserRoom& one) {
      return one.membership == rooms::Membership::invite && one.event == notice.event;
    });
    if (!is_open) co_return false;
    const rooms::CachedEventPtr invite = co_await ports_.rooms.events().get(notice.event);
    co_return !co_await ports_.visible.ignores(user, invite->event->sender());
  }
  co_return co_await ports_.counters.is_unread(std::move(user), std::move(room), notice.event);
}

// A member of the content of current state; "" when there is none.
runtime::Task<std::string> PushQueues::read_state(rooms::RoomPtr room, std::string type,
                                                  std::string key, std::string member) {
  const storage::EventNumber number = room->find_state(type, key);
  if (number.value == 0) co_return "";
  const rooms::CachedEventPtr event = co_await ports_.rooms.events().get(number);
  co_return std::string(base::find_string(event->event->content(), member).value_or(""));
}

runtime::Task<std::optional<base::JsonObject>> PushQueues::compose(QueuePtr queue, Notice notice) {
  const protocol::UserId user = queue->key.user;
  const rooms::RoomPtr room = co_await ports_.rooms.find(notice.room);
  if (!room || !co_await still_stands(user, room, notice)) {
    queue->wants_badge = true;  // it was read here or elsewhere, or its room was removed
    co_return std::nullopt;
  }
  // It may have been removed just now.
  const auto found = co_await ports_.rooms.events().find(std::vector{notice.event});
  const rooms::CachedEventPtr& event = found.front();
  if (!event) co_return std::nullopt;
  EventTold told{.event = event->event,
                 .room = room->id(),
                 .room_name = {},
                 .room_alias = {},
                 .sender_name = {},
                 .recipient = user,
                 .outcome = *notice.outcome};
  if (!is_ids_only(queue->pusher, rules_.content)) {
    told.room_name = co_await read_state(room, "m.room.name", "", "name");
    told.room_alias = co_await read_state(room, "m.room.canonical_alias", "", "alias");
    told.sender_name =
        co_await read_state(room, "m.room.member", event->event->sender().text(), "displayname");
  }
  BadgeCounts counts = co_await badges_.count(user);
  queue->telling = counts;
  queue->wants_badge = false;
  // A call that rings now has not been missed yet.
  if (notice.kind == Notice::Kind::call && counts.missed_calls > 0) --counts.missed_calls;
  co_return notification_body(queue->pusher, told, counts, rules_.content);
}

}  // namespace chancery::push
