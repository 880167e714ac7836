// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_connection.hpp"

#include "base/append_number.hpp"
#include "base/json.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <array>

namespace chancery::sync {

namespace {

constexpr std::int64_t kRecordVersion = 1;
// A row of the map with what the map needs for it.
constexpr std::size_t kRoomBytes = sizeof(ToldRoom) + 48;
constexpr std::size_t kEmptyBytes = 1'024;

constexpr std::int64_t kIsDirect = 1;
constexpr std::int64_t kShowsTypists = 2;
constexpr int kReceiptRestShift = 2;  // above the two, three bits
constexpr std::int64_t kHasProfiles = 1 << 5;

std::int64_t integer(std::uint64_t number) { return static_cast<std::int64_t>(number); }

// Typing is left out: its serials are worth nothing in another run of the server.
base::Json room_json(storage::RoomNumber number, const ToldRoom& room) {
  const std::int64_t flags = (room.is_direct ? kIsDirect : 0) |
                             (room.shows_typists ? kShowsTypists : 0) |
                             (room.has_profiles ? kHasProfiles : 0) |
                             (std::int64_t{room.receipt_rest} << kReceiptRestShift);
  return base::JsonArray{number.value,
                         integer(room.told.value),
                         integer(room.receipts.value),
                         integer(room.account_data.value),
                         room.newest_events,
                         room.state,
                         std::string(rooms::membership_name(room.membership)),
                         flags};
}

std::optional<std::pair<storage::RoomNumber, ToldRoom>> room_from(const base::Json& json) {
  const base::JsonArray* row = json.if_array();
  if (row == nullptr || row->size() != 8) return std::nullopt;
  std::array<std::uint64_t, 8> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i == 6) continue;
    const base::Json& value = (*row)[i];
    if (!value.is_int64() || value.get_int64() < 0) return std::nullopt;
    numbers[i] = static_cast<std::uint64_t>(value.get_int64());
  }
  const base::Json& name = (*row)[6];
  const auto membership =
      name.is_string() ? rooms::find_membership(name.get_string()) : std::nullopt;
  if (!membership) return std::nullopt;
  ToldRoom room{.told = {numbers[1]},
                .receipts = {numbers[2]},
                .account_data = {numbers[3]},
                .typing = 0,
                .newest_events = static_cast<std::uint32_t>(numbers[4]),
                .state = static_cast<std::uint32_t>(numbers[5]),
                .membership = *membership,
                .is_direct = (numbers[7] & kIsDirect) != 0,
                .shows_typists = (numbers[7] & kShowsTypists) != 0,
                .has_profiles = (numbers[7] & kHasProfiles) != 0,
                .receipt_rest = static_cast<std::uint8_t>((numbers[7] >> kReceiptRestShift) &
                                                          ToldRoom::kMostReceiptRest)};
  return std::pair(storage::RoomNumber{static_cast<std::uint32_t>(numbers[0])}, room);
}

base::JsonObject all_json(const ToldOfAll& all) {
  base::JsonObject json{{"step", integer(all.step)},
                        {"position", integer(all.position.value)},
                        {"account_data", integer(all.account_data.value)},
                        {"threads", integer(all.threads.value)},
                        {"profiles", integer(all.profiles.value)},
                        {"keys", all.key_counts},
                        {"rest", all.has_rest}};
  if (all.profile_fields) {
    json["profile_fields"] =
        base::JsonArray(all.profile_fields->begin(), all.profile_fields->end());
  }
  return json;
}

std::uint64_t number_in(const base::JsonObject& json, std::string_view name) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(base::find_integer(json, name).value_or(0), 0));
}

ToldOfAll all_from(const base::JsonObject& json) {
  ToldOfAll all;
  all.step = number_in(json, "step");
  all.position = {number_in(json, "position")};
  all.account_data = {number_in(json, "account_data")};
  all.threads = {number_in(json, "threads")};
  all.profiles = {number_in(json, "profiles")};
  if (const base::JsonArray* fields = base::find_array(json, "profile_fields")) {
    all.profile_fields.emplace();
    for (const base::Json& field : *fields) {
      if (field.is_string()) all.profile_fields->emplace_back(field.get_string());
    }
  }
  all.key_counts = base::find_string(json, "keys").value_or("");
  all.has_rest = base::find_bool(json, "rest").value_or(false);
  return all;
}

std::size_t bytes_of(const std::optional<std::vector<std::string>>& texts) {
  std::size_t bytes = 0;
  if (!texts) return bytes;
  for (const std::string& text : *texts) bytes += sizeof(std::string) + text.size();
  return bytes;
}

}  // namespace

std::string sliding_pos_text(const SlidingPos& pos) {
  std::string text = "s";
  base::append_number(text, pos.position.value);
  text += '_';
  base::append_number(text, pos.birth);
  text += '_';
  base::append_number(text, pos.step);
  return text;
}

std::optional<SlidingPos> parse_sliding_pos(std::string_view text) {
  if (!text.starts_with('s')) return std::nullopt;
  text.remove_prefix(1);
  std::array<std::uint64_t, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t end = i + 1 == numbers.size() ? text.size() : text.find('_');
    if (end == std::string_view::npos) return std::nullopt;
    const auto number = base::parse_number<std::uint64_t>(text.substr(0, end));
    if (!number) return std::nullopt;
    numbers[i] = *number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return SlidingPos{.position = {numbers[0]}, .birth = numbers[1], .step = numbers[2]};
}

