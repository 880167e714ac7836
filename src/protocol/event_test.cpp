// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/event.hpp"

#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

namespace chancery::protocol {
namespace {

const RoomVersion& version(int number) { return *find_room_version(std::to_string(number)); }

SigningKey server_key() { return SigningKey(*KeyId::parse("ed25519:1"), std::string(32, 'k')); }

VerifiedKeys keys_of(std::initializer_list<const char*> servers) {
  VerifiedKeys keys;
  for (const char* server : servers) keys[{server, "ed25519:1"}] = server_key().public_key();
  return keys;
}

EventDraft message(int number) {
  EventDraft draft;
  draft.room = RoomId::trusted(number == 12 ? "!" + std::string(43, 'r') : "!r:example.org");
  draft.sender = UserId::trusted("@alice:example.org");
  draft.type = "m.room.message";
  draft.content = {{"msgtype", "m.text"}, {"body", "Grüße, 日本 \x01\n"}};
  draft.sent_at = base::Timestamp{1'700'000'000'000};
  draft.depth = 7;
  draft.prev_events = {EventId::trusted("$p")};
  draft.auth_events = {EventId::trusted("$a1"), EventId::trusted("$a2")};
  if (number <= 2) draft.given_id = EventId::trusted("$given:example.org");
  return draft;
}

// The bytes of `draft` as another server would send them, changed by `change` before hashing.
std::string sent(const EventDraft& draft, int number,
                 const std::function<void(base::JsonObject&)>& change = {}) {
  base::JsonObject json = base::parse_json(compose(draft, version(number)))->get_object();
  if (change) change(json);
  if (json.contains("hashes")) {
    json["hashes"] = base::JsonObject{{"sha256", base::encode_base64(content_hash(json))}};
  }
  sign_event(json, version(number), "example.org", server_key());
  return base::to_text(json);
}

std::string refusal(const std::expected<EventPtr, AdmissionError>& admitted) {
  return admitted ? "admitted" : admitted.error().rule;
}

std::string refusal_of(int number, const std::function<void(base::JsonObject&)>& change) {
  return refusal(admit(sent(message(number), number, change), version(number),
                       keys_of({"example.org"}), EventSource::federation));
}

TEST_CASE("ids are those that another implementation computed for the same event") {
  CHECK((*admit_draft(message(3), version(3)))->id().text() ==
        "$sAGAnn/JsYZIJMxAQg9GSt5gkHmFNh7JkUydKVEqbqk");
  CHECK((*admit_draft(message(4), version(4)))->id().text() ==
        "$sAGAnn_JsYZIJMxAQg9GSt5gkHmFNh7JkUydKVEqbqk");
  CHECK((*admit_draft(message(11), version(11)))->json().at("hashes").at("sha256") ==
        "fACGLpeCKlxZw0ZVOCEt+l569CWN6d6125OySbxJZHY");
  CHECK((*admit_draft(message(1), version(1)))->id().text() == "$given:example.org");
}

TEST_CASE("an event has the fields that its draft had") {
  for (int number = 1; number <= 12; ++number) {
    EventDraft draft = message(number);
    draft.type = "m.room.topic";
    draft.state_key = "";

    const auto admitted = admit_draft(draft, version(number));

    CAPTURE(number);
    REQUIRE(admitted);
    const VerifiedEvent& event = **admitted;
    CHECK(event.room() == draft.room);
    CHECK(event.sender() == draft.sender);
    CHECK(event.is_state("m.room.topic", ""));
    CHECK(event.origin_server_ts() == draft.sent_at);
    CHECK(event.depth() == 7);
    CHECK(event.prev_events() == draft.prev_events);
    CHECK(event.auth_events() == draft.auth_events);
    CHECK(event.content() == draft.content);
    CHECK(&event.version() == &version(number));
  }
}

TEST_CASE("a draft becomes the same event as its bytes do, whichever way it comes in") {
  for (int number = 1; number <= 12; ++number) {
    CAPTURE(number);
    const auto drafted = admit_draft(message(number), version(number));
    const auto local =
        admit(compose(message(number), version(number)), version(number), {}, EventSource::local);
    REQUIRE(drafted);
    REQUIRE(local);
    const auto stored = admit_stored((*drafted)->canonical(), (*drafted)->id(), version(number));
    REQUIRE(stored);
    const auto federated = admit(sent(message(number), number), version(number),
                                 keys_of({"example.org"}), EventSource::federation);
    REQUIRE(federated);

    CHECK_FALSE((*stored)->is_in_values());
    const EventPtr text = (*drafted)->as_text();
    CHECK_FALSE(text->is_in_values());
    CHECK(text->prev_events() == (*drafted)->prev_events());
    CHECK(text->auth_events() == (*drafted)->auth_events());
    CHECK(text->state_key() == (*drafted)->state_key());
    CHECK(text->depth() == (*drafted)->depth());
    CHECK((*stored)->content_text() == (*drafted)->content_text());
    CHECK((*stored)->content_text() == canonical_json(base::Json((*drafted)->content())));
    for (const EventPtr& other : {*local, *stored, text}) {
      CHECK(other->canonical() == (*drafted)->canonical());
      CHECK(base::Json(other->json()) == base::Json((*drafted)->json()));
    }
    for (const EventPtr& other : {*local, *stored, *federated, text}) {
      CHECK(other->id() == (*drafted)->id());
      CHECK(other->room() == (*drafted)->room());
      CHECK(other->canonical() == canonical_json(base::Json(other->json())));
    }
  }
}

TEST_CASE("the create event of version 12 names its room") {
  EventDraft draft = message(11);
  draft.room = {};
  draft.type = "m.room.create";
  draft.state_key = "";
  draft.content = {{"room_version", "12"}, {"m.federate", true}};
  draft.depth = 1;
  draft.prev_events.clear();
  draft.auth_events.clear();

  const auto created = admit_draft(draft, version(12));

  REQUIRE(created);
  CHECK((*created)->id().text() == "$BFtIQV3bUIEtKpdsAE4X5auERsX7I27-Evy4pePGYV8");
  CHECK((*created)->room().text() == "!BFtIQV3bUIEtKpdsAE4X5auERsX7I27-Evy4pePGYV8");
  CHECK_FALSE((*created)->json().contains("room_id"));
  CHECK(refusal(admit_draft(draft, version(11))) == "format.room_id");
  draft.room = RoomId::trusted("!" + std::string(43, 'r'));
  CHECK(refusal(admit_draft(draft, version(12))) == "format.room_id");
}

TEST_CASE("room ids have the form of their version") {
  EventDraft draft = message(12);
  CHECK(refusal(admit_draft(draft, version(11))) == "format.room_id");
  draft.room = RoomId::trusted("!r:example.org");
  CHECK(refusal(admit_draft(draft, version(12))) == "format.room_id");
  draft.room = {};
  CHECK(refusal(admit_draft(draft, version(12))) == "format.room_id");
}

TEST_CASE("a redaction names its target where the version wants it") {
  EventDraft draft = message(10);
  draft.type = "m.room.redaction";
  draft.redacts = EventId::trusted("$target");

  const auto old_form = admit_draft(draft, version(10));
  const auto new_form = admit_draft(draft, version(11));

  CHECK((*old_form)->json().at("redacts") == "$target");
  CHECK_FALSE((*old_form)->content().contains("redacts"));
  CHECK((*new_form)->content().at("redacts") == "$target");
  CHECK_FALSE((*new_form)->json().contains("redacts"));
  CHECK((*old_form)->redacts() == draft.redacts);
  CHECK((*new_form)->redacts() == draft.redacts);
  CHECK_FALSE((*admit_draft(message(10), version(10)))->redacts());
}

TEST_CASE("references of versions 1 and 2 carry hashes") {
  EventDraft draft = message(1);
  draft.reference_hashes[EventId::trusted("$p")] = std::string(32, '\0');

  const auto admitted = admit_draft(draft, version(1));

  CHECK(canonical_json((*admitted)->json().at("prev_events")) ==
        R"([["$p",{"sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]])");
  CHECK(refusal_of(1, [](auto& json) { json["prev_events"] = base::JsonArray{"$p"}; }) ==
        "format.prev_events");
  CHECK(refusal_of(3, [](auto& json) {
          json["prev_events"] = base::JsonArray{base::JsonArray{"$p", base::JsonObject{}}};
        }) == "format.prev_events");
}

