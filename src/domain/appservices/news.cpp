// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/news.hpp"

#include "base/log.hpp"
#include "domain/rooms/client_event.hpp"
#include "domain/rooms/member_trail.hpp"
#include "protocol/api_error.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chancery::appservices {
namespace {

constexpr std::size_t kAtOnce = 256;  // people; then others of this thread have their turn

void begin_item(std::string& list) {
  if (!list.empty()) list += ',';
}

base::JsonArray names_of(const std::set<protocol::UserId>& users) {
  base::JsonArray names;
  for (const protocol::UserId& user : users) names.emplace_back(user.text());
  return names;
}

}  // namespace

// A transaction that is being written: the items of its lists as JSON.
struct NewsDesk::Draft {
  Window window;
  std::string events;
  std::string ephemeral;
  std::string to_device;
  std::vector<devices::DeviceAddress> recipients;
  std::set<protocol::UserId> changed_devices;
  std::set<protocol::UserId> left;  // of whose devices the service need not hear any more
  RoomNumbers entered;              // by a ghost: everybody there is among `changed_devices`
  base::JsonObject key_counts;
  base::JsonObject unused_fallback_types;
  std::uint64_t presence = 0;  // the serial that it tells up to
};

// What was taken of the signals, given back unless it was told.
class NewsDesk::Borrowed {
 public:
  explicit Borrowed(Signals& signals) : signals_(signals), taken_(signals.take()) {}
  ~Borrowed() {
    if (!is_told_) signals_.give_back(std::move(taken_));
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  [[nodiscard]] const Signals::Taken& operator*() const { return taken_; }
  void note_told() { is_told_ = true; }

 private:
  Signals& signals_;
  Signals::Taken taken_;
  bool is_told_ = false;
};

NewsDesk::NewsDesk(const Service& service, Signals& signals, Ports ports)
    : service_(service),
      signals_(signals),
      ports_(ports),
      interest_(service, signals, {.rooms = ports.rooms, .directory = ports.directory}),
      presence_told_(ports.presence.serial()) {}

bool NewsDesk::wants_devices() const {
  return service_.facts().receive_ephemeral || service_.facts().receive_encryption;
}

void NewsDesk::begin(storage::StreamPosition told) {
  for (const storage::RoomNumber room : ports_.rooms.numbers()) {
    if (ports_.receipts.last_position(room) > told) signals_.note_receipts(room);
  }
}

runtime::Task<News> NewsDesk::gather(storage::StreamPosition after) {
  Draft draft{.window = {.after = after,
                         .until = {std::min(ports_.feed.last_position().value,
                                            after.value + kLongestWindow)}}};
  storage::StreamPosition& until = draft.window.until;
  auto events = co_await load_events(draft.window);
  std::vector<storage::AddressedToDeviceMessage> messages;
  if (wants_devices()) {
    messages = co_await ports_.to_device.load_all_messages(after, until, kMostToDevice);
    if (messages.size() >= kMostToDevice) until = messages.back().position;
  }
  std::erase_if(events, [until](const auto& event) { return event->position > until; });

  Borrowed noted(signals_);
  co_await add_events(draft, std::move(events));
  add_to_device(draft, std::move(messages));
  if (service_.facts().receive_ephemeral) co_await add_ephemeral(draft, *noted);
  if (service_.facts().receive_encryption) {
    co_await add_device_lists(draft);
    co_await add_key_counts(draft, (*noted).keys);
  }
  noted.note_told();
  presence_told_ = std::max(presence_told_, draft.presence);
  co_return finish(draft);
}

// A page that is full ends the window.
runtime::Task<std::vector<rooms::CachedEventPtr>> NewsDesk::load_events(Window& window) {
  const std::uint64_t read_at = ports_.rooms.events().generation();
  auto rows = co_await ports_.rooms.store().load_events(window.after, window.until, kMostEvents);
  if (rows.size() >= kMostEvents) window.until = rows.back().position;
  // What lies there of rooms that were removed is told to nobody.
  std::erase_if(rows, [this](const storage::StoredEvent& row) {
    return !ports_.rooms.find_id(row.room).has_value();
  });
  std::vector<rooms::CachedEventPtr> events;
  bool is_whole = true;
  try {
    events = co_await ports_.rooms.events().open(std::move(rows), read_at);
  } catch (const storage::StorageCorrupt&) {  // below it is found which
    is_whole = false;
  } catch (const protocol::ApiError&) {  // a room was removed meanwhile
    is_whole = false;
  }
  if (!is_whole) events = co_await load_one_by_one(window);
  co_return events;
}

// An event whose key was destroyed must not hold up those behind it.
runtime::Task<std::vector<rooms::CachedEventPtr>> NewsDesk::load_one_by_one(Window window) {
  const std::uint64_t read_at = ports_.rooms.events().generation();
  auto rows = co_await ports_.rooms.store().load_events(window.after, window.until, kMostEvents);
  std::vector<rooms::CachedEventPtr> events;
  for (storage::StoredEvent& row : rows) {
    std::vector<storage::StoredEvent> one;
    one.push_back(std::move(row));
    try {
      for (auto& event : co_await ports_.rooms.events().open(std::move(one), read_at)) {
        events.push_back(std::move(event));
      }
    } catch (const storage::StorageCorrupt& error) {  // it is left out, whatever became of it
      base::log_warn("appservice_event_not_opened",
                     {{"service", service_.id()}, {"why", error.what()}});
    } catch (const protocol::ApiError&) {  // its room was removed
    }
  }
  co_return events;
}

runtime::Task<> NewsDesk::add_events(Draft& draft, std::vector<rooms::CachedEventPtr> events) {
  const rooms::ClientView view{.user = service_.sender(), .device = {}, .now = ports_.clock.now()};
  for (const rooms::CachedEventPtr& event : events) {
    if (!co_await interest_.wants(event)) continue;
    co_await follow_member(draft, event);
    begin_item(draft.events);
    rooms::append_client_event(draft.events, *event, view);
  }
}

// Whoever is invited and is not there yet may be somebody whom the service makes when asked;
// whoever comes into its rooms or goes has devices that it must know or need not.
runtime::Task<> NewsDesk::follow_member(Draft& draft, rooms::CachedEventPtr event) {
  const protocol::VerifiedEvent& what = *event->event;
  if (what.type() != "m.room.member" || !what.is_state()) co_return;
  const auto target = protocol::UserId::parse(*what.state_key());
  if (!target) co_return;
  const rooms::Membership membership = protocol::membership_in(what.content());
  if (service_.covers(*target)) {
    if (service_.facts().receive_encryption) co_await follow_ghost(draft, event);
    const bool is_invited = membership == rooms::Membership::invite;
    if (!is_invited || co_await ports_.accounts.find_account(*target)) co_return;
    // Nobody who invites many holds up what the service is told of others.
    ports_.queries.bring_beside(*target);
  } else if (!service_.facts().receive_encryption) {
    co_return;
  } else if (membership == rooms::Membership::join) {
    draft.changed_devices.insert(*target);
    draft.left.erase(*target);
  } else if (!co_await sees(*target)) {
    draft.left.insert(*target);
    draft.changed_devices.erase(*target);
  }
}

// Who comes in shares the room with everybody there from then on; with the last ghost that goes the
// service may have lost sight of some.
runtime::Task<> NewsDesk::follow_ghost(Draft& draft, rooms::CachedEventPtr event) {
  const auto now = protocol::membership_in(event->event->content());
  const auto before = co_await rooms::membership_before(ports_.rooms.events(), event);
  const bool is_inside = now == rooms::Membership::join;
  if (is_inside == (before == rooms::Membership::join)) co_return;
  if (is_inside && !draft.entered.insert(event->room).second) co_return;
  if (!is_inside && co_await interest_.is_inside(event->room)) co_return;
  std::size_t looked_at = 0;
  for (const protocol::UserId& member : ports_.rooms.memberships().joined_members(event->room)) {
    if (service_.covers(member)) continue;
    if (++looked_at % kAtOnce == 0) co_await runtime::yield_now();
    if (is_inside) {
      draft.changed_devices.insert(member);
      draft.left.erase(member);
    } else if (!co_await sees(member)) {
      draft.left.insert(member);
      draft.changed_devices.erase(member);
    }
  }
}

void NewsDesk::add_to_device(Draft& draft,
                             std::vector<storage::AddressedToDeviceMessage> messages) {
  for (storage::AddressedToDeviceMessage& message : messages) {
    if (!service_.covers(message.user)) continue;
    begin_item(draft.to_device);
    draft.to_device += R"({"to_user_id":)";
    base::append_quoted(draft.to_device, message.user.text());
    draft.to_device += R"(,"to_device_id":)";
    base::append_quoted(draft.to_device, message.device.text());
    draft.to_device += ',';
    draft.to_device += std::string_view(message.json).substr(1);  // what is behind its brace
    devices::DeviceAddress recipient{std::move(message.user), std::move(message.device)};
    if (std::ranges::find(draft.recipients, recipient) == draft.recipients.end()) {
      draft.recipients.push_back(std::move(recipient));
    }
  }
}

runtime::Task<> NewsDesk::add_ephemeral(Draft& draft, const Signals::Taken& noted) {
  for (const storage::RoomNumber room : noted.receipts) {
    if (co_await interest_.wants(room)) co_await add_receipts(draft, room);
    // What came behind the window is for the next one.
    if (ports_.receipts.last_position(room) > draft.window.until) signals_.note_receipts(room);
  }
  for (const storage::RoomNumber room : noted.typing) {
    if (!co_await interest_.wants(room)) continue;
    base::JsonArray users;
    for (const protocol::UserId& user : ports_.typing.typing_in(room)) {
      users.emplace_back(user.text());
    }
    begin_item(draft.ephemeral);
    base::append_text(draft.ephemeral,
                      base::JsonObject{{"type", "m.typing"},
                                       {"room_id", ports_.rooms.get_id(room).text()},
                                       {"content", {{"user_ids", std::move(users)}}}});
  }
  if (noted.presence) co_await add_presence(draft);
}

runtime::Task<> NewsDesk::add_receipts(Draft& draft, storage::RoomNumber room) {
  rooms::ReceiptsOfRoom receipts = co_await ports_.receipts.load_since(room, draft.window.after);
  std::erase_if(receipts, [&](const storage::StoredReceipt& receipt) {
    const bool is_hidden = receipt.type == "m.read.private" && !service_.covers(receipt.user);
    return is_hidden || receipt.position > draft.window.until;
  });
  for (const std::string& content : rooms::receipts_contents(receipts)) {
    begin_item(draft.ephemeral);
    draft.ephemeral += R"({"type":"m.receipt","room_id":)";
    base::append_quoted(draft.ephemeral, ports_.rooms.get_id(room).text());
    draft.ephemeral += R"(,"content":)" + content + "}";
  }
}

runtime::Task<bool> NewsDesk::sees(protocol::UserId user) {
  if (service_.covers(user)) co_return true;
  const auto user_rooms = ports_.rooms.memberships().current_rooms(user);
  for (const rooms::UserRoom& room : user_rooms) {
    if (room.membership != rooms::Membership::join) continue;
    if (co_await interest_.is_inside(room.room)) co_return true;
  }
  co_return false;
}

runtime::Task<> NewsDesk::add_presence(Draft& draft) {
  // The serial first: who changes meanwhile is told again.
  const std::uint64_t serial = ports_.presence.serial();
  draft.presence = serial;
  std::size_t told = 0;
  for (const auto& [user, state] : ports_.presence.changed_since(presence_told_)) {
    if (!co_await sees(user)) continue;
    if (told++ == kMostPresence) {
      draft.presence = state.changed_at - 1;
      signals_.note_presence();
      co_return;
    }
    begin_item(draft.ephemeral);
    base::append_text(draft.ephemeral,
                      base::JsonObject{{"type", "m.presence"},
                                       {"sender", user.text()},
                                       {"content", accounts::presence_content(state)}});
  }
}

runtime::Task<> NewsDesk::add_device_lists(Draft& draft) {
  // Of everybody on this server, but of one window alone, however old what was told is.
  const auto noted =
      co_await ports_.device_lists.load_changes(draft.window.after, draft.window.until);
  std::set<protocol::UserId> looked_for;
  for (const storage::NoteDeviceListChange& one : noted) {
    if (!one.seen_by.empty()) {
      if (service_.covers(one.seen_by)) draft.changed_devices.insert(one.user);
      continue;
    }
    // Whoever changes something of theirs mostly changes several things.
    if (draft.changed_devices.contains(one.user)) continue;
    if (!looked_for.insert(one.user).second) continue;
    if (looked_for.size() % kAtOnce == 0) co_await runtime::yield_now();
    if (co_await sees(one.user)) draft.changed_devices.insert(one.user);
  }
}

// Of the devices whose keys were used, and of those that are written to: whoever opens a session
// takes a key first.
runtime::Task<> NewsDesk::add_key_counts(Draft& draft, std::set<devices::DeviceAddress> noted) {
  while (noted.size() > kMostKeyCounts) {
    // The rest are for the next transaction.
    signals_.note_keys(std::move(noted.extract(std::prev(noted.end())).value()));
  }
  noted.insert(draft.recipients.begin(), draft.recipients.end());
  for (const devices::DeviceAddress& device : noted) {
    const storage::KeyCounts counts = co_await ports_.device_keys.count_keys(device);
    base::JsonObject one_time{{"signed_curve25519", 0}};
    for (const auto& [algorithm, count] : counts.one_time_keys) one_time[algorithm] = count;
    base::JsonArray unused;
    for (const std::string& algorithm : counts.unused_fallback_algorithms) {
      unused.emplace_back(algorithm);
    }
    const auto add = [&device](base::JsonObject& all, base::Json value) {
      base::Json& of_user = all[device.user.text()];
      if (!of_user.is_object()) of_user.emplace_object();
      of_user.get_object()[device.device.text()] = std::move(value);
    };
    add(draft.key_counts, std::move(one_time));
    add(draft.unused_fallback_types, std::move(unused));
  }
}

News NewsDesk::finish(const Draft& draft) const {
  News news{.body = {}, .reaches = draft.window.until, .acknowledged = {}};
  const bool wants_lists = service_.facts().receive_encryption;
  const bool has_lists = wants_lists && (!draft.changed_devices.empty() || !draft.left.empty());
  const bool has_counts = !draft.key_counts.empty();
  if (draft.events.empty() && draft.ephemeral.empty() && draft.to_device.empty() && !has_lists &&
      !has_counts) {
    return news;
  }
  const bool is_kept = !draft.events.empty() || !draft.to_device.empty() || has_lists;
  if (is_kept) news.kept = News::Kept::yes;
  std::string& body = news.body;
  body = "{";
  const auto add_list = [&body](std::string_view name, const std::string& items) {
    if (body.size() > 1) body += ',';
    base::append_quoted(body, name);
    body += ":[";
    body += items;
    body += ']';
  };
  const auto add_object = [&body](std::string_view name, const base::JsonObject& object) {
    body += ',';
    base::append_quoted(body, name);
    body += ':';
    base::append_text(body, object);
  };
  add_list("events", draft.events);
  if (!draft.ephemeral.empty()) {
    add_list("ephemeral", draft.ephemeral);
    // COMPAT: libraries that know only the proposal's name; may go when they do.
    add_list("de.sorunome.msc2409.ephemeral", draft.ephemeral);
  }
  if (!draft.to_device.empty()) add_list("de.sorunome.msc2409.to_device", draft.to_device);
  // Always, when asked for: libraries count on the names.
  if (service_.facts().receive_encryption) {
    add_object("org.matrix.msc3202.device_lists",
               {{"changed", names_of(draft.changed_devices)}, {"left", names_of(draft.left)}});
    add_object("org.matrix.msc3202.device_one_time_keys_count", draft.key_counts);
    // COMPAT: the same as the proposal had it first.
    add_object("org.matrix.msc3202.device_one_time_key_counts", draft.key_counts);
    add_object("org.matrix.msc3202.device_unused_fallback_key_types", draft.unused_fallback_types);
  }
  body += '}';
  for (const devices::DeviceAddress& device : draft.recipients) {
    // Where people may be in the namespace too, their own clients fetch what they were sent.
    if (service_.owns(device.user)) news.acknowledged.push_back(device);
  }
  return news;
}

}  // namespace chancery::appservices
