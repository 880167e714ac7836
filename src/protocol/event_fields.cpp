// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/event_fields.hpp"

#include "protocol/depth.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

constexpr std::size_t kMaxFieldBytes = 255;
constexpr std::size_t kMaxPrevEvents = 20;
constexpr std::size_t kMaxAuthEvents = 10;

// Reads one field after the other; the first fault stops it.
class FieldReader {
 public:
  FieldReader(const base::JsonObject& event, const RoomVersion& version)
      : event_(event), version_(version) {}

  [[nodiscard]] std::expected<EventFields, AdmissionError> read() {
    if (read_names() && read_numbers() && read_blocks() && read_room() && read_given_id() &&
        read_references("prev_events", fields_.prev_events) &&
        read_references("auth_events", fields_.auth_events)) {
      return std::move(fields_);
    }
    return std::unexpected(std::move(fault_));
  }

 private:
  bool fail(std::string_view field, std::string_view reason) {
    fault_.rule = "format." + std::string(field);
    fault_.reason = std::string(field) + ": " + std::string(reason);
    return false;
  }

  template <typename Id>
  [[nodiscard]] bool read_identifier(std::string_view field, Id& id) {
    const auto text = base::find_string(event_, field);
    if (!text) return fail(field, "must be a string");
    Parsed<Id> parsed = Id::parse(*text);
    if (!parsed) return fail(field, parsed.error().reason);
    id = *std::move(parsed);
    return true;
  }

  [[nodiscard]] bool read_names() {
    const auto type = base::find_string(event_, "type");
    if (!type) return fail("type", "must be a string");
    fields_.type = *type;
    if (const base::Json* key = event_.if_contains("state_key")) {
      const boost::json::string* text = key->if_string();
      if (text == nullptr) return fail("state_key", "must be a string");
      fields_.state_key.emplace(text->data(), text->size());
    }
    return read_identifier("sender", fields_.sender);
  }

  [[nodiscard]] bool read_numbers() {
    const auto sent_at = base::find_integer(event_, "origin_server_ts");
    if (!sent_at) return fail("origin_server_ts", "must be an integer");
    const auto depth = base::find_integer(event_, "depth");
    if (!depth) return fail("depth", "must be an integer");
    fields_.sent_at = *sent_at;
    fields_.depth = *depth;
    return true;
  }

  [[nodiscard]] bool read_blocks() {
    if (base::find_object(event_, "content") == nullptr)
      return fail("content", "must be an object");
    const base::JsonObject* hashes = base::find_object(event_, "hashes");
    if (hashes == nullptr) return fail("hashes", "must be an object");
    if (!base::find_string(*hashes, "sha256")) return fail("hashes", "must have sha256");
    if (event_.contains("signatures") && base::find_object(event_, "signatures") == nullptr) {
      return fail("signatures", "must be an object");
    }
    return true;
  }

  [[nodiscard]] bool read_room() {
    if (names_its_room(fields_, version_)) {
      return event_.contains("room_id") ? fail("room_id", "must not be in the create event") : true;
    }
    if (!read_identifier("room_id", fields_.room)) return false;
    const bool must_name_server = version_.format != EventFormat::create_names_room;
    if (fields_.room.server_name().has_value() != must_name_server) {
      return fail("room_id", must_name_server ? "must name a server" : "must not name a server");
    }
    return true;
  }

  [[nodiscard]] bool read_given_id() {
    if (version_.format != EventFormat::ids_given) return true;
    if (!read_identifier("event_id", fields_.given_id)) return false;
    const auto server = fields_.given_id.server_name();
    if (!server || !ServerName::parse(*server)) return fail("event_id", "must name a server");
    return true;
  }

  [[nodiscard]] bool read_references(std::string_view field, std::vector<EventId>& ids) {
    const base::JsonArray* listed = base::find_array(event_, field);
    if (listed == nullptr) return fail(field, "must be an array");
    ids.reserve(listed->size());
    for (const base::Json& reference : *listed) {
      const base::Json* name = &reference;
      if (version_.format == EventFormat::ids_given) {
        const base::JsonArray* pair = reference.if_array();
        if (pair == nullptr || pair->size() != 2 || !(*pair)[1].is_object()) {
          return fail(field, "must list pairs of event id and hashes");
        }
        name = &(*pair)[0];
      }
      const boost::json::string* text = name->if_string();
      if (text == nullptr) return fail(field, "must list event ids");
      Parsed<EventId> id = EventId::parse(*text);
      if (!id) return fail(field, id.error().reason);
      ids.push_back(*std::move(id));
    }
    return true;
  }

  const base::JsonObject& event_;
  const RoomVersion& version_;
  EventFields fields_;
  AdmissionError fault_;
};

// Where state has owners, a key may have an owner's id before it, and what stands between.
std::size_t most_state_key_bytes(std::string_view key, const RoomVersion& version) {
  return version.owned_state && key.starts_with('@') ? 2 * kMaxFieldBytes + 1 : kMaxFieldBytes;
}

[[nodiscard]] bool has_twice(const std::vector<EventId>& ids) {
  for (auto id = ids.begin(); id != ids.end(); ++id) {
    if (std::find(ids.begin(), id, *id) != id) return true;
  }
  return false;
}

[[nodiscard]] AdmissionError limit_fault(std::string_view field, std::string_view reason) {
  return AdmissionError{.rule = "format." + std::string(field),
                        .reason = std::string(field) + ": " + std::string(reason)};
}

}  // namespace

bool names_its_room(const EventFields& fields, const RoomVersion& version) {
  return version.format == EventFormat::create_names_room && fields.type == "m.room.create" &&
         fields.state_key == "";
}

std::expected<EventFields, AdmissionError> read_event_fields(const base::JsonObject& event,
                                                             const RoomVersion& version) {
  return FieldReader(event, version).read();
}

std::optional<AdmissionError> find_limit_fault(const EventFields& fields,
                                               const RoomVersion& version) {
  if (fields.type.size() > kMaxFieldBytes) return limit_fault("type", "longer than 255 bytes");
  if (fields.state_key &&
      fields.state_key->size() > most_state_key_bytes(*fields.state_key, version)) {
    return limit_fault("state_key", "longer than 255 bytes");
  }
  if (fields.prev_events.size() > kMaxPrevEvents) {
    return limit_fault("prev_events", "more than 20");
  }
  if (fields.auth_events.size() > kMaxAuthEvents) {
    return limit_fault("auth_events", "more than 10");
  }
  // Two auth events that are one are for the rules to refuse; of what comes before an event nothing
  // else would. Where an id is a hash, no event can name itself.
  if (has_twice(fields.prev_events)) return limit_fault("prev_events", "an event twice");
  const auto names_itself = [&fields](const std::vector<EventId>& ids) {
    return std::ranges::find(ids, fields.given_id) != ids.end();
  };
  if (names_itself(fields.prev_events)) return limit_fault("prev_events", "the event itself");
  if (names_itself(fields.auth_events)) return limit_fault("auth_events", "the event itself");
  if (fields.depth < 0 || fields.depth > largest_depth(version)) {
    return limit_fault("depth", "out of range");
  }
  return std::nullopt;
}

}  // namespace chancery::protocol