TEST_CASE("an event whose content does not match its hash is admitted redacted") {
  base::JsonObject json = base::parse_json(sent(message(11), 11))->get_object();
  const EventId id = (*admit_draft(message(11), version(11)))->id();
  json["content"].get_object()["body"] = "forged";

  const auto admitted =
      admit(base::to_text(json), version(11), keys_of({"example.org"}), EventSource::federation);

  REQUIRE(admitted);
  CHECK((*admitted)->id() == id);
  CHECK((*admitted)->content().empty());
  CHECK((*admitted)->canonical().find("forged") == std::string::npos);
  CHECK((*admitted)->json().contains("signatures"));
  CHECK(refusal(admit(base::to_text(json), version(11), {}, EventSource::local)) == "hash");
}

TEST_CASE("what the signature covers cannot be changed") {
  base::JsonObject json = base::parse_json(sent(message(11), 11))->get_object();
  json["sender"] = "@mallory:example.org";

  CHECK(refusal(admit(base::to_text(json), version(11), keys_of({"example.org"}),
                      EventSource::federation)) == "signature");
}

TEST_CASE("the sender's server must have signed under a key that is known") {
  const std::string bytes = sent(message(11), 11);
  const auto with = [&](const VerifiedKeys& keys) {
    return refusal(admit(bytes, version(11), keys, EventSource::federation));
  };

  CHECK(with(keys_of({"example.org"})) == "admitted");
  CHECK(with({}) == "signature");
  CHECK(with(keys_of({"other.org"})) == "signature");
  CHECK(with({{{"example.org", "ed25519:1"}, std::string(32, 'x')}}) == "signature");
  CHECK(with({{{"example.org", "ed25519:2"}, std::string(server_key().public_key())}}) ==
        "signature");
}