bool SlidingConnection::settle(std::uint64_t step) {
  if (telling_ && telling_->all.step == step) {
    for (auto& [room, told] : telling_->rooms) rooms_[room] = told;
    arrived_ = std::move(telling_->all);
    telling_.reset();
    return true;
  }
  return arrived_.step == step;
}

const ToldRoom* SlidingConnection::find(storage::RoomNumber room) const {
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? nullptr : &found->second;
}

std::uint32_t SlidingConnection::intern(const WantedStatePtr& wanted) {
  const auto same = [&](const WantedStatePtr& known) {
    return known == wanted || *known == *wanted;
  };
  const auto known = std::ranges::find_if(wanted_states_, same);
  const auto number = static_cast<std::uint32_t>(known - wanted_states_.begin()) + 1;
  if (known != wanted_states_.end()) return number;
  if (has_enough_wanted_states()) return 0;
  keep(wanted);
  return number;
}

WantedStatePtr SlidingConnection::wanted_state(std::uint32_t number) const {
  if (number == 0 || number > wanted_states_.size()) return nullptr;
  return wanted_states_[number - 1];
}

void SlidingConnection::keep(WantedStatePtr wanted) {
  wanted_bytes_ += wanted->bytes();
  wanted_states_.push_back(std::move(wanted));
}

bool SlidingConnection::has_enough_wanted_states() const {
  return wanted_states_.size() >= kMostWantedStates || wanted_bytes_ >= kMostWantedBytes;
}

bool SlidingConnection::is_overgrown() const {
  return rooms_.size() > kMostRooms || has_enough_wanted_states();
}

std::size_t SlidingConnection::weigh() const {
  std::size_t bytes = kEmptyBytes + rooms_.size() * kRoomBytes + wanted_bytes_;
  const SlidingRules* const arrived = arrived_.rules.get();
  const SlidingRules* const told = telling_ ? telling_->all.rules.get() : nullptr;
  const SlidingRules* const combined = combined_states_.rules.get();
  if (arrived != nullptr) bytes += arrived->bytes();
  if (told != nullptr && told != arrived) bytes += told->bytes();
  if (combined != nullptr && combined != told && combined != arrived) bytes += combined->bytes();
  bytes += bytes_of(arrived_.profile_fields);
  if (telling_) {
    bytes += telling_->rooms.size() * sizeof(telling_->rooms.front());
    bytes += bytes_of(telling_->all.profile_fields);
  }
  for (const auto& [name, list] : arrangement_.lists) {
    bytes += name.size() + list.first.bytes() + list.second.size() * sizeof(storage::RoomNumber);
  }
  return bytes + arrangement_.facts.bytes;
}

std::string SlidingConnection::to_record() const {
  base::JsonObject record{{"version", kRecordVersion},
                          {"birth", integer(birth_)},
                          {"last_step", integer(last_step_)},
                          {"arrived", all_json(arrived_)}};
  base::JsonArray& rooms = record["rooms"].emplace_array();
  for (const auto& [number, room] : rooms_) rooms.emplace_back(room_json(number, room));
  base::JsonArray& states = record["states"].emplace_array();
  for (const WantedStatePtr& wanted : wanted_states_) states.emplace_back(wanted->to_json());
  if (telling_) {
    base::JsonObject telling{{"all", all_json(telling_->all)}};
    base::JsonArray& told = telling["rooms"].emplace_array();
    for (const auto& [number, room] : telling_->rooms) told.emplace_back(room_json(number, room));
    record["telling"] = std::move(telling);
  }
  return base::to_text(record);
}

std::shared_ptr<SlidingConnection> SlidingConnection::from_record(storage::SlidingConnectionKey key,
                                                                  std::string_view record) {
  const auto parsed = base::parse_json(record);
  const base::JsonObject* json = parsed ? parsed->if_object() : nullptr;
  if (json == nullptr || base::find_integer(*json, "version") != kRecordVersion) return nullptr;
  const base::JsonObject* arrived = base::find_object(*json, "arrived");
  const base::JsonArray* rooms = base::find_array(*json, "rooms");
  const base::JsonArray* states = base::find_array(*json, "states");
  if (arrived == nullptr || rooms == nullptr || states == nullptr) return nullptr;
  auto made = std::make_shared<SlidingConnection>(std::move(key), number_in(*json, "birth"));
  made->last_step_ = number_in(*json, "last_step");
  made->arrived_ = all_from(*arrived);
  for (const base::Json& state : *states) {
    WantedStatePtr wanted = WantedState::from_json(state);
    if (!wanted) return nullptr;
    made->keep(std::move(wanted));
  }
  for (const base::Json& row : *rooms) {
    const auto room = room_from(row);
    if (!room) return nullptr;
    made->rooms_.insert(*room);
  }
  const base::JsonObject* telling = base::find_object(*json, "telling");
  if (telling == nullptr) return made;
  const base::JsonObject* all = base::find_object(*telling, "all");
  const base::JsonArray* told = base::find_array(*telling, "rooms");
  if (all == nullptr || told == nullptr) return nullptr;
  made->telling_ = Telling{.all = all_from(*all), .rooms = {}};
  for (const base::Json& row : *told) {
    const auto room = room_from(row);
    if (!room) return nullptr;
    made->telling_->rooms.push_back(*room);
  }
  return made;
}

}  // namespace chancery::sync
