// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_extensions.hpp"

#include "base/append_number.hpp"
#include "domain/sync/account_data_item.hpp"
#include "domain/sync/device_sections.hpp"
#include "domain/sync/json_lists.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace chancery::sync {

namespace {

void append_item(std::string& list, const accounts::AccountDataItem& item) {
  begin_item(list);
  append_account_data(list, item);
}

// `"name":{"rooms":{…}}`
void append_rooms(std::string& out, std::string_view name, std::string_view rooms) {
  begin_member(out, name);
  out += R"({"rooms":{)";
  out += rooms;
  out += "}}";
}

void begin_room(std::string& rooms, const RoomWanted& wanted) {
  if (!rooms.empty()) rooms += ',';
  base::append_quoted(rooms, wanted.room.id.text());
  rooms += ':';
}

}  // namespace

bool SlidingExtensions::acknowledge_at_once(const SlidingRequest& request,
                                            storage::StreamPosition last) {
  const auto& wanted = request.body.extensions.to_device;
  if (!wanted || !wanted->since || *wanted->since > last) return true;
  return ports_.to_device.acknowledge_at_once({request.session.user, request.session.device},
                                              *wanted->since);
}

runtime::Task<> SlidingExtensions::acknowledge(const SlidingRequest& request) {
  co_await ports_.to_device.acknowledge({request.session.user, request.session.device},
                                        request.body.extensions.to_device->since.value());
}

bool SlidingExtensions::is_up_to_date(const SlidingRequest& request, const ToldOfAll& known,
                                      storage::StreamPosition last) const {
  const ExtensionsWanted& wanted = request.body.extensions;
  const SlidingRules& rules = *request.body.rules;
  // Receipts have positions of their own among all others, and what had no place is known as rest.
  return (!wanted.to_device || wanted.to_device->since == last) &&
         (!wanted.e2ee || known.keys == last) &&
         (!wanted.thread_subscriptions || known.threads == last) &&
         (!wanted.sticky_events || wanted.sticky_events->since == last) &&
         (!rules.account_data || known.account_data == last) &&
         (!rules.profiles || known.profiles == last) &&
         (!rules.typing || known.typing == ports_.typing.serial());
}

runtime::Task<bool> SlidingExtensions::add(std::string& out, const SlidingAnswer& answer,
                                           const std::vector<RoomWanted>& shown,
                                           TellingDraft& draft) {
  const ExtensionsWanted& wanted = answer.request.body.extensions;
  const SlidingRules& rules = *answer.request.body.rules;
  bool has_news = false;
  if (wanted.to_device) has_news |= co_await add_to_device(out, answer);
  if (wanted.e2ee) has_news |= co_await add_keys(out, answer, draft);
  if (rules.account_data && may_have_account_data(answer, shown, draft)) {
    has_news |= co_await add_account_data(out, answer, shown, draft);
  }
  if (rules.account_data) draft.all().account_data = answer.until;
  const auto may_have_receipts = [&](const RoomWanted& wanted_room) {
    return this->may_have_receipts(wanted_room, *rules.receipts, draft);
  };
  if (rules.receipts && std::ranges::any_of(shown, may_have_receipts)) {
    has_news |= co_await add_receipts(out, answer, shown, draft);
  }
  const auto may_have_typing = [&](const RoomWanted& wanted_room) {
    return this->may_have_typing(wanted_room, *rules.typing, draft);
  };
  if (rules.typing && std::ranges::any_of(shown, may_have_typing)) {
    has_news |= co_await add_typing(out, answer, shown, draft);
  }
  if (wanted.thread_subscriptions) has_news |= co_await add_threads(out, answer, draft);
  if (wanted.sticky_events) has_news |= co_await ports_.sticky.add(out, answer, draft);
  if (rules.profiles) has_news |= co_await ports_.profiles.add(out, answer, shown, draft);
  co_return has_news;
}

