// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/room_sections.hpp"

#include "base/append_number.hpp"
#include "domain/rooms/member_trail.hpp"
#include "domain/rooms/past_state.hpp"
#include "domain/rooms/state_text.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "domain/sync/account_data_item.hpp"
#include "domain/sync/json_lists.hpp"
#include "domain/sync/state_section.hpp"
#include "domain/sync/stripped_state.hpp"

namespace chancery::sync {

namespace {

// Behind the events of a timeline; `before`: what comes before the first of them.
void end_timeline(std::string& out, bool limited, storage::StreamPosition before) {
  out += limited ? R"(],"limited":true)" : R"(],"limited":false)";
  begin_member(out, "prev_batch");
  base::append_quoted(out, rooms::timeline_token(before));
  out += '}';
}

void append_count(std::string& out, const rooms::UnreadCount& count) {
  out += R"({"highlight_count":)";
  base::append_number(out, count.highlights);
  out += R"(,"notification_count":)";
  base::append_number(out, count.notifications);
  out += '}';
}

constexpr std::size_t kDefaultTimeline = 10;
constexpr std::size_t kLongestTimeline = 500;
constexpr std::size_t kHeroes = 5;
constexpr std::size_t kUsualSection = 1'024;  // bytes: a message or two

std::size_t timeline_limit(const protocol::Filter& filter) {
  return std::min<std::size_t>(filter.room.timeline.events.limit.value_or(kDefaultTimeline),
                               kLongestTimeline);
}

bool changes_summary(const rooms::CachedEventPtr& event) {
  return event->event->is_state() &&
         (event->event->type() == "m.room.member" || event->event->type() == "m.room.name" ||
          event->event->type() == "m.room.canonical_alias");
}

// The member's presence tells the client which of the two it is reading.
void append_no_state_after(std::string& out, const SyncRequest& request) {
  if (request.state_place != StatePlace::after_timeline) return;
  begin_member(out, request.state_after_name);
  out += R"({"events":[]})";
}

}  // namespace

// How many are in a room, and where it has no name, after whom it is called.
struct RoomSections::Summary {
  std::optional<std::vector<protocol::UserId>> heroes;
  rooms::MemberCounts counts;

