// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_body.hpp"

#include "base/parse_number.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace chancery::sync {

namespace {

using protocol::ErrorCode;

constexpr std::string_view kMemberType = "m.room.member";
constexpr std::string_view kThreadSubscriptions = "io.element.msc4308.thread_subscriptions";
constexpr std::size_t kDefaultToDevice = 100;
constexpr std::size_t kDefaultThreads = 100;
constexpr std::string_view kStickyEvents = "org.matrix.msc4354.sticky_events";
constexpr std::size_t kDefaultSticky = 100;
constexpr std::string_view kProfiles = "org.matrix.msc4262.profiles";

// Those that overlap or touch as one, so that no place of a list is looked at twice.
std::vector<IndexRange> merged(std::vector<IndexRange> ranges) {
  std::ranges::sort(ranges, {}, &IndexRange::first);
  std::vector<IndexRange> apart;
  for (const IndexRange& range : ranges) {
    if (!apart.empty() && range.first <= apart.back().last + 1) {
      apart.back().last = std::max(apart.back().last, range.last);
    } else {
      apart.push_back(range);
    }
  }
  return apart;
}

// One reading of a body: the first mistake is kept, and what follows it does not matter.
class BodyReader {
 public:
  explicit BodyReader(SlidingFace face) : face_(face) {}

  SlidingBody read(const base::JsonObject& body);
  [[nodiscard]] const std::optional<BodyError>& error() const { return error_; }