runtime::Task<bool> SlidingExtensions::add_to_device(std::string& out,
                                                     const SlidingAnswer& answer) {
  const auto& wanted = answer.request.body.extensions.to_device;
  storage::StreamPosition after = wanted->since.value_or(storage::StreamPosition{});
  // From before the store was set back to a copy: nothing of that is left.
  if (after > answer.until) after = {};
  const devices::DeviceAddress device{answer.view.user, answer.view.device};
  devices::ToDevice::Page page{.messages = {}, .until = answer.until};
  if (ports_.to_device.may_have_come(device.user, after)) {
    page = co_await ports_.to_device.load(device, after, answer.until, wanted->limit);
  }
  begin_member(out, "to_device");
  out += R"({"next_batch":")";
  base::append_number(out, page.until.value);
  out += R"(","events":[)";
  for (const std::string& message : page.messages) {
    begin_item(out);
    out += message;
  }
  out += "]}";
  co_return !page.messages.empty();
}

runtime::Task<bool> SlidingExtensions::add_keys(std::string& out, const SlidingAnswer& answer,
                                                TellingDraft& draft) {
  const devices::DeviceAddress device{answer.view.user, answer.view.device};
  const auto at_once = ports_.keys.find_counts(device);
  const storage::KeyCounts counts = at_once ? *at_once : co_await ports_.keys.count_keys(device);
  std::string body = "{";
  append_key_counts(body, counts);
  bool has_news = draft.all().key_counts != body;
  draft.all().key_counts = body;
  draft.all().keys = answer.until;
  // Who starts from nothing asks for everyone's keys anyway.
  const storage::StreamPosition since = answer.connection.known().position;
  if (since.value != 0 && ports_.lists.may_have_changed(since)) {
    const auto changes = co_await ports_.lists.changes_for(answer.view.user, since, answer.until);
    if (!changes.changed.empty() || !changes.left.empty()) {
      begin_member(body, "device_lists");
      append_device_lists(body, changes);
      has_news = true;
    }
  }
  begin_member(out, "e2ee");
  out += body;
  out += '}';
  co_return has_news;
}

bool SlidingExtensions::may_have_account_data(const SlidingAnswer& answer,
                                              const std::vector<RoomWanted>& shown,
                                              const TellingDraft& draft) const {
  const ExtensionScope& scope = *answer.request.body.rules->account_data;
  storage::StreamPosition told_of_all = draft.all().account_data;
  for (const RoomWanted& wanted : shown) {
    const ToldRoom& told = draft.get(wanted.room.room);
    if (told.told.value != 0 && wanted.is_in(scope)) {
      told_of_all = std::min(told_of_all, told.account_data);
    }
  }
  return told_of_all.value == 0 ||
         ports_.account_data.may_have_changed(answer.view.user, told_of_all);
}

runtime::Task<bool> SlidingExtensions::add_account_data(std::string& out,
                                                        const SlidingAnswer& answer,
                                                        const std::vector<RoomWanted>& shown,
                                                        TellingDraft& draft) {
  const auto& scope = answer.request.body.rules->account_data;
  const storage::StreamPosition told_of_account = draft.all().account_data;
  // Of what each was told, the oldest: everything since then is read once.
  storage::StreamPosition after = told_of_account.value == 0 ? answer.until : told_of_account;
  for (const RoomWanted& wanted : shown) {
    const storage::StreamPosition told = draft.get(wanted.room.room).account_data;
    if (told.value != 0 && wanted.is_in(*scope)) after = std::min(after, told);
  }
  std::vector<accounts::AccountDataItem> changed;
  if (ports_.account_data.may_have_changed(answer.view.user, after)) {
    changed = co_await ports_.account_data.load_changed(answer.view.user, after, answer.until);
  }
  std::string global;
  if (told_of_account.value == 0) {
    const auto all = co_await ports_.account_data.load_of_room(answer.view.user, "", answer.until);
    for (const accounts::AccountDataItem& item : all) append_item(global, item);
  } else {
    for (const accounts::AccountDataItem& item : changed) {
      if (item.room.empty() && item.position > told_of_account) append_item(global, item);
    }
  }
  const std::string of_rooms = co_await account_data_of(answer, shown, changed, draft);
  if (global.empty() && of_rooms.empty()) co_return false;
  begin_member(out, "account_data");
  out += '{';
  if (!global.empty()) {
    begin_member(out, "global");
    out += '[' + global + ']';
  }
  if (!of_rooms.empty()) {
    begin_member(out, "rooms");
    out += '{' + of_rooms + '}';
  }
  out += '}';
  co_return true;
}

