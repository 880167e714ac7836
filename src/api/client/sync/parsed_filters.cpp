// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/sync/parsed_filters.hpp"

#include "base/json.hpp"
#include "protocol/api_error.hpp"

#include <fmt/format.h>

#include <utility>

namespace chancery::client {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

std::shared_ptr<const protocol::Filter> parse_filter(const std::string& text) {
  const auto json = base::parse_json(text);
  if (!json) throw ApiError(ErrorCode::invalid_param, "The filter is not JSON");
  auto filter = protocol::Filter::parse(*json);
  if (!filter) {
    throw ApiError(
        ErrorCode::invalid_param,
        fmt::format("The filter's '{}' {}", filter.error().member, filter.error().reason));
  }
  return std::make_shared<const protocol::Filter>(*std::move(filter));
}

}  // namespace

std::shared_ptr<const protocol::Filter> ParsedFilters::get(const std::string& text) {
  if (text.size() > kMostBytes) return parse_filter(text);
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(text);
    if (found != kept_.end()) return found->second;
  }
  auto parsed = parse_filter(text);
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept) kept_.clear();
  return kept_.try_emplace(text, std::move(parsed)).first->second;
}

std::size_t ParsedFilters::size() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace chancery::client