  void append(std::string& out) const {
    begin_member(out, "summary");
    out += '{';
    if (heroes) {
      base::JsonArray users;
      for (const protocol::UserId& hero : *heroes) users.emplace_back(hero.text());
      begin_member(out, "m.heroes");
      base::append_text(out, users);
    }
    begin_member(out, "m.invited_member_count");
    base::append_number(out, counts.invited);
    begin_member(out, "m.joined_member_count");
    base::append_number(out, counts.joined);
    out += '}';
  }
};

// What the sections of one joined or left room begin with.
struct RoomSections::Started {
  rooms::RoomPtr room;
  rooms::UserRoom as_user;
  SyncWindow window;
  bool tells_all = false;  // the client knows nothing of the room, or asks for everything
  std::vector<protocol::UserId> heroes = {};  // whom the summary names
};

bool RoomSections::may_have_changed(const Wanted& wanted, const rooms::UserRoom& room) const {
  const storage::StreamPosition after = wanted.window.after;
  return wanted.window.initial || wanted.request->state_scope == StateScope::full ||
         ports_.rooms.last_position(room.room) > after || room.position > after ||
         ports_.receipts.last_position(room.room) > after ||
         ports_.typing.changed_at(room.room) > wanted.typing_since ||
         wanted.account_data->contains(room.id.text());
}

runtime::Task<bool> RoomSections::was_joined(rooms::UserRoom room, storage::StreamPosition at) {
  if (room.position <= at) co_return room.membership == rooms::Membership::join;
  const rooms::CachedEventPtr then =
      co_await rooms::find_member_event_at(ports_.rooms.events(), room.event, at);
  if (!then) co_return false;
  co_return protocol::membership_in(then->event->content()) == rooms::Membership::join;
}

runtime::Task<std::string> RoomSections::joined(const Wanted& wanted, rooms::UserRoom room) {
  bool is_new = wanted.window.initial;
  // Whoever has been inside since before the window need not be followed back.
  if (!is_new && room.position > wanted.window.after) {
    is_new = !co_await was_joined(room, wanted.window.after);
  }
  rooms::RoomPtr loaded = ports_.rooms.find_loaded(room.room);
  if (!loaded) loaded = co_await ports_.rooms.get(room.room);
  Started started{.room = std::move(loaded),
                  .as_user = room,
                  .window = wanted.window,
                  .tells_all = is_new || wanted.request->state_scope == StateScope::full};
  if (is_new) {
    started.window.after = {};
    started.window.initial = true;
  }
  Timeline timeline = co_await load_timeline(ports_.rooms, ports_.visible,
                                             {.room = started.room,
                                              .viewer = wanted.request->session.user,
                                              .window = started.window,
                                              .limit = timeline_limit(*wanted.request->filter),
                                              .filter = &wanted.request->filter->room.timeline});
  // For a client that was not in the room there is a gap before whatever is shown.
  if (is_new && !wanted.window.initial) timeline.limited = true;

  std::optional<Summary> summary;
  if (may_change_summary(started, timeline)) summary = co_await summarize(wanted, started);
  if (summary && summary->heroes) started.heroes = *summary->heroes;
  std::string body;
  body.reserve(kUsualSection);
  body += '{';
  const bool has_state = co_await append_timeline_and_state(body, wanted, started, timeline);
  if (ports_.sticky.may_have(room.room)) {
    co_await append_sticky(body, wanted, started, timeline);
  }
  const EphemeralNews news = find_ephemeral(wanted, started);
  if (news.any()) append_events(body, "ephemeral", co_await ephemeral(wanted, started, news));
  std::string account_data;
  if (started.tells_all || !wanted.account_data->empty()) {
    account_data = co_await this->account_data(wanted, started);
  }
  if (!account_data.empty()) {
    append_events(body, "account_data", account_data);
  } else if (started.tells_all) {
    // Whoever is told all is also told that there is none.
    begin_member(body, "account_data");
    body += R"({"events":[]})";
  }
  if (body == "{" && !started.tells_all && !co_await has_read(wanted, started)) co_return "";
  if (!has_state) append_no_state_after(body, *wanted.request);
  if (summary) summary->append(body);
  co_await append_unread(body, wanted, started);
  body += '}';
  co_return body;
}

runtime::Task<bool> RoomSections::append_timeline_and_state(std::string& out, const Wanted& wanted,
                                                            const Started& started,
                                                            const Timeline& timeline) {
  const SyncRequest& request = *wanted.request;
  const EventWriter writer(wanted.view, *request.filter);
  const bool is_lazy = request.filter->room.state.lazy_load_members;
  StateWanted state{.room = started.room,
                    .viewer = request.session.user,
                    .known = {},
                    .shown = request.state_place == StatePlace::after_timeline
                                 ? timeline.state_after
                                 : timeline.state_before,
                    .timeline = &timeline,
                    .filter = &request.filter->room.state,
                    .place = request.state_place,
                    .heroes = started.heroes,
                    .sent = is_lazy ? &ports_.sent_members : nullptr,
                    .chain = wanted.chain,
                    .until = wanted.window.until};
  if (!started.tells_all) {
    const auto known = started.room->find_state_at(started.window.after);
    state.known =
        known ? *known : co_await state_at(ports_.rooms, started.room, started.window.after);
  }
  std::string state_items;
  std::vector<rooms::CachedEventPtr> state_events;
  if (may_have_state(state)) state_events = co_await load_state_section(ports_.rooms, state);
  for (const rooms::CachedEventPtr& event : state_events) {
    if (!state_items.empty()) state_items += ',';
    writer.append(state_items, *event);
  }
  note_shown(wanted, state_events);
  note_shown(wanted, timeline.events);
  const bool has_state = !state_items.empty();
  if (timeline.events.empty() && !timeline.limited && !has_state && !started.tells_all) {
    co_return false;
  }

  const bool is_after = request.state_place == StatePlace::after_timeline;
  if (has_state || started.tells_all || is_after) {
    begin_member(out, is_after ? request.state_after_name : "state");
    out += R"({"events":[)";
    out += state_items;
    out += "]}";
  }
  begin_member(out, "timeline");
  out += R"({"events":[)";
  std::vector<std::string> relations;
  if (ports_.aggregations.may_describe(timeline.events)) {
    relations = co_await ports_.aggregations.describe(timeline.events, wanted.view);
  }
  for (std::size_t i = 0; i < timeline.events.size(); ++i) {
    if (i > 0) out += ',';
    writer.append(out, *timeline.events[i],
                  {.relations = relations.empty() ? std::string_view() : relations[i],
                   .membership = timeline.memberships[i]});
  }
  end_timeline(out, timeline.limited, timeline.before);
  co_return true;
}

void RoomSections::note_shown(const Wanted& wanted,
                              const std::vector<rooms::CachedEventPtr>& events) {
  if (wanted.shown == nullptr) return;
  for (const rooms::CachedEventPtr& one : events) {
    if (!one->event->is_state() || one->event->type() != "m.room.member") continue;
    auto user = protocol::UserId::parse(*one->event->state_key());
    if (user) wanted.shown->insert(*std::move(user));
  }
}

// What changed; of a room that the client comes into all that there is, for it was not told while
// they were outside.
runtime::Task<std::string> RoomSections::account_data(const Wanted& wanted,
                                                      const Started& started) {
  const std::string& room = started.room->id().text();
  if (!started.window.initial || wanted.window.initial) {
    const auto changed = wanted.account_data->find(room);
    co_return changed == wanted.account_data->end() ? std::string() : changed->second;
  }
  const protocol::RoomEventFilter& filter = wanted.request->filter->room.account_data;
  std::string items;
  if (!filter.rooms.accepts(room)) co_return items;
  const auto all = co_await ports_.account_data.load_of_room(wanted.request->session.user, room,
                                                             wanted.window.until);
  for (const accounts::AccountDataItem& item : all) {
    if (!filter.events.types.accepts(item.type)) continue;
    begin_item(items);
    append_account_data(items, item);
  }
  co_return items;
}

// Sticky events that the timeline does not show, whatever its filter and the history's visibility.
runtime::Task<> RoomSections::append_sticky(std::string& out, const Wanted& wanted,
                                            const Started& started, const Timeline& timeline) {
  const auto sticky = co_await ports_.sticky.load({.room = started.room->number(),
                                                   .after = started.window.after,
                                                   .until = started.window.until});
  if (sticky.empty()) co_return;
  std::string items;
  const EventWriter writer(wanted.view, *wanted.request->filter);
  const auto ignored = co_await ports_.visible.ignored_by(wanted.request->session.user);
  for (const rooms::CachedEventPtr& event : sticky) {
    const bool is_shown = std::ranges::any_of(
        timeline.events, [&](const auto& other) { return other->number == event->number; });
    if (is_shown || accounts::IgnoredUsers::hides(*ignored, *event->event)) continue;
    if (!items.empty()) items += ',';
    writer.append(items, *event);
  }
  append_events(out, "msc4354_sticky", items);
}

RoomSections::EphemeralNews RoomSections::find_ephemeral(const Wanted& wanted,
                                                         const Started& started) const {
  const protocol::RoomEventFilter& filter = wanted.request->filter->room.ephemeral;
  const std::string& room = started.room->id().text();
  const auto is_wanted = [&](std::string_view type) {
    return filter.events.types.accepts(type) && filter.rooms.accepts(room);
  };
  const storage::RoomNumber number = started.room->number();
  const bool has_receipts = ports_.receipts.last_position(number) > started.window.after;
  const bool has_typing = ports_.typing.changed_at(number) > wanted.typing_since;
  return {.receipts = has_receipts && is_wanted("m.receipt"),
          .typing = has_typing && is_wanted("m.typing")};
}

runtime::Task<std::string> RoomSections::ephemeral(const Wanted& wanted, const Started& started,
                                                   EphemeralNews news) {
  std::string items;
  const storage::RoomNumber number = started.room->number();
  const protocol::UserId& viewer = wanted.request->session.user;
  const auto ignored = co_await ports_.visible.ignored_by(viewer);
  if (news.receipts) {
    auto receipts = co_await ports_.receipts.load_since(number, started.window.after);
    rooms::keep_shown(receipts, viewer, *ignored);
    for (const std::string& content : rooms::receipts_contents(receipts)) {
      begin_item(items);
      items += fmt::format(R"({{"content":{},"type":"m.receipt"}})", content);
    }
  }
  if (news.typing) {
    base::JsonArray users;
    for (const protocol::UserId& user : ports_.typing.typing_in(number)) {
      if (!ignored->contains(user)) users.emplace_back(user.text());
    }
    // To a client that knows of nobody typing, nobody typing is no news.
    if (!users.empty() || !wanted.window.initial) {
      begin_item(items);
      items +=
          fmt::format(R"({{"content":{{"user_ids":{}}},"type":"m.typing"}})", base::to_text(users));
    }
  }
  co_return items;
}

bool RoomSections::may_change_summary(const Started& started, const Timeline& timeline) {
  return started.tells_all || timeline.limited ||
         std::ranges::any_of(timeline.events, changes_summary);
}

runtime::Task<RoomSections::Summary> RoomSections::summarize(const Wanted& wanted,
                                                             const Started& started) {
  Summary summary{.heroes = std::nullopt, .counts = started.room->count_members()};
  // A name that was taken away is an event without one.
  if (!(co_await rooms::find_state_text(ports_.rooms, started.room, "m.room.name", "name")).empty())
    co_return summary;
  if (!(co_await rooms::find_state_text(ports_.rooms, started.room, "m.room.canonical_alias",
                                        "alias"))
           .empty()) {
    co_return summary;
  }
  summary.heroes = started.room->heroes(wanted.request->session.user, kHeroes);
  co_return summary;
}

// Whether the viewer has read on: their counts have changed, whatever of receipts they want shown.
runtime::Task<bool> RoomSections::has_read(const Wanted& wanted, const Started& started) {
  const storage::RoomNumber number = started.room->number();
  if (ports_.receipts.last_position(number) <= started.window.after) co_return false;
  const auto receipts = co_await ports_.receipts.load_since(number, started.window.after);
  co_return std::ranges::any_of(receipts, [&](const storage::StoredReceipt& receipt) {
    return receipt.user == wanted.request->session.user;
  });
}

runtime::Task<> RoomSections::append_unread(std::string& out, const Wanted& wanted,
                                            const Started& started) {
  const protocol::UserId& viewer = wanted.request->session.user;
  auto at_hand = ports_.unread.find_at_hand(viewer, *started.room);
  const rooms::UnreadCounts counts =
      at_hand ? *std::move(at_hand) : co_await ports_.unread.count(viewer, started.room);
  const bool by_thread = wanted.request->filter->room.timeline.unread_thread_notifications;
  const rooms::UnreadCount& shown = by_thread ? counts.main : counts.whole_room;
  begin_member(out, "unread_notifications");
  append_count(out, shown);
  if (!by_thread || counts.threads.empty()) co_return;
  begin_member(out, "unread_thread_notifications");
  out += '{';
  for (const auto& [thread, count] : counts.threads) {
    begin_member(out, thread);
    append_count(out, count);
  }
  out += '}';
}

runtime::Task<std::string> RoomSections::stripped(rooms::UserRoom room, std::string_view member) {
  std::string body = "{";
  begin_member(body, member);
  body += R"({"events":[)";
  body += co_await load_stripped_state(ports_.rooms, std::move(room));
  body += "]}}";
  co_return body;
}

runtime::Task<std::string> RoomSections::invited(const Wanted& wanted, rooms::UserRoom room) {
  if (!wanted.window.initial && room.position <= wanted.window.after) co_return "";
  const rooms::CachedEventPtr own = co_await ports_.rooms.events().get(room.event);
  const bool is_unwelcome =
      co_await ports_.visible.ignores(wanted.request->session.user, own->event->sender());
  if (is_unwelcome) co_return "";
  co_return co_await stripped(room, "invite_state");
}

runtime::Task<std::string> RoomSections::knocked(const Wanted& wanted, rooms::UserRoom room) {
  if (!wanted.window.initial && room.position <= wanted.window.after) co_return "";
  co_return co_await stripped(room, "knock_state");
}

runtime::Task<std::string> RoomSections::left(const Wanted& wanted, rooms::UserRoom room) {
  const rooms::CachedEventPtr own = co_await ports_.rooms.events().get(room.event);
  // Since when they are out: forgetting the room later gave the row another position. That it was
  // left is told even then, or the person's other devices would keep it.
  room.position = own->position;
  const bool is_news = !wanted.window.initial && room.position > wanted.window.after;
  const bool is_asked =
      wanted.window.initial && wanted.request->filter->room.include_leave && !room.forgotten;
  if (!is_news && !is_asked) co_return "";
  const bool knew_it = is_news && co_await was_joined(room, wanted.window.after);
  Started started{.room = co_await ports_.rooms.get(room.room),
                  .as_user = room,
                  .window = {.after = knew_it ? wanted.window.after : storage::StreamPosition{},
                             .until = std::min(wanted.window.until, room.position),
                             .initial = !knew_it},
                  .tells_all = !knew_it};
  const Timeline timeline =
      co_await load_timeline(ports_.rooms, ports_.visible,
                             {.room = started.room,
                              .viewer = wanted.request->session.user,
                              .window = started.window,
                              .limit = timeline_limit(*wanted.request->filter),
                              .filter = &wanted.request->filter->room.timeline});
  std::string body = "{";
  const auto before = co_await rooms::membership_before(ports_.rooms.events(), own);
  if (before == rooms::Membership::join) {
    if (!co_await append_timeline_and_state(body, wanted, started, timeline)) {
      append_no_state_after(body, *wanted.request);
    }
  } else {
    // Who declined an invitation never saw the room's state; their own event is all there is.
    const EventWriter writer(wanted.view, *wanted.request->filter);
    if (wanted.request->state_place == StatePlace::after_timeline) {
      begin_member(body, wanted.request->state_after_name);
      body += R"({"events":[)";
      writer.append(body, *own);
      body += "]}";
    }
    begin_member(body, "timeline");
    body += R"({"events":[)";
    writer.append(body, *own, {.relations = {}, .membership = room.membership});
    end_timeline(body, false, timeline.before);
  }
  const auto account_data = wanted.account_data->find(room.id.text());
  if (account_data != wanted.account_data->end()) {
    append_events(body, "account_data", account_data->second);
  }
  body += '}';
  co_return body;
}

}  // namespace chancery::sync