runtime::Task<std::string> SlidingExtensions::account_data_of(
    const SlidingAnswer& answer, const std::vector<RoomWanted>& shown,
    const std::vector<accounts::AccountDataItem>& changed, TellingDraft& draft) {
  std::unordered_map<std::string_view, std::vector<const accounts::AccountDataItem*>> by_room;
  for (const accounts::AccountDataItem& item : changed) {
    if (!item.room.empty()) by_room[item.room].push_back(&item);
  }
  // Of one new room what there is of it is read; of several, all at once.
  std::unordered_map<std::string, std::string> all;
  const auto is_new = [&](const RoomWanted& wanted) {
    const ToldRoom told = draft.get(wanted.room.room);
    return wanted.is_in(*answer.request.body.rules->account_data) && told.told.value != 0 &&
           told.account_data.value == 0;
  };
  const bool has_several = std::ranges::count_if(shown, is_new) > 1;
  if (has_several) {
    for (const accounts::AccountDataItem& item :
         co_await ports_.account_data.load_changed(answer.view.user, {}, answer.until)) {
      if (!item.room.empty()) append_item(all[item.room], item);
    }
  }
  std::string rooms;
  for (const RoomWanted& wanted : shown) {
    if (!wanted.is_in(*answer.request.body.rules->account_data)) continue;
    ToldRoom told = draft.get(wanted.room.room);
    if (told.told.value == 0) continue;  // the room itself was left for the next answer
    std::string list;
    if (told.account_data.value == 0 && has_several) {
      list = all[wanted.room.id.text()];
    } else if (told.account_data.value == 0) {
      const auto items = co_await ports_.account_data.load_of_room(
          answer.view.user, wanted.room.id.text(), answer.until);
      for (const accounts::AccountDataItem& item : items) append_item(list, item);
    } else if (const auto found = by_room.find(wanted.room.id.text()); found != by_room.end()) {
      for (const accounts::AccountDataItem* item : found->second) {
        if (item->position > told.account_data) append_item(list, *item);
      }
    }
    if (told.account_data.value != 0 && list.empty()) continue;
    told.account_data = answer.until;
    draft.set(wanted.room.room, told);
    if (list.empty()) continue;
    begin_room(rooms, wanted);
    rooms += '[' + list + ']';
  }
  co_return rooms;
}

// Of a room that is new to the client: receipts for the events that it is shown, and its own. Where
// some of what was told had no place beside others, all of that time: they are among them.
runtime::Task<rooms::ReceiptsOfRoom> SlidingExtensions::receipts_of(const SlidingAnswer& answer,
                                                                    storage::RoomNumber room,
                                                                    const ToldRoom& told,
                                                                    const TellingDraft& draft) {
  const bool is_rest = told.receipt_rest != 0;
  const storage::StreamPosition after = is_rest ? storage::StreamPosition{} : told.receipts;
  auto receipts = co_await ports_.receipts.load_since(room, after);
  rooms::keep_shown(receipts, answer.view.user, *co_await ports_.ignored.load(answer.view.user));
  if (is_rest) {
    std::erase_if(receipts, [&](const storage::StoredReceipt& receipt) {
      return receipt.position > told.receipts;
    });
  } else if (told.receipts.value == 0) {
    std::unordered_set<protocol::EventId> shown;
    for (const rooms::CachedEventPtr& event : draft.shown(room).timeline) {
      shown.insert(event->event->id());
    }
    std::erase_if(receipts, [&](const storage::StoredReceipt& receipt) {
      return receipt.user != answer.view.user && !shown.contains(receipt.event);
    });
  }
  co_return receipts;
}

// The content of the room's `m.receipt`, of which an answer has one. A second receipt of the same
// person for the same event, in another thread, has no place in it and comes with the next answer.
runtime::Task<std::string> SlidingExtensions::tell_receipts(const SlidingAnswer& answer,
                                                            storage::RoomNumber room,
                                                            ToldRoom& told, TellingDraft& draft) {
  const std::size_t next = told.receipt_rest;
  std::vector<std::string> contents;
  if (next > 0 || ports_.receipts.last_position(room) > told.receipts) {
    contents = rooms::receipts_contents(co_await receipts_of(answer, room, told, draft));
  }
  if (next == 0) told.receipts = answer.until;
  const bool has_rest = next + 1 < contents.size() && next < ToldRoom::kMostReceiptRest;
  told.receipt_rest = has_rest ? static_cast<std::uint8_t>(next + 1) : 0;
  // What came meanwhile waits for the answer after the rest.
  const bool has_newer = next > 0 && ports_.receipts.last_position(room) > told.receipts;
  if (has_rest || has_newer) draft.all().has_rest = true;
  co_return next < contents.size() ? contents[next] : std::string();
}

