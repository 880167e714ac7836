// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/search/search_criteria.hpp"

#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;
using search::SearchRequest;

namespace {

std::string read_term(const base::JsonObject& criteria) {
  std::string term = boundary::get_string(criteria, "search_term");
  if (term.size() > search::Search::kMostTermBytes) {
    throw ApiError(ErrorCode::invalid_param, "'search_term' is too long");
  }
  return term;
}

std::uint8_t read_keys(const base::JsonObject& criteria) {
  const base::JsonArray* given = boundary::optional_array(criteria, "keys");
  if (given == nullptr) return search::kAllSearchKeys;
  std::uint8_t keys = 0;
  for (const base::Json& one : *given) {
    const auto key = one.is_string() ? search::find_search_key(one.get_string()) : std::nullopt;
    if (!key) throw ApiError(ErrorCode::invalid_param, "'keys' has one that cannot be searched");
    keys |= static_cast<std::uint8_t>(*key);
  }
  return keys;
}

protocol::RoomEventFilter read_search_filter(const base::JsonObject& criteria) {
  const auto found = criteria.find("filter");
  if (found == criteria.end()) return {};
  auto filter = protocol::RoomEventFilter::parse(found->value());
  if (!filter) {
    throw ApiError(
        ErrorCode::invalid_param,
        fmt::format("The filter's '{}' {}", filter.error().member, filter.error().reason));
  }
  return *std::move(filter);
}

SearchRequest::Order read_order(const base::JsonObject& criteria) {
  const std::string order = boundary::optional_string(criteria, "order_by").value_or("rank");
  if (order == "rank") return SearchRequest::Order::rank;
  if (order == "recent") return SearchRequest::Order::recent;
  throw ApiError(ErrorCode::invalid_param, "'order_by' must be rank or recent");
}

std::size_t read_side(const base::JsonObject& context, std::string_view name) {
  constexpr std::int64_t kUsual = 5;
  const std::int64_t limit = boundary::optional_integer(context, name).value_or(kUsual);
  if (limit < 0) {
    throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' may not be negative", name));
  }
  return std::min(static_cast<std::size_t>(limit), search::kMostContext);
}

std::optional<search::ContextWanted> read_context(const base::JsonObject& criteria) {
  using Profiles = search::ContextWanted::Profiles;
  const base::JsonObject* context = boundary::optional_object(criteria, "event_context");
  if (context == nullptr) return std::nullopt;
  const bool has_profiles = boundary::optional_bool(*context, "include_profile").value_or(false);
  return search::ContextWanted{.before = read_side(*context, "before_limit"),
                               .after = read_side(*context, "after_limit"),
                               .profiles = has_profiles ? Profiles::yes : Profiles::no};
}

search::SearchGroup read_group(const base::Json& group) {
  const auto key = group.is_object() ? base::find_string(group.get_object(), "key") : std::nullopt;
  if (key == "room_id") return search::SearchGroup::room;
  if (key == "sender") return search::SearchGroup::sender;
  throw ApiError(ErrorCode::invalid_param, "'group_by' knows room_id and sender");
}

std::vector<search::SearchGroup> read_groups(const base::JsonObject& criteria) {
  std::vector<search::SearchGroup> groups;
  const base::JsonObject* groupings = boundary::optional_object(criteria, "groupings");
  const base::JsonArray* by =
      groupings == nullptr ? nullptr : boundary::optional_array(*groupings, "group_by");
  if (by == nullptr) return groups;
  for (const base::Json& one : *by) {
    const search::SearchGroup group = read_group(one);
    if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
  }
  return groups;
}

void read_place(const Call& call, SearchCriteria& criteria) {
  const auto text = call.query("next_batch");
  if (!text || text->empty()) return;
  const auto token = search::read_search_token(*text, criteria.identity);
  const auto refuse = [] {
    throw ApiError(ErrorCode::invalid_param, "'next_batch' is not of this search");
  };
  if (!token) return refuse();
  criteria.request.place = token->place;
  if (token->group == search::SearchGroup::room) {
    const auto room = protocol::RoomId::parse(token->value);
    if (!room) return refuse();
    criteria.request.only_room = *room;
  } else if (token->group == search::SearchGroup::sender) {
    const auto sender = protocol::UserId::parse(token->value);
    if (!sender) return refuse();
    criteria.request.only_sender = *sender;
  }
}

}  // namespace

SearchCriteria read_search_criteria(const Call& call, const base::JsonObject& criteria) {
  constexpr std::uint32_t kUsualLimit = 10;
  SearchCriteria read;
  SearchRequest& request = read.request;
  request.user = call.session().user;
  request.term = read_term(criteria);
  request.keys = read_keys(criteria);
  request.filter = read_search_filter(criteria);
  request.order = read_order(criteria);
  request.limit = request.filter.events.limit.value_or(kUsualLimit);
  read.context = read_context(criteria);
  read.groups = read_groups(criteria);
  read.include_state = boundary::optional_bool(criteria, "include_state").value_or(false);
  read.identity = fmt::format("{}\n{}\n{}\n{}", request.user.text(), request.keys,
                              static_cast<unsigned>(request.order), request.term);
  read_place(call, read);
  return read;
}

}  // namespace chancery::client