 private:
  void fail(ErrorCode code, std::string text) {
    if (!error_) error_ = BodyError{.code = code, .text = std::move(text)};
  }
  void fail_type(std::string_view name, std::string_view type) {
    fail(ErrorCode::bad_json, fmt::format("'{}' must be {}", name, type));
  }
  void fail_count(std::string_view name, std::size_t most) {
    fail(ErrorCode::invalid_param, fmt::format("'{}' may have at most {} entries", name, most));
  }
  // False, and a mistake, when a string that is kept is too long.
  bool is_short(std::string_view text, std::string_view name) {
    if (text.size() <= BodyLimits::kLongestName) return true;
    fail(ErrorCode::invalid_param, fmt::format("'{}' is too long", name));
    return false;
  }
  // Null when it is not there; one that is null counts so.
  static const base::Json* find(const base::JsonObject& object, std::string_view name) {
    const base::Json* value = object.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  const base::JsonObject* object(const base::JsonObject& parent, std::string_view name);
  const base::JsonArray* array(const base::JsonObject& parent, std::string_view name,
                               std::size_t most);
  std::optional<std::string> text(const base::JsonObject& parent, std::string_view name);
  std::optional<bool> truth(const base::JsonObject& parent, std::string_view name);
  std::optional<std::size_t> natural(const base::JsonObject& parent, std::string_view name);
  std::optional<std::size_t> natural(const base::Json& value, std::string_view name);
  std::optional<std::vector<std::string>> texts(const base::JsonObject& parent,
                                                std::string_view name, std::size_t most);
  std::optional<std::vector<std::optional<std::string>>> room_types(const base::JsonObject& parent,
                                                                    std::string_view name);

  void read_lists(const base::JsonObject& body, SlidingRules& rules);
  void read_subscriptions(const base::JsonObject& body, SlidingRules& rules);
  void read_list_name(std::string_view name);
  ListConfig read_list(const base::JsonObject& list);
  void read_ranges(const base::JsonObject& list, ListConfig& config);
  void add_range(const base::Json& value, std::vector<IndexRange>& ranges);
  ListFilter read_filter(const base::JsonObject& list);
  RoomConfig read_room_config(const base::JsonObject& config);
  void read_stable_state(const base::JsonObject& config, RequiredState& state);
  void read_elements(const base::JsonObject& parent, std::string_view name,
                     std::vector<StateElement>& elements);
  void read_unstable_state(const base::JsonObject& config, RequiredState& state);
  void read_pair(const base::Json& value, RequiredState& state);
  void count_elements(std::size_t count);
  void read_extensions(const base::JsonObject& body, SlidingBody& read, SlidingRules& rules);
  // Of an extension that goes by tokens of its own.
  std::optional<storage::StreamPosition> read_since(const base::JsonObject& extension);
  std::size_t read_limit(const base::JsonObject& extension, std::size_t most);
  std::optional<ExtensionScope> read_scope(const base::JsonObject& extensions,
                                           std::string_view name);
  std::optional<ProfilesWanted> read_profiles(const base::JsonObject& extensions);
  const base::JsonObject* enabled(const base::JsonObject& extensions, std::string_view name);

  SlidingFace face_;
  std::size_t elements_ = 0;
  std::optional<BodyError> error_;
};

const base::JsonObject* BodyReader::object(const base::JsonObject& parent, std::string_view name) {
  const base::Json* value = find(parent, name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) fail_type(name, "an object");
  return value->if_object();
}

const base::JsonArray* BodyReader::array(const base::JsonObject& parent, std::string_view name,
                                         std::size_t most) {
  const base::Json* value = find(parent, name);
  if (value == nullptr) return nullptr;
  const base::JsonArray* list = value->if_array();
  if (list == nullptr) {
    fail_type(name, "a list");
  } else if (list->size() > most) {
    fail_count(name, most);
    return nullptr;
  }
  return list;
}

std::optional<std::string> BodyReader::text(const base::JsonObject& parent, std::string_view name) {
  const base::Json* value = find(parent, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    fail_type(name, "a string");
    return std::nullopt;
  }
  if (!is_short(value->get_string(), name)) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<bool> BodyReader::truth(const base::JsonObject& parent, std::string_view name) {
  const base::Json* value = find(parent, name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) {
    fail_type(name, "true or false");
    return std::nullopt;
  }
  return value->get_bool();
}

std::optional<std::size_t> BodyReader::natural(const base::Json& value, std::string_view name) {
  std::optional<std::uint64_t> number;
  if (value.is_uint64()) number = value.get_uint64();
  if (value.is_int64() && value.get_int64() >= 0) {
    number = static_cast<std::uint64_t>(value.get_int64());
  }
  if (number) return std::min<std::uint64_t>(*number, base::kMaxCanonicalInteger);
  const bool is_number = value.is_number();
  fail(is_number ? ErrorCode::invalid_param : ErrorCode::bad_json,
       fmt::format("'{}' must be a whole number from 0 on", name));
  return std::nullopt;
}

std::optional<std::size_t> BodyReader::natural(const base::JsonObject& parent,
                                               std::string_view name) {
  const base::Json* value = find(parent, name);
  if (value == nullptr) return std::nullopt;
  return natural(*value, name);
}

std::optional<std::vector<std::string>> BodyReader::texts(const base::JsonObject& parent,
                                                          std::string_view name, std::size_t most) {
  const base::JsonArray* list = array(parent, name, most);
  if (list == nullptr) return std::nullopt;
  std::vector<std::string> read;
  for (const base::Json& entry : *list) {
    if (!entry.is_string()) {
      fail_type(name, "a list of strings");
      return std::nullopt;
    }
    if (!is_short(entry.get_string(), name)) return std::nullopt;
    read.emplace_back(entry.get_string());
  }
  return read;
}

std::optional<std::vector<std::optional<std::string>>> BodyReader::room_types(
    const base::JsonObject& parent, std::string_view name) {
  const base::JsonArray* list = array(parent, name, BodyLimits::kMostFilterEntries);
  if (list == nullptr) return std::nullopt;
  std::vector<std::optional<std::string>> types;
  for (const base::Json& entry : *list) {
    if (entry.is_null()) {
      types.emplace_back();
    } else if (entry.is_string()) {
      if (!is_short(entry.get_string(), name)) return std::nullopt;
      types.emplace_back(std::string(entry.get_string()));
    } else {
      fail_type(name, "a list of strings and null");
    }
  }
  return types;
}

void BodyReader::count_elements(std::size_t count) {
  elements_ += count;
  if (elements_ <= BodyLimits::kMostElementsOfAll) return;
  fail(ErrorCode::invalid_param,
       fmt::format("There may be at most {} entries of 'required_state' in one request",
                   BodyLimits::kMostElementsOfAll));
}

void BodyReader::read_elements(const base::JsonObject& parent, std::string_view name,
                               std::vector<StateElement>& elements) {
  const base::JsonArray* list = array(parent, name, BodyLimits::kMostElements);
  if (list == nullptr) return;
  count_elements(list->size());
  for (const base::Json& entry : *list) {
    const base::JsonObject* element = entry.if_object();
    if (element == nullptr) {
      fail_type(name, "a list of objects");
      return;
    }
    elements.push_back({.type = text(*element, "type"), .key = text(*element, "state_key")});
    if (error_) return;
  }
}

void BodyReader::read_stable_state(const base::JsonObject& config, RequiredState& state) {
  const base::JsonObject* required = object(config, "required_state");
  if (required == nullptr) {
    fail(ErrorCode::missing_param, "'required_state' is missing");
    return;
  }
  read_elements(*required, "include", state.include);
  read_elements(*required, "exclude", state.exclude);
  if (truth(*required, "lazy_members").value_or(false)) state.members = MemberLoading::lazy;
}

void BodyReader::read_pair(const base::Json& value, RequiredState& state) {
  const base::JsonArray* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2 || !(*pair)[0].is_string() || !(*pair)[1].is_string()) {
    fail_type("required_state", "a list of pairs of strings");
    return;
  }
  const std::string_view type = (*pair)[0].get_string();
  const std::string_view key = (*pair)[1].get_string();
  if (!is_short(type, "required_state") || !is_short(key, "required_state")) return;
  if (key == "$LAZY") {
    if (type == kMemberType) state.members = MemberLoading::lazy;
    return;
  }
  StateElement element;
  if (type != "*") element.type = std::string(type);
  if (key == "$ME") {
    element.is_viewers = true;
  } else if (key != "*") {
    element.key = std::string(key);
  }
  state.include.push_back(std::move(element));
}

void BodyReader::read_unstable_state(const base::JsonObject& config, RequiredState& state) {
  const base::JsonArray* pairs = array(config, "required_state", BodyLimits::kMostElements);
  if (pairs == nullptr) return;
  count_elements(pairs->size());
  for (const base::Json& pair : *pairs) {
    read_pair(pair, state);
    if (error_) return;
  }
}

RoomConfig BodyReader::read_room_config(const base::JsonObject& config) {
  RoomConfig read;
  const std::optional<std::size_t> limit = natural(config, "timeline_limit");
  if (!limit) fail(ErrorCode::missing_param, "'timeline_limit' is missing");
  read.timeline_limit = std::min(limit.value_or(0), BodyLimits::kLongestTimeline);
  if (face_ == SlidingFace::stable)
    read_stable_state(config, read.state);
  else
    read_unstable_state(config, read.state);
  // In one order and without repetition, so that equal wishes are equal.
  for (std::vector<StateElement>* elements : {&read.state.include, &read.state.exclude}) {
    std::ranges::sort(*elements);
    const auto repeated = std::ranges::unique(*elements);
    elements->erase(repeated.begin(), repeated.end());
  }
  return read;
}

void BodyReader::add_range(const base::Json& value, std::vector<IndexRange>& ranges) {
  const base::JsonArray* pair = value.if_array();
  if (pair == nullptr || pair->size() != 2) {
    fail_type("range", "a pair of numbers");
    return;
  }
  const auto first = natural((*pair)[0], "range");
  const auto last = natural((*pair)[1], "range");
  if (!first || !last) return;
  if (*first > *last) {
    fail(ErrorCode::invalid_param, "A range must not end before it begins");
    return;
  }
  ranges.push_back({.first = *first, .last = *last});
}

void BodyReader::read_ranges(const base::JsonObject& list, ListConfig& config) {
  std::vector<IndexRange> ranges;
  if (face_ == SlidingFace::stable) {
    const base::Json* range = find(list, "range");
    if (range == nullptr) return;
    add_range(*range, ranges);
  } else {
    const base::JsonArray* given = array(list, "ranges", BodyLimits::kMostRanges);
    if (given == nullptr) return;
    for (const base::Json& range : *given) {
      add_range(range, ranges);
      if (error_) return;
    }
  }
  config.ranges = merged(std::move(ranges));
}

ListFilter BodyReader::read_filter(const base::JsonObject& list) {
  ListFilter filter;
  const base::JsonObject* given = object(list, "filters");
  if (given == nullptr) return filter;
  constexpr std::size_t kMost = BodyLimits::kMostFilterEntries;
  filter.is_dm = truth(*given, "is_dm");
  filter.is_encrypted = truth(*given, "is_encrypted");
  filter.is_invited = truth(*given, face_ == SlidingFace::stable ? "is_invited" : "is_invite");
  filter.spaces = texts(*given, "spaces", kMost);
  filter.room_types = room_types(*given, "room_types");
  filter.not_room_types = room_types(*given, "not_room_types");
  filter.tags = texts(*given, "tags", kMost);
  filter.not_tags = texts(*given, "not_tags", kMost);
  return filter;
}

ListConfig BodyReader::read_list(const base::JsonObject& list) {
  ListConfig config{.config = read_room_config(list), .ranges = std::nullopt, .filter = {}};
  read_ranges(list, config);
  config.filter = read_filter(list);
  return config;
}

// "The list keys must follow the grammar of opaque identifiers."
void BodyReader::read_list_name(std::string_view name) {
  const bool is_opaque = std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
  });
  const bool is_fine = face_ == SlidingFace::unstable || is_opaque;
  if (!name.empty() && name.size() <= BodyLimits::kLongestName && is_fine) return;
  fail(ErrorCode::invalid_param, "The name of a list must be an opaque identifier");
}