bool SlidingExtensions::may_have_receipts(const RoomWanted& wanted, const ExtensionScope& scope,
                                          const TellingDraft& draft) const {
  const ToldRoom& told = draft.get(wanted.room.room);
  if (told.told.value == 0 || !wanted.is_in(scope)) return false;
  return told.receipts.value == 0 || told.receipt_rest != 0 ||
         ports_.receipts.last_position(wanted.room.room) > told.receipts;
}

runtime::Task<bool> SlidingExtensions::add_receipts(std::string& out, const SlidingAnswer& answer,
                                                    const std::vector<RoomWanted>& shown,
                                                    TellingDraft& draft) {
  const auto& scope = answer.request.body.rules->receipts;
  std::string rooms;
  for (const RoomWanted& wanted : shown) {
    if (!may_have_receipts(wanted, *scope, draft)) continue;
    const storage::RoomNumber room = wanted.room.room;
    ToldRoom told = draft.get(room);
    const std::string content = co_await tell_receipts(answer, room, told, draft);
    draft.set(room, told);
    if (content.empty()) continue;
    begin_room(rooms, wanted);
    rooms += fmt::format(R"({{"type":"m.receipt","content":{}}})", content);
  }
  if (rooms.empty()) co_return false;
  append_rooms(out, "receipts", rooms);
  co_return true;
}

bool SlidingExtensions::may_have_typing(const RoomWanted& wanted, const ExtensionScope& scope,
                                        const TellingDraft& draft) const {
  const ToldRoom& told = draft.get(wanted.room.room);
  if (told.told.value == 0 || !wanted.is_in(scope)) return false;
  // Who was shown typing before a restart is not any more.
  const bool is_stale = told.shows_typists && told.typing == 0;
  return is_stale || ports_.typing.changed_at(wanted.room.room) > told.typing;
}

runtime::Task<bool> SlidingExtensions::add_typing(std::string& out, const SlidingAnswer& answer,
                                                  const std::vector<RoomWanted>& shown,
                                                  TellingDraft& draft) {
  const auto& scope = answer.request.body.rules->typing;
  std::string rooms;
  for (const RoomWanted& wanted : shown) {
    if (!may_have_typing(wanted, *scope, draft)) continue;
    ToldRoom told = draft.get(wanted.room.room);
    // The serial before the names: what comes between is told again.
    const std::uint64_t serial = ports_.typing.changed_at(wanted.room.room);
    const auto ignored = co_await ports_.ignored.load(answer.view.user);
    base::JsonArray users;
    for (const protocol::UserId& user : ports_.typing.typing_in(wanted.room.room)) {
      if (!ignored->contains(user)) users.emplace_back(user.text());
    }
    // To a client that knows of nobody typing, nobody typing is no news.
    const bool is_news = !users.empty() || told.shows_typists;
    told.typing = serial;
    told.shows_typists = !users.empty();
    draft.set(wanted.room.room, told);
    if (!is_news) continue;
    begin_room(rooms, wanted);
    rooms +=
        fmt::format(R"({{"type":"m.typing","content":{{"user_ids":{}}}}})", base::to_text(users));
  }
  if (rooms.empty()) co_return false;
  append_rooms(out, "typing", rooms);
  co_return true;
}

runtime::Task<bool> SlidingExtensions::add_threads(std::string& out, const SlidingAnswer& answer,
                                                   TellingDraft& draft) {
  const auto& limit = answer.request.body.extensions.thread_subscriptions;
  const rooms::ThreadSubscriptions::Page page = co_await ports_.threads.load_changed(
      answer.view.user, {.after = draft.all().threads, .until = answer.until, .limit = *limit});
  draft.all().threads = answer.until;
  if (page.changes.empty()) co_return false;
  begin_member(out, "io.element.msc4308.thread_subscriptions");
  out += '{';
  ports_.threads.append_changes(out, page);
  if (page.before) {
    begin_member(out, "prev_batch");
    base::append_quoted(out, rooms::thread_changes_token(*page.before));
  }
  out += '}';
  co_return true;
}

}  // namespace chancery::sync