TEST_CASE("in versions 1 and 2 the server of the event id must have signed too") {
  for (int number : {1, 2}) {
    EventDraft draft = message(number);
    draft.given_id = EventId::trusted("$given:other.org");
    CHECK(refusal(admit(sent(draft, number), version(number), keys_of({"example.org", "other.org"}),
                        EventSource::federation)) == "signature");

    base::JsonObject json = base::parse_json(sent(draft, number))->get_object();
    sign_event(json, version(number), "other.org", server_key());
    CHECK(refusal(admit(base::to_text(json), version(number), keys_of({"example.org", "other.org"}),
                        EventSource::federation)) == "admitted");
  }
}

TEST_CASE("a restricted join needs the signature of the server that let the member in") {
  EventDraft draft = message(10);
  draft.type = "m.room.member";
  draft.state_key = "@alice:example.org";
  draft.content = {{"membership", "join"}, {"join_authorised_via_users_server", "@bob:other.org"}};
  base::JsonObject json = base::parse_json(sent(draft, 10))->get_object();
  const VerifiedKeys keys = keys_of({"example.org", "other.org"});

  CHECK(refusal(admit(base::to_text(json), version(10), keys, EventSource::federation)) ==
        "signature");
  sign_event(json, version(10), "other.org", server_key());
  CHECK(refusal(admit(base::to_text(json), version(10), keys, EventSource::federation)) ==
        "admitted");

  draft.content["join_authorised_via_users_server"] = "nobody";
  CHECK(refusal(admit(sent(draft, 10), version(10), keys, EventSource::federation)) == "signature");
}

TEST_CASE("an invite by an identity server may come without the sender's signature") {
  EventDraft draft = message(10);
  draft.type = "m.room.member";
  draft.state_key = "@carol:third.org";
  draft.content = {{"membership", "invite"}};
  CHECK(refusal(admit(compose(draft, version(10)), version(10), {}, EventSource::federation)) ==
        "signature");

  draft.content["third_party_invite"] = base::JsonObject{{"signed", base::JsonObject{}}};
  CHECK(refusal(admit(compose(draft, version(10)), version(10), {}, EventSource::federation)) ==
        "admitted");
}