void BodyReader::read_lists(const base::JsonObject& body, SlidingRules& rules) {
  const base::JsonObject* lists = object(body, "lists");
  if (lists == nullptr) return;
  if (lists->size() > BodyLimits::kMostLists) {
    fail_count("lists", BodyLimits::kMostLists);
    return;
  }
  for (const auto& [name, value] : *lists) {
    read_list_name(name);
    const base::JsonObject* list = value.if_object();
    if (list == nullptr) fail_type("lists", "an object of objects");
    if (error_) return;
    rules.lists.emplace(std::string(name), read_list(*list));
  }
}

void BodyReader::read_subscriptions(const base::JsonObject& body, SlidingRules& rules) {
  const base::JsonObject* subscriptions = object(body, "room_subscriptions");
  if (subscriptions == nullptr) return;
  if (subscriptions->size() > BodyLimits::kMostSubscriptions) {
    fail_count("room_subscriptions", BodyLimits::kMostSubscriptions);
    return;
  }
  for (const auto& [name, value] : *subscriptions) {
    const base::JsonObject* config = value.if_object();
    if (config == nullptr) fail_type("room_subscriptions", "an object of objects");
    if (error_) return;
    RoomConfig read = read_room_config(*config);
    // "Rooms that a user subscribes to … that does not exist, should be ignored by the server."
    auto room = protocol::RoomId::parse(name);
    if (room) rules.subscriptions.emplace(*std::move(room), std::move(read));
  }
}

