// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sync_engine.hpp"

#include "domain/sync/account_data_item.hpp"
#include "domain/sync/company.hpp"
#include "domain/sync/device_sections.hpp"
#include "domain/sync/json_lists.hpp"

#include <algorithm>
#include <iterator>

namespace chancery::sync {

namespace {

constexpr std::size_t kMostToDevice = 100;   // messages to a device in one answer
constexpr std::size_t kRoomsATurn = 16;      // before others of this thread have theirs
constexpr std::size_t kUsualAnswer = 1'024;  // bytes: a message or two
constexpr std::size_t kAroundSection = 3;    // bytes: quotes and colon of a room's id

devices::DeviceAddress device_of(const SyncRequest& request) {
  return {request.session.user, request.session.device};
}

// The token asked from, where this run of the server gave it: what it says of things that live in
// memory only means something then. Null otherwise.
const SyncToken* token_of_run(const SyncRequest& request, std::uint64_t start) {
  return request.since && request.since->start == start ? &*request.since : nullptr;
}

}  // namespace

// How far what lives in memory was told, and how far it is now.
struct SyncEngine::Serials {
  std::uint64_t typing_since = 0;
  std::uint64_t presence_since = 0;
  std::uint64_t typing = 0;
  std::uint64_t presence = 0;
};

runtime::Task<std::string> SyncEngine::sync(SyncRequest request) {
  // A token from beyond the store is of a time before the store was set back to a copy: what its
  // client knows since then is no more, and it begins anew.
  if (request.since && request.since->position > ports_.feed.last_position()) request.since.reset();
  // Whoever asks from `since` on has got what was before.
  if (request.since && !acknowledge_at_once(request)) co_await acknowledge(request);
  const std::shared_ptr<runtime::Bell> bell = ports_.wake_ups.bell_of(request.session.user);
  const runtime::SteadyTime deadline = ports_.clock.steady_now() + request.timeout;
  const std::uint64_t chain = chain_of(request);
  while (true) {
    // The ticket before anything is looked at: what happens meanwhile is told twice at worst, and
    // rings.
    const std::uint64_t ticket = bell->ticket();
    if (!has_patience(deadline) || !is_up_to_date(request)) {
      std::optional<std::string> body = co_await look_once(request, chain, deadline);
      if (body) co_return *std::move(body);
    }
    (void)co_await bell->wait(ticket, deadline, request.gone);
  }
}

bool SyncEngine::acknowledge_at_once(const SyncRequest& request) {
  return ports_.to_device.acknowledge_at_once(device_of(request), request.since->to_device);
}

runtime::Task<> SyncEngine::acknowledge(const SyncRequest& request) {
  return ports_.to_device.acknowledge(device_of(request), request.since->to_device);
}

bool SyncEngine::has_patience(runtime::SteadyTime deadline) const {
  return ports_.wake_ups.may_wait() && ports_.clock.steady_now() < deadline;
}

runtime::Task<std::optional<std::string>> SyncEngine::look_once(const SyncRequest& request,
                                                                std::uint64_t chain,
                                                                runtime::SteadyTime deadline) {
  // Before the position, and that before anything is read.
  const SyncToken* const known = token_of_run(request, start_);
  const std::uint64_t typing_since = known != nullptr ? known->typing : 0;
  const rooms::Typing::Changes typing = ports_.typing.changed_since(typing_since);
  const protocol::UserId& user = request.session.user;
  std::optional<Moment> at_once = look_at_once(ports_.rooms.memberships(), ports_.feed, user);
  const Moment moment =
      at_once ? *std::move(at_once) : co_await look(ports_.rooms.memberships(), ports_.feed, user);
  const SyncWindow window{
      .after = request.since ? request.since->position : storage::StreamPosition{},
      .until = moment.until,
      .initial = !request.since.has_value()};
  const Question question{.request = request,
                          .window = window,
                          .chain = chain,
                          .typing_since = typing_since,
                          .typing = typing};
  Answer made = co_await answer(question, rooms_to_tell(question, *moment.rooms));
  const bool may_wait = made.news == News::none && !window.initial &&
                        request.state_scope == StateScope::changes && has_patience(deadline);
  if (may_wait) co_return std::nullopt;
  co_return std::move(made.body);
}

bool SyncEngine::is_up_to_date(const SyncRequest& request) const {
  const std::optional<SyncToken>& since = request.since;
  if (!since || since->start != start_ || request.state_scope != StateScope::changes) return false;
  const storage::StreamPosition last = ports_.feed.last_position();
  return since->position == last && since->to_device == last &&
         since->typing == ports_.typing.serial() && since->presence == ports_.presence.serial();
}

std::uint64_t SyncEngine::chain_of(const SyncRequest& request) {
  const SyncToken* const token = token_of_run(request, start_);
  const std::uint64_t known = token != nullptr ? token->chain : 0;
  if (!request.filter->room.state.lazy_load_members) return known;
  const storage::StreamPosition since =
      request.since ? request.since->position : storage::StreamPosition{};
  return ports_.sent_members.continue_or_begin(device_of(request), known, since);
}

SyncEngine::RoomsToTell SyncEngine::rooms_to_tell(const Question& question,
                                                  const rooms::UserRooms& rooms) {
  const std::optional<std::vector<storage::RoomNumber>>& typed_in = question.typing.rooms;
  if (!question.window.initial && question.request.state_scope == StateScope::changes && typed_in) {
    RoomsToTell changed = rooms_with_news(ports_.changed_rooms, rooms, question.window.after);
    const std::size_t committed = changed.size();
    for (const storage::RoomNumber number : *typed_in) {
      const rooms::UserRoom* room = rooms.find(number);
      if (room != nullptr) changed.push_back(room);
    }
    if (changed.size() > committed) {
      std::ranges::sort(changed, {}, &rooms::UserRoom::room);
      const auto repeated = std::ranges::unique(changed);
      changed.erase(repeated.begin(), repeated.end());
    }
    return changed;
  }
  RoomsToTell all;
  all.reserve(rooms.size());
  for (const rooms::UserRoom& room : rooms) all.push_back(&room);
  return all;
}

runtime::Task<SyncEngine::Answer> SyncEngine::answer(const Question& question,
                                                     const RoomsToTell& rooms_to_tell) {
  const SyncRequest& request = question.request;
  const SyncWindow& window = question.window;
  const SyncToken* const known = token_of_run(request, start_);
  const Serials serials{.typing_since = question.typing_since,
                        .presence_since = known != nullptr ? known->presence : 0,
                        .typing = question.typing.serial,
                        .presence = ports_.presence.serial()};
  std::set<protocol::UserId> shown;
  std::string out;
  out.reserve(kUsualAnswer);
  out += '{';
  // Each part is asked for first whether there can be anything: mostly there is not.
  RoomSections::AccountDataByRoom account_data;
  if (may_have_account_data(request, window)) {
    account_data = co_await add_account_data(out, request, window);
  }
  co_await add_rooms(out,
                     {.request = &request,
                      .window = window,
                      .typing_since = serials.typing_since,
                      .view = {.user = request.session.user,
                               .device = request.session.device,
                               .now = ports_.clock.now(),
                               .room_id = rooms::RoomIdMember::left_out},
                      .account_data = &account_data,
                      .chain = question.chain,
                      .shown = request.filter->profile_fields.empty() ? nullptr : &shown},
                     rooms_to_tell);
  Company company;
  if (!window.initial && ports_.rooms.memberships().may_have_moved(window.after)) {
    company = co_await ports_.rooms.memberships().load_company_changes(request.session.user,
                                                                       window.after, window.until);
  }
  if (may_have_presence(request, window, serials)) {
    co_await add_presence(out, question, serials, company);
  }
  storage::StreamPosition told = window.until;
  if (may_have_to_device(request)) told = co_await add_to_device(out, request, window);
  // A client that starts from nothing asks for everyone's keys anyway.
  if (!window.initial && ports_.lists.may_have_changed(window.after)) {
    co_await add_device_lists(out, question, company);
  }
  if (!request.filter->profile_fields.empty()) {
    co_await add_profiles(out, question, company, std::move(shown));
  }
  const News news = out == "{" ? News::none : News::some;
  const devices::DeviceAddress device = device_of(request);
  const auto counts = ports_.keys.find_counts(device);
  add_key_counts(out, counts ? *counts : co_await ports_.keys.count_keys(device));
  begin_member(out, "next_batch");
  base::append_quoted(out, sync_token_text({.position = window.until,
                                            .start = start_,
                                            .typing = serials.typing,
                                            .presence = serials.presence,
                                            .to_device = told,
                                            .chain = question.chain}));
  out += '}';
  co_return Answer{.body = std::move(out), .news = news};
}

bool SyncEngine::may_have_account_data(const SyncRequest& request, const SyncWindow& window) const {
  return window.initial || request.state_scope == StateScope::full ||
         ports_.account_data.may_have_changed(request.session.user, window.after);
}

bool SyncEngine::may_have_presence(const SyncRequest& request, const SyncWindow& window,
                                   const Serials& serials) const {
  if (!ports_.presence.is_enabled()) return false;
  if (!request.filter->presence.types.accepts("m.presence")) return false;
  return window.initial || serials.presence > serials.presence_since ||
         ports_.rooms.memberships().may_have_moved(window.after);
}

bool SyncEngine::may_have_to_device(const SyncRequest& request) const {
  return !request.since ||
         ports_.to_device.may_have_come(request.session.user, request.since->to_device);
}

// What is new, removals too; and all that there is where all is asked for.
runtime::Task<std::vector<accounts::AccountDataItem>> SyncEngine::load_account_data(
    const SyncRequest& request, const SyncWindow& window) {
  const protocol::UserId& user = request.session.user;
  auto items = co_await ports_.account_data.load_changed(user, window.after, window.until);
  if (window.initial || request.state_scope == StateScope::changes) co_return items;
  std::erase_if(items, [](const accounts::AccountDataItem& item) { return !item.is_removed(); });
  auto all = co_await ports_.account_data.load_changed(user, {}, window.until);
  std::ranges::move(all, std::back_inserter(items));
  co_return items;
}

runtime::Task<RoomSections::AccountDataByRoom> SyncEngine::add_account_data(
    std::string& out, const SyncRequest& request, const SyncWindow& window) {
  RoomSections::AccountDataByRoom by_room;
  const auto items = co_await load_account_data(request, window);
  const protocol::Filter& filter = *request.filter;
  std::string global;
  for (const accounts::AccountDataItem& item : items) {
    const bool is_global = item.room.empty();
    const protocol::EventFilter& wanted =
        is_global ? filter.account_data : filter.room.account_data.events;
    if (!wanted.types.accepts(item.type)) continue;
    if (!is_global && !filter.room.account_data.rooms.accepts(item.room)) continue;
    std::string& list = is_global ? global : by_room[item.room];
    begin_item(list);
    append_account_data(list, item);
  }
  append_events(out, "account_data", global);
  co_return by_room;
}

runtime::Task<> SyncEngine::add_rooms(std::string& out, const RoomSections::Wanted& wanted,
                                      const RoomsToTell& rooms_to_tell) {
  const protocol::RoomFilter& filter = wanted.request->filter->room;
  std::string joined;
  std::string invited;
  std::string knocked;
  std::string left;
  std::size_t looked_at = 0;
  for (const rooms::UserRoom* user_room : rooms_to_tell) {
    const rooms::UserRoom& room = *user_room;
    if (!ports_.sections.may_have_changed(wanted, room)) continue;
    if (!filter.rooms.accepts(room.id.text())) continue;
    if (++looked_at % kRoomsATurn == 0) co_await runtime::yield_now();
    std::string* list = &left;
    std::string section;
    switch (room.membership) {
      case rooms::Membership::join:
        list = &joined;
        section = co_await ports_.sections.joined(wanted, room);
        break;
      case rooms::Membership::invite:
        list = &invited;
        section = co_await ports_.sections.invited(wanted, room);
        break;
      case rooms::Membership::knock:
        list = &knocked;
        section = co_await ports_.sections.knocked(wanted, room);
        break;
      case rooms::Membership::leave:
      case rooms::Membership::ban:
        section = co_await ports_.sections.left(wanted, room);
        break;
    }
    if (section.empty()) continue;
    // Mostly there is but one room to tell of.
    if (list->empty()) {
      list->reserve(section.size() + room.id.text().size() + kAroundSection);
    } else {
      *list += ',';
    }
    base::append_quoted(*list, room.id.text());
    *list += ':';
    *list += section;
  }
  if (!wanted.window.initial &&
      ports_.removed_rooms.may_have(wanted.view.user, wanted.window.after)) {
    co_await add_removed_rooms(left, wanted);
  }
  if (joined.empty() && invited.empty() && knocked.empty() && left.empty()) co_return;
  begin_member(out, "rooms");
  out += '{';
  const auto add = [&out](std::string_view name, const std::string& list) {
    if (list.empty()) return;
    begin_member(out, name);
    out += '{';
    out += list;
    out += '}';
  };
  add("join", joined);
  add("invite", invited);
  add("knock", knocked);
  add("leave", left);
  out += '}';
}

runtime::Task<> SyncEngine::add_removed_rooms(std::string& left,
                                              const RoomSections::Wanted& wanted) {
  const SyncRequest& request = *wanted.request;
  const bool is_after = request.state_place == StatePlace::after_timeline;
  const auto stays = co_await ports_.removed_rooms.load_stays(wanted.view.user, wanted.window.after,
                                                              wanted.window.until);
  for (const storage::RemovedStay& stay : stays) {
    // That they left before was told then.
    if (stay.ended <= wanted.window.after) continue;
    if (!request.filter->room.rooms.accepts(stay.id.text())) continue;
    begin_member(left, stay.id.text());
    left += '{';
    begin_member(left, is_after ? request.state_after_name : "state");
    left += R"({"events":[)";
    left += farewell_text(stay, wanted.view.user);
    left += R"(]},"timeline":{"events":[],"limited":false}})";
  }
}

// Goes through whoever is fewer, those who changed or the viewer's company: a first sync would
// otherwise look at everyone on the server.
SyncEngine::Presences SyncEngine::presences_since(const protocol::UserId& viewer,
                                                  const Serials& serials) {
  const rooms::Memberships& memberships = ports_.rooms.memberships();
  const std::uint64_t after = serials.presence_since;
  if (serials.presence <= after) return {};
  const std::size_t most = serials.presence - after;
  if (count_company(memberships, viewer, most) >= most) {
    Presences changed = ports_.presence.changed_since(after);
    std::erase_if(changed, [&](const auto& entry) {
      return entry.first != viewer && !memberships.share_room(viewer, entry.first);
    });
    return changed;
  }
  Presences changed;
  auto company = memberships.users_sharing_with(viewer);
  company.insert(viewer);
  for (const protocol::UserId& user : company) {
    accounts::PresenceState state = ports_.presence.get(user);
    if (state.changed_at > after) changed.emplace_back(user, std::move(state));
  }
  std::ranges::sort(changed, {}, [](const auto& entry) { return entry.second.changed_at; });
  return changed;
}

runtime::Task<> SyncEngine::add_presence(std::string& out, const Question& question,
                                         const Serials& serials, const Company& company) {
  const SyncRequest& request = question.request;
  const protocol::UserId& viewer = request.session.user;
  Presences changed = presences_since(viewer, serials);
  // Of whom the viewer came to share a room with they know nothing yet.
  for (const protocol::UserId& user : company.came) {
    const accounts::PresenceState state = ports_.presence.get(user);
    const bool is_told = state.changed_at == 0 || state.changed_at > serials.presence_since;
    if (!is_told) changed.emplace_back(user, state);
  }
  const auto ignored = co_await ports_.ignored.load(viewer);
  std::string items;
  for (const auto& [user, state] : changed) {
    if (ignored->contains(user)) continue;
    if (!request.filter->presence.accepts("m.presence", user.text())) continue;
    if (!items.empty()) items += ',';
    base::append_text(items, base::JsonObject{{"content", accounts::presence_content(state)},
                                              {"sender", user.text()},
                                              {"type", "m.presence"}});
  }
  append_events(out, "presence", items);
}

runtime::Task<storage::StreamPosition> SyncEngine::add_to_device(std::string& out,
                                                                 const SyncRequest& request,
                                                                 const SyncWindow& window) {
  const devices::DeviceAddress device = device_of(request);
  const storage::StreamPosition after =
      request.since ? request.since->to_device : storage::StreamPosition{};
  devices::ToDevice::Page page =
      co_await ports_.to_device.load(device, after, window.until, kMostToDevice);
  std::string items;
  for (const std::string& message : page.messages) {
    if (!items.empty()) items += ',';
    items += message;
  }
  append_events(out, "to_device", items);
  co_return page.until;
}

runtime::Task<> SyncEngine::add_device_lists(std::string& out, const Question& question,
                                             const Company& company) {
  const SyncWindow& window = question.window;
  const auto changes = co_await ports_.lists.changes_for(question.request.session.user,
                                                         window.after, window.until, &company);
  if (changes.changed.empty() && changes.left.empty()) co_return;
  begin_member(out, "device_lists");
  append_device_lists(out, changes);
}

// With members loaded lazily, whoever is shown for the first time is new to the client; else
// everyone whom the user shares a room with.
std::set<protocol::UserId> SyncEngine::find_newcomers(const Question& question,
                                                      const Company& company,
                                                      std::set<protocol::UserId> shown) const {
  const protocol::UserId& viewer = question.request.session.user;
  const bool is_lazy = question.request.filter->room.state.lazy_load_members;
  if (question.window.initial || question.request.state_scope == StateScope::full) {
    shown.insert(viewer);
    if (is_lazy) return shown;
    const auto all = ports_.rooms.memberships().users_sharing_with(viewer);
    shown.insert(all.begin(), all.end());
    return shown;
  }
  if (!is_lazy) return {company.came.begin(), company.came.end()};
  shown.insert(company.entered.begin(), company.entered.end());
  return shown;
}

runtime::Task<> SyncEngine::add_profiles(std::string& out, const Question& question,
                                         const Company& company, std::set<protocol::UserId> shown) {
  const ProfileFields fields = question.request.filter->profile_fields;
  auto newcomers = find_newcomers(question, company, std::move(shown));
  const ProfileUpdatesByUser updates =
      co_await ports_.profiles.load({.viewer = question.request.session.user,
                                     .fields = &fields,
                                     .window = question.window,
                                     .newcomers = std::move(newcomers),
                                     .gone = company.gone});
  if (updates.empty()) co_return;
  begin_member(out, "org.matrix.msc4429.users");
  out += profile_updates_text(updates);
}

void SyncEngine::add_key_counts(std::string& out, const storage::KeyCounts& counts) {
  append_key_counts(out, counts);
  // COMPAT: matrix-js-sdk and matrix-nio look for the name from before the proposal was merged.
  begin_member(out, "org.matrix.msc2732.device_unused_fallback_key_types");
  append_unused_fallback_types(out, counts);
}

}  // namespace chancery::sync
