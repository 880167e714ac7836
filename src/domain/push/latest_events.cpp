// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/latest_events.hpp"

#include "domain/rooms/receipts.hpp"

#include <ranges>
#include <utility>

namespace chancery::push {
namespace {

bool has_place(const rooms::CachedEvent& event, std::size_t events, std::size_t bytes) {
  return events < LatestEvents::kMostEvents &&
         bytes + event.event->content_text().size() <= LatestEvents::kMostBytes;
}

protocol::PushRoom shared_room(const RoomView& room, const rooms::CachedEvent& event,
                               bool is_in_thread) {
  protocol::PushRoom shared = room.as_sent_by(event.event->sender());
  if (is_in_thread) shared.thread = protocol::InThread::not_followed;
  return shared;
}

}  // namespace

LatestEvent::LatestEvent(rooms::CachedEventPtr of, std::shared_ptr<const FlatMessage> flattened,
                         RoomView in_room, std::string in_thread)
    : event(std::move(of)),
      flat(std::move(flattened)),
      room(std::move(in_room)),
      thread(std::move(in_thread)),
      root(find_thread_root(*event->event)),
      answers(flat->flat, shared_room(room, *event, root.has_value())) {}

const protocol::PushOutcome& LatestEvent::evaluate(const RulesInForce& rules,
                                                   const MemberName& name) const {
  if (is_ignored(rules, *event->event)) return protocol::no_push();
  return rules.compiled->evaluate(answers, {.display_name = name.display_name,
                                            .name_start = name.start,
                                            .thread = follows(rules, root)});
}

bool LatestEvents::prepend(std::shared_ptr<const LatestEvent> older) {
  const rooms::CachedEvent& event = *older->event;
  if (!has_place(event, events_.size(), bytes_)) {
    after_ = event.position;
    return false;
  }
  bytes_ += event.event->content_text().size();
  events_.insert(events_.begin(), std::move(older));
  return true;
}

runtime::Task<std::shared_ptr<const LatestEvents>> LatestEvents::load(rooms::Rooms& rooms,
                                                                      FlatEvents& flat,
                                                                      rooms::RoomPtr room,
                                                                      Start start) {
  auto latest = std::make_shared<LatestEvents>();
  latest->until_ = room->last_position();
  const RoomView view = RoomView::of(*room);
  // What was worked out in another state of the room is not what its rules would say today.
  if (start.before && !start.before->events_.empty() &&
      start.before->events_.back()->room != view) {
    start.before = nullptr;
  }
  latest->after_ = start.before ? start.before->until_ : start.after;
  const std::vector<rooms::CachedEventPtr> page =
      co_await rooms.load_timeline({.room = room->number(),
                                    .after = latest->after_,
                                    .until = latest->until_,
                                    .direction = storage::Direction::backwards,
                                    .limit = kMostEvents + 1});
  for (const rooms::CachedEventPtr& event : page) {
    // Before it is flattened, which costs more than it is long.
    if (!has_place(*event, latest->events_.size(), latest->bytes_)) {
      latest->after_ = event->position;
      co_return latest;
    }
    std::string thread = co_await rooms::find_thread(rooms, event);
    latest->prepend(std::make_shared<const LatestEvent>(event, flat.get(event->event), view,
                                                        std::move(thread)));
  }
  if (!start.before) co_return latest;
  for (const auto& older : std::views::reverse(start.before->events_)) {
    if (!latest->prepend(older)) co_return latest;
  }
  latest->after_ = start.before->after_;
  co_return latest;
}

}  // namespace chancery::push