const base::JsonObject* BodyReader::enabled(const base::JsonObject& extensions,
                                            std::string_view name) {
  const base::JsonObject* extension = object(extensions, name);
  if (extension == nullptr) return nullptr;
  // In MSC4308's words an extension is wanted when it is named.
  const bool is_named = name == kThreadSubscriptions;
  return truth(*extension, "enabled").value_or(is_named) ? extension : nullptr;
}

std::optional<ExtensionScope> BodyReader::read_scope(const base::JsonObject& extensions,
                                                     std::string_view name) {
  const base::JsonObject* extension = enabled(extensions, name);
  if (extension == nullptr) return std::nullopt;
  ExtensionScope scope{.lists = texts(*extension, "lists", BodyLimits::kMostScopeEntries),
                       .rooms = texts(*extension, "rooms", BodyLimits::kMostScopeEntries)};
  // All there are may be said by a star as well.
  for (std::optional<std::vector<std::string>>* names : {&scope.lists, &scope.rooms}) {
    if (*names && std::ranges::find(**names, "*") != (*names)->end()) names->reset();
  }
  return scope;
}

std::optional<ProfilesWanted> BodyReader::read_profiles(const base::JsonObject& extensions) {
  auto scope = read_scope(extensions, kProfiles);
  if (!scope) return std::nullopt;
  ProfilesWanted wanted{
      .scope = *std::move(scope),
      .fields = texts(*object(extensions, kProfiles), "fields", BodyLimits::kMostProfileFields)};
  if (wanted.fields) {
    std::ranges::sort(*wanted.fields);
    const auto repeated = std::ranges::unique(*wanted.fields);
    wanted.fields->erase(repeated.begin(), repeated.end());
  }
  return wanted;
}

