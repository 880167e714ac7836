// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The authorization rules: a room of some version lives through the events that the input spells.
// Whatever they are, the state that an event's auth events name decides as the whole state does,
// and what is allowed keeps the promises that people rely on.

#include "base/assert.hpp"
#include "protocol/auth_rules.hpp"
#include "protocol/membership.hpp"
#include "tests/support/room_builder.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using chancery::protocol::AuthState;
using chancery::protocol::EventPtr;
using chancery::protocol::Membership;
using chancery::protocol::PowerLevels;
using chancery::protocol::StateKey;
using chancery::protocol::UserId;
using chancery::protocol::Verdict;
using chancery::protocol::VerifiedEvent;
using chancery::support::EventSpec;
using chancery::support::RoomBuilder;

constexpr std::array<std::string_view, 6> kUsers{"@creator:x", "@co:x",  "@alice:x",
                                                 "@bob:y",     "@a b:z", "@eve:y"};
constexpr std::array<std::string_view, 9> kTypes{"m.room.member",
                                                 "m.room.power_levels",
                                                 "m.room.join_rules",
                                                 "m.room.message",
                                                 "m.room.third_party_invite",
                                                 "m.room.aliases",
                                                 "m.room.redaction",
                                                 "m.room.create",
                                                 "org.example.state"};
constexpr std::array<std::string_view, 12> kContents{
    R"({"membership":"join"})",
    R"({"membership":"invite"})",
    R"({"membership":"leave"})",
    R"({"membership":"ban"})",
    R"({"membership":"knock"})",
    R"({"membership":"join","join_authorised_via_users_server":"@alice:x"})",
    R"({"join_rule":"public"})",
    R"({"join_rule":"knock_restricted"})",
    R"({"join_rule":"restricted"})",
    R"({"join_rule":"knock"})",
    R"({"users":{"@alice:x":50,"@bob:y":49},"users_default":1,"events":{"m.room.name":51}})",
    R"({"ban":40,"kick":60,"invite":30,"users":{"@alice:x":70},"notifications":{"room":20}})"};

// Hands out the bytes of the input.
class Bytes {
 public:
  Bytes(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), left_(size) {}
  [[nodiscard]] bool empty() const { return left_ == 0; }
  std::uint8_t next() {
    if (left_ == 0) return 0;
    --left_;
    return *bytes_++;
  }
  template <typename List>
  std::string pick(const List& list) {
    return std::string(list[next() % list.size()]);
  }
  // Up to the next line end.
  std::string line() {
    std::string text;
    while (left_ > 0) {
      const char letter = static_cast<char>(next());
      if (letter == '\n') break;
      text.push_back(letter);
    }
    return text;
  }

 private:
  const std::uint8_t* bytes_;
  std::size_t left_;
};

// The state that the auth events of `event` name.
class SelectedState final : public AuthState {
 public:
  SelectedState(const RoomBuilder& room, const VerifiedEvent& event)
      : room_(room), keys_(auth_event_keys(event)) {
    keys_.emplace_back("m.room.create", "");
  }
  [[nodiscard]] const VerifiedEvent* find(std::string_view type,
                                          std::string_view state_key) const override {
    for (const StateKey& key : keys_) {
      if (key.first == type && key.second == state_key) return room_.find(type, state_key);
    }
    return nullptr;
  }

 private:
  const RoomBuilder& room_;
  std::vector<StateKey> keys_;
};

Membership membership_of(const RoomBuilder& room, std::string_view user) {
  const VerifiedEvent* member = room.find("m.room.member", user);
  return member == nullptr ? Membership::leave
                           : chancery::protocol::membership_in(member->content());
}

// An object of canonical JSON, or "{}".
std::string content_of(Bytes& bytes) {
  if (bytes.next() % 4 != 0) return bytes.pick(kContents);
  const std::string text = bytes.line();
  const auto json = chancery::base::parse_json(text, chancery::base::JsonRules::canonical);
  return json && json->is_object() && text.size() < 20'000 ? text : "{}";
}

EventSpec spec_of(Bytes& bytes) {
  EventSpec spec;
  spec.sender = bytes.pick(kUsers);
  spec.type = bytes.pick(kTypes);
  const std::uint8_t key = bytes.next();
  if (key % 4 == 1) spec.state_key = "";
  if (key % 4 >= 2) spec.state_key = kUsers[key % kUsers.size()];
  spec.content = content_of(bytes);
  // Version 12 would take such an event for a room of its own.
  if (spec.type == "m.room.create" && spec.state_key == "") spec.state_key = "other";
  return spec;
}

void check_promises(const RoomBuilder& room, const VerifiedEvent& event) {
  const std::string& sender = event.sender().text();
  const bool is_aliases = event.type() == "m.room.aliases" && event.version().special_aliases_auth;
  if (event.type() == "m.room.member") {
    const Membership before = membership_of(room, *event.state_key());
    const Membership after = chancery::protocol::membership_in(event.content());
    if (before == Membership::ban) {
      CHANCERY_ASSERT(after == Membership::ban || after == Membership::leave);
      CHANCERY_ASSERT(sender != *event.state_key());
    }
    if (after == Membership::join) CHANCERY_ASSERT(sender == *event.state_key());
  } else if (!is_aliases) {
    CHANCERY_ASSERT(membership_of(room, sender) == Membership::join);
  }
  if (event.type() != "m.room.power_levels" || room.power_levels().power_levels == nullptr) return;
  // Nobody gives what they have not.
  const std::int64_t power = room.power_levels().of(event.sender());
  const PowerLevels after{.create = &room.create(), .power_levels = &event};
  for (const std::string_view user : kUsers) {
    const UserId id = UserId::trusted(std::string(user));
    const std::int64_t before = room.power_levels().of(id);
    CHANCERY_ASSERT(after.of(id) == before || after.of(id) <= power);
  }
}

void live(RoomBuilder& room, Bytes& bytes) {
  const EventSpec spec = spec_of(bytes);
  const EventPtr event = room.make(spec);
  const Verdict verdict = check_event_auth(*event, room);
  CHANCERY_ASSERT(verdict == check_event_auth(*event, SelectedState(room, *event)));
  std::vector<EventPtr> list;
  for (const auto& [type, state_key] : auth_event_keys(*event)) {
    if (room.find(type, state_key) != nullptr) list.push_back(room.get(type, state_key));
  }
  CHANCERY_ASSERT(is_allowed(check_auth_event_list(*event, list)));
  if (!is_allowed(verdict)) return;
  check_promises(room, *event);
  room.with(spec);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  Bytes bytes(input, size);
  const auto versions = chancery::protocol::all_room_versions();
  RoomBuilder room(versions[bytes.next() % versions.size()].name,
                   R"({"additional_creators":["@co:x"]})");
  for (int events = 0; events < 40 && !bytes.empty(); ++events) live(room, bytes);
  return 0;
}