TEST_CASE("a field that is missing or of another type is named") {
  for (const char* field : {"type", "sender", "room_id", "origin_server_ts", "depth", "content",
                            "prev_events", "auth_events", "hashes"}) {
    CAPTURE(field);
    const std::string rule = "format." + std::string(field);
    CHECK(refusal_of(10, [&](auto& json) { json.erase(field); }) == rule);
    CHECK(refusal(admit(
              [&] {
                base::JsonObject json = base::parse_json(sent(message(10), 10))->get_object();
                json[field] = true;
                return base::to_text(json);
              }(),
              version(10), keys_of({"example.org"}), EventSource::federation)) == rule);
  }
  CHECK(refusal_of(10, [](auto& json) { json["state_key"] = nullptr; }) == "format.state_key");
  CHECK(refusal_of(1, [](auto& json) { json.erase("event_id"); }) == "format.event_id");
  CHECK(refusal_of(1, [](auto& json) { json["event_id"] = "$no-server"; }) == "format.event_id");
  CHECK(refusal_of(10, [](auto& json) { json["sender"] = "@alice"; }) == "format.sender");
  CHECK(refusal_of(10, [](auto& json) { json["auth_events"] = base::JsonArray{1}; }) ==
        "format.auth_events");
}

TEST_CASE("fields have the limits of the specification, counted in bytes") {
  const auto with_type = [](std::size_t letters) {
    return refusal_of(10, [&](auto& json) {
      std::string type;
      for (std::size_t left = letters; left > 0; --left) type += "ü";
      json["type"] = type;
    });
  };
  CHECK(with_type(127) == "admitted");
  CHECK(with_type(128) == "format.type");
  CHECK(refusal_of(10, [](auto& json) { json["state_key"] = std::string(255, 'k'); }) ==
        "admitted");
  CHECK(refusal_of(10, [](auto& json) { json["state_key"] = std::string(256, 'k'); }) ==
        "format.state_key");
  const auto with_references = [](const char* field, int count) {
    return refusal_of(10, [&](auto& json) {
      base::JsonArray ids;
      for (int id = 0; id < count; ++id) ids.emplace_back("$" + std::to_string(id));
      json[field] = ids;
    });
  };
  CHECK(with_references("prev_events", 20) == "admitted");
  CHECK(with_references("prev_events", 21) == "format.prev_events");
  CHECK(with_references("auth_events", 10) == "admitted");
  CHECK(with_references("auth_events", 11) == "format.auth_events");
}

