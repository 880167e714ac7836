// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/wanted_state.hpp"

#include "runtime/wait.hpp"
#include "storage/state_tree.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

namespace chancery::sync {

namespace {

constexpr std::string_view kMemberType = "m.room.member";

constexpr std::size_t kLooksATurn = 8'192;  // at an element for an entry, before others go on

using ElementView = std::pair<std::optional<std::string_view>, std::optional<std::string_view>>;

ElementView view_of(const StateElement& element) { return {element.type, element.key}; }

bool has(const std::vector<StateElement>& sorted, const ElementView& element) {
  return std::ranges::binary_search(sorted, element, {}, view_of);
}

// However many elements there are, few are looked at. Requires: they are sorted.
bool matches_any(const std::vector<StateElement>& sorted, MemberLoading members,
                 std::string_view type, std::string_view key) {
  if (sorted.empty()) return false;
  if (has(sorted, {type, key}) || has(sorted, {type, std::nullopt})) return true;
  if (members == MemberLoading::lazy && type == kMemberType) return false;
  return has(sorted, {std::nullopt, key}) || has(sorted, {std::nullopt, std::nullopt});
}

base::JsonArray elements_json(const std::vector<StateElement>& elements) {
  const auto text_or_null = [](const std::optional<std::string>& text) {
    return text ? base::Json(*text) : base::Json();
  };
  base::JsonArray list;
  for (const StateElement& element : elements) {
    list.emplace_back(base::JsonArray{text_or_null(element.type), text_or_null(element.key)});
  }
  return list;
}

std::optional<std::vector<StateElement>> elements_from(const base::JsonObject& part,
                                                       std::string_view name) {
  const base::JsonArray* list = base::find_array(part, name);
  if (list == nullptr) return std::nullopt;
  const auto optional_text = [](const base::Json& value) {
    return value.is_string() ? std::optional(std::string(value.get_string())) : std::nullopt;
  };
  std::vector<StateElement> elements;
  for (const base::Json& entry : *list) {
    const base::JsonArray* pair = entry.if_array();
    if (pair == nullptr || pair->size() != 2) return std::nullopt;
    elements.push_back({.type = optional_text((*pair)[0]), .key = optional_text((*pair)[1])});
  }
  return elements;
}

// How entries are found that elements ask for.
struct Lookups {
  std::set<storage::StateKey> exact;
  std::set<std::string, std::less<>> types;  // whatever their key
  bool everything = false;                   // an element leaves the type open
};

Lookups lookups_for(const WantedState& wanted) {
  Lookups lookups;
  for (const RequiredState& part : wanted.parts()) {
    for (const StateElement& element : part.include) {
      if (!element.type)
        lookups.everything = true;
      else if (!element.key)
        lookups.types.insert(*element.type);
      else
        lookups.exact.emplace(*element.type, *element.key);
    }
  }
  return lookups;
}

}  // namespace

WantedState::WantedState(std::vector<RequiredState> parts) : parts_(std::move(parts)) {
  for (RequiredState& part : parts_) {
    std::ranges::sort(part.include);
    std::ranges::sort(part.exclude);
  }
  std::ranges::sort(parts_);
  const auto repeated = std::ranges::unique(parts_);
  parts_.erase(repeated.begin(), repeated.end());
  for (const RequiredState& part : parts_) {
    bytes_ += part.bytes();
  }
}

bool WantedState::wants(std::string_view type, std::string_view key) const {
  return std::ranges::any_of(parts_, [&](const RequiredState& part) {
    return matches_any(part.include, part.members, type, key) &&
           !matches_any(part.exclude, MemberLoading::as_listed, type, key);
  });
}

bool WantedState::loads_members_lazily() const {
  return std::ranges::any_of(
      parts_, [](const RequiredState& part) { return part.members == MemberLoading::lazy; });
}

base::Json WantedState::to_json() const {
  base::JsonArray list;
  for (const RequiredState& part : parts_) {
    list.emplace_back(base::JsonObject{{"include", elements_json(part.include)},
                                       {"exclude", elements_json(part.exclude)},
                                       {"lazy", part.members == MemberLoading::lazy}});
  }
  return list;
}

std::shared_ptr<const WantedState> WantedState::from_json(const base::Json& json) {
  const base::JsonArray* list = json.if_array();
  if (list == nullptr) return nullptr;
  std::vector<RequiredState> parts;
  for (const base::Json& entry : *list) {
    const base::JsonObject* object = entry.if_object();
    if (object == nullptr) return nullptr;
    auto include = elements_from(*object, "include");
    auto exclude = elements_from(*object, "exclude");
    if (!include || !exclude) return nullptr;
    const bool is_lazy = base::find_bool(*object, "lazy").value_or(false);
    parts.push_back({.include = *std::move(include),
                     .exclude = *std::move(exclude),
                     .members = is_lazy ? MemberLoading::lazy : MemberLoading::as_listed});
  }
  return std::make_shared<const WantedState>(std::move(parts));
}

namespace {

using Entries = std::vector<storage::StateEntry>;

// From memory, where `shown` is the present state; absent where it is not, or is not any more.
std::optional<Entries> find_in_memory(const rooms::Room& room, storage::StateRoot shown,
                                      const Lookups& lookups) {
  if (lookups.everything) return room.state_entries_at(shown);
  Entries entries;
  for (const std::string& type : lookups.types) {
    auto of_type = room.state_entries_at(shown, type);
    if (!of_type) return std::nullopt;
    std::ranges::move(*of_type, std::back_inserter(entries));
  }
  for (const storage::StateKey& key : lookups.exact) {
    const auto event = room.find_state_at(shown, key.first, key.second);
    if (!event) return std::nullopt;
    if (event->value != 0) entries.push_back({.key = key, .event = *event});
  }
  return entries;
}

}  // namespace

runtime::Task<std::vector<storage::StateEntry>> load_wanted_state(rooms::Rooms& rooms,
                                                                  rooms::RoomPtr room,
                                                                  storage::StateRoot shown,
                                                                  WantedStatePtr wanted,
                                                                  WantedStatePtr known) {
  const Lookups lookups = lookups_for(*wanted);
  std::vector<storage::StateEntry> entries;
  if (auto present = find_in_memory(*room, shown, lookups)) {
    entries = *std::move(present);
  } else if (lookups.everything || !lookups.types.empty()) {
    entries = co_await storage::load_state(rooms.state_nodes(), shown);
  } else {
    for (const storage::StateKey& key : lookups.exact) {
      const auto event = co_await storage::find_state(rooms.state_nodes(), shown, key);
      if (event) entries.push_back({.key = key, .event = *event});
    }
  }
  std::vector<storage::StateEntry> found;
  const std::size_t looks = wanted->parts().size() + (known ? known->parts().size() : 0);
  std::size_t looked = 0;
  for (storage::StateEntry& entry : entries) {
    looked += looks;
    if (looked >= kLooksATurn) {
      looked = 0;
      co_await runtime::yield_now();
    }
    const auto& [type, key] = entry.key;
    if (!wanted->wants(type, key) || (known && known->wants(type, key))) continue;
    found.push_back(std::move(entry));
  }
  std::ranges::sort(found, {}, &storage::StateEntry::key);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  co_return found;
}

}  // namespace chancery::sync