std::optional<storage::StreamPosition> BodyReader::read_since(const base::JsonObject& extension) {
  const auto since = text(extension, "since");
  if (!since || since->empty()) return std::nullopt;
  const auto position = base::parse_number<std::uint64_t>(*since);
  if (!position || *position > INT64_MAX) {
    fail(ErrorCode::invalid_param, "'since' is no token of this server");
  }
  return storage::StreamPosition{position.value_or(0)};
}

std::size_t BodyReader::read_limit(const base::JsonObject& extension, std::size_t most) {
  return std::clamp<std::size_t>(natural(extension, "limit").value_or(most), 1, most);
}

void BodyReader::read_extensions(const base::JsonObject& body, SlidingBody& read,
                                 SlidingRules& rules) {
  const base::JsonObject* extensions = object(body, "extensions");
  if (extensions == nullptr) return;
  if (const base::JsonObject* to_device = enabled(*extensions, "to_device")) {
    read.extensions.to_device = ToDeviceWanted{.since = read_since(*to_device),
                                               .limit = read_limit(*to_device, kDefaultToDevice)};
  }
  read.extensions.e2ee = enabled(*extensions, "e2ee") != nullptr;
  rules.account_data = read_scope(*extensions, "account_data");
  rules.receipts = read_scope(*extensions, "receipts");
  rules.typing = read_scope(*extensions, "typing");
  rules.profiles = read_profiles(*extensions);
  if (const base::JsonObject* threads = enabled(*extensions, kThreadSubscriptions)) {
    read.extensions.thread_subscriptions = read_limit(*threads, kDefaultThreads);
  }
  if (const base::JsonObject* sticky = enabled(*extensions, kStickyEvents)) {
    read.extensions.sticky_events =
        StickyWanted{.since = read_since(*sticky), .limit = read_limit(*sticky, kDefaultSticky)};
  }
}

SlidingBody BodyReader::read(const base::JsonObject& body) {
  SlidingBody read;
  read.connection = text(body, "conn_id").value_or("");
  read.pos = text(body, "pos");
  read.set_presence = text(body, "set_presence");
  if (face_ == SlidingFace::unstable) read.transaction = text(body, "txn_id");
  if (const auto timeout = natural(body, "timeout")) {
    read.timeout = base::Milliseconds(static_cast<std::int64_t>(*timeout));
  }
  SlidingRules rules;
  if (!error_) read_lists(body, rules);
  if (!error_) read_subscriptions(body, rules);
  if (!error_) read_extensions(body, read, rules);
  read.rules = std::make_shared<const SlidingRules>(std::move(rules));
  return read;
}

}  // namespace

std::expected<SlidingBody, BodyError> parse_sliding_body(SlidingFace face,
                                                         const base::JsonObject& body) {
  BodyReader reader(face);
  SlidingBody read = reader.read(body);
  if (reader.error()) return std::unexpected(*reader.error());
  return read;
}

}  // namespace chancery::sync