TEST_CASE("depth is as large as the version's integers and never negative") {
  const auto with_depth = [](int number, std::int64_t depth) {
    return refusal_of(number, [&](auto& json) { json["depth"] = depth; });
  };
  CHECK(with_depth(5, INT64_MAX) == "admitted");
  CHECK(with_depth(6, 9'007'199'254'740'991) == "admitted");
  CHECK(with_depth(6, 9'007'199'254'740'992) == "format.json");
  CHECK(with_depth(6, -1) == "format.depth");
  CHECK(with_depth(5, -1) == "format.depth");
}

TEST_CASE("numbers that canonical JSON lacks are refused from version 6 on") {
  const auto with_number = [](int number, double value) {
    return refusal_of(number, [&](auto& json) { json["content"].get_object()["n"] = value; });
  };
  CHECK(with_number(5, 1.5) == "admitted");
  CHECK(with_number(6, 1.5) == "format.json");
  EventDraft draft = message(10);
  draft.content["n"] = 1.5;
  CHECK(refusal(admit_draft(draft, version(10))) == "format.json");
  CHECK(refusal(admit_draft(draft, version(5))) == "admitted");
}

TEST_CASE("65536 bytes is the largest event, signatures counted") {
  const auto padded = [](std::size_t total, EventSource source) {
    EventDraft draft = message(10);
    draft.content = {{"body", ""}};
    const std::size_t empty =
        source == EventSource::local ? compose(draft, version(10)).size() : sent(draft, 10).size();
    draft.content["body"] = std::string(total - empty, 'x');
    const std::string bytes =
        source == EventSource::local ? compose(draft, version(10)) : sent(draft, 10);
    return refusal(admit(bytes, version(10), keys_of({"example.org"}), source));
  };
  CHECK(padded(65'536, EventSource::federation) == "admitted");
  CHECK(padded(65'537, EventSource::federation) == "size");
  CHECK(padded(65'300, EventSource::local) == "admitted");
  CHECK(padded(65'500, EventSource::local) == "size");
  CHECK(refusal(admit(std::string(300'000, ' '), version(10), {}, EventSource::federation)) ==
        "size");
}

TEST_CASE("a local event that fits still fits when it is signed") {
  EventDraft draft = message(10);
  draft.content = {{"body", ""}};
  std::size_t length = 66'000;
  EventPtr largest;
  while (largest == nullptr) {
    draft.content["body"] = std::string(--length, 'x');
    if (const auto admitted = admit_draft(draft, version(10))) largest = *admitted;
  }

  base::JsonObject json = largest->json();
  sign_event(json, version(10), "example.org",
             SigningKey(KeyId::trusted("ed25519:" + std::string(40, 'k')), std::string(32, 'k')));

  CHECK(canonical_json(json).size() <= kMaxEventBytes);
}

TEST_CASE("unsigned is not part of an event, unknown members are") {
  base::JsonObject json = base::parse_json(sent(message(11), 11, [](auto& changed) {
                            changed["org.example.new"] = 1;
                          }))->get_object();
  json["unsigned"] = base::JsonObject{{"age", 1.5}};
  json["unsigned"].get_object()["age"] = 1;

  const auto admitted =
      admit(base::to_text(json), version(11), keys_of({"example.org"}), EventSource::federation);

  REQUIRE(admitted);
  CHECK_FALSE((*admitted)->json().contains("unsigned"));
  CHECK((*admitted)->json().at("org.example.new") == 1);
}

TEST_CASE("a draft is refused for what the reader would refuse") {
  EventDraft broken = message(10);
  broken.type = "\xFF";
  CHECK(refusal(admit_draft(broken, version(10))) == "format.json");

  EventDraft deep = message(10);
  base::Json value = base::JsonObject{};
  for (int level = 0; level < 98; ++level) value = base::JsonArray{value};
  deep.content = {{"deep", value}};
  CHECK(refusal(admit_draft(deep, version(10))) == "format.json");

  EventDraft large = message(10);
  large.content["n"] = std::int64_t{1} << 53;
  CHECK(refusal(admit_draft(large, version(10))) == "format.json");

  EventDraft nul = message(10);
  nul.type = std::string("a\0b", 3);
  CHECK(refusal(admit_draft(nul, version(10))) == "format.type");

  EventDraft sender = message(10);
  sender.sender = UserId::trusted("alice");
  CHECK(refusal(admit_draft(sender, version(10))) == "format.sender");
}

TEST_CASE("bytes that are no event are refused") {
  for (const char* bytes : {"", "[]", "null", "{", "{}", "{\"type\":\"a\",\"type\":\"b\"}"}) {
    for (const EventSource source : {EventSource::local, EventSource::federation}) {
      CHECK_FALSE(admit(bytes, version(11), {}, source));
    }
    CHECK_FALSE(admit_stored(bytes, EventId::trusted("$any"), version(11)));
  }
}

TEST_CASE("a draft's content may lie in memory that dies before the event") {
  EventPtr event;
  {
    boost::json::monotonic_resource memory;
    EventDraft draft = message(11);
    draft.content = base::JsonObject(&memory);
    auto content = base::parse_json(R"({"body":"a text that does not fit into the value"})",
                                    base::JsonRules::canonical, &memory);
    EventDraft short_lived{.room = draft.room,
                           .sender = draft.sender,
                           .type = draft.type,
                           .content = std::move(content->get_object()),
                           .sent_at = draft.sent_at};
    event = *admit_draft(std::move(short_lived), version(11));
  }
  CHECK(event->content().at("body") == "a text that does not fit into the value");
}

}  // namespace
}  // namespace chancery::protocol
