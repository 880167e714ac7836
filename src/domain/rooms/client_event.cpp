// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/client_event.hpp"

#include "base/append_number.hpp"
#include "base/json_lists.hpp"
#include "protocol/sticky.hpp"

#include <algorithm>

namespace chancery::rooms {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
  base::begin_member(out, name);
  base::append_quoted(out, text);
}

void append_unsigned(std::string& out, const CachedEvent& event, const ClientView& view,
                     const EventExtras& extras) {
  const base::Milliseconds age = view.now - event.event->origin_server_ts();
  out += R"("unsigned":{"age":)";
  base::append_number(out, std::max<std::int64_t>(age.count(), 0));
  if (!event.transaction.empty() && event.sender_device == view.device.text() &&
      event.event->sender() == view.user) {
    append_member(out, "transaction_id", event.transaction);
  }
  if (!event.delay_id.empty() && event.event->sender() == view.user) {
    append_member(out, "org.matrix.msc4140.delay_id", event.delay_id);
  }
  if (event.sticky_until > view.now) {
    out += R"(,"msc4354_sticky_duration_ttl_ms":)";
    base::append_number(out, (event.sticky_until - view.now).count());
  }
  if (extras.membership) append_member(out, "membership", membership_name(*extras.membership));
  if (!extras.relations.empty()) {
    out += R"(,"m.relations":)";
    out += extras.relations;
  }
  for (const std::string_view members :
       {std::string_view(event.replaced_text), std::string_view(event.redacted_text)}) {
    if (members.empty()) continue;
    out += ',';
    out += members;
  }
  out += '}';
}

// What the event itself says of how long it is sticky.
void append_sticky(std::string& out, const protocol::VerifiedEvent& event) {
  if (!protocol::sticky_until(event, event.origin_server_ts())) return;
  out += R"(,"msc4354_sticky":)";
  base::append_text(out, event.json().at("msc4354_sticky"));
}

void append_content(std::string& out, const protocol::VerifiedEvent& event) {
  out += R"("content":)";
  const std::optional<protocol::EventId> redacts = event.redacts();
  if (redacts && !event.version().redacts_in_content && !event.content().contains("redacts")) {
    base::JsonObject content = event.content();
    content["redacts"] = redacts->text();
    base::append_text(out, content);
    return;
  }
  out += event.content_text();
}

}  // namespace

void append_client_event(std::string& out, const CachedEvent& event, const ClientView& view,
                         const EventExtras& extras) {
  out += event.client_text;
  if (view.room_id == RoomIdMember::included) {
    append_member(out, "room_id", event.event->room().text());
  }
  out += ',';
  append_unsigned(out, event, view, extras);
  out += '}';
}

std::string client_event(const CachedEvent& event, const ClientView& view,
                         const EventExtras& extras) {
  std::string out;
  out.reserve(event.client_text.size() + event.replaced_text.size() + event.redacted_text.size() +
              extras.relations.size() + 160);
  append_client_event(out, event, view, extras);
  return out;
}

void append_federation_event(std::string& out, const CachedEvent& event, const ClientView& view,
                             const EventExtras& extras) {
  const std::string& canonical = event.event->canonical();
  out.append(canonical, 0, canonical.size() - 1);
  // The first versions have it inside.
  if (event.event->version().format != protocol::EventFormat::ids_given) {
    append_member(out, "event_id", event.event->id().text());
  }
  out += ',';
  append_unsigned(out, event, view, extras);
  out += '}';
}

void append_stripped_event(std::string& out, const protocol::VerifiedEvent& event) {
  out += '{';
  append_content(out, event);
  append_member(out, "sender", event.sender().text());
  append_member(out, "state_key", event.state_key().value_or(""));
  append_member(out, "type", event.type());
  out += '}';
}

std::string client_text_of(const protocol::VerifiedEvent& event) {
  std::string out;
  out.reserve(event.canonical().size());
  out += '{';
  append_content(out, event);
  append_member(out, "event_id", event.id().text());
  out += R"(,"origin_server_ts":)";
  base::append_number(out, event.origin_server_ts().milliseconds);
  append_sticky(out, event);
  append_member(out, "sender", event.sender().text());
  // Beside the place that the room version has for it, for clients that look in the other.
  if (const std::optional<protocol::EventId> redacts = event.redacts()) {
    append_member(out, "redacts", redacts->text());
  }
  if (const std::optional<std::string>& key = event.state_key()) {
    append_member(out, "state_key", *key);
  }
  append_member(out, "type", event.type());
  return out;
}

void show_replaced(CachedEvent& event, const protocol::VerifiedEvent& replaced) {
  event.replaced_sender = replaced.sender();
  std::string& out = event.replaced_text;
  out = R"("prev_content":)";
  out += replaced.content_text();
  append_member(out, "prev_sender", replaced.sender().text());
  append_member(out, "replaces_state", replaced.id().text());
}

std::string redacted_text_of(const CachedEvent& redaction) {
  std::string out = R"("redacted_because":)";
  out += redaction.client_text;
  append_member(out, "room_id", redaction.event->room().text());
  out += '}';
  return out;
}

}  // namespace chancery::rooms
