// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/admin/requests.hpp"

#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::admin_api {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::int64_t kUsualRows = 100;
constexpr std::int64_t kMostRows = 1'000;

}  // namespace

storage::Page read_page(const boundary::Call& call) {
  const std::int64_t from = call.query_integer("from").value_or(0);
  const std::int64_t limit = call.query_integer("limit").value_or(kUsualRows);
  if (from < 0 || limit < 0) {
    throw ApiError(ErrorCode::invalid_param, "'from' and 'limit' must not be negative");
  }
  return {.from = from, .limit = std::min(limit, kMostRows)};
}

storage::Sorting read_sorting(const boundary::Call& call, storage::Sorting usual) {
  const auto asked = call.query("dir");
  if (!asked || asked->empty()) return usual;
  if (*asked == "f") return storage::Sorting::ascending;
  if (*asked == "b") return storage::Sorting::descending;
  throw ApiError(ErrorCode::invalid_param, "'dir' must be f or b");
}

base::Timestamp read_past(std::int64_t milliseconds, std::string_view name) {
  constexpr std::int64_t kEarliest = 30'000'000'000;
  if (milliseconds < kEarliest) {
    throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' is no time in milliseconds", name));
  }
  return {milliseconds};
}

void refuse_order() {
  throw ApiError(ErrorCode::invalid_param, "This server does not order by that");
}

std::optional<std::int64_t> next_of(const storage::Page& page, std::size_t rows,
                                    std::int64_t total) {
  const std::int64_t next = page.from + static_cast<std::int64_t>(rows);
  if (rows == 0 || next >= total) return std::nullopt;
  return next;
}

base::Json json_or_null(const std::string& json_text) {
  if (json_text.empty()) return nullptr;
  auto parsed = base::parse_json(json_text);
  return parsed ? *std::move(parsed) : base::Json(nullptr);
}

base::Json text_or_null(const std::string& text) {
  return text.empty() ? base::Json(nullptr) : base::Json(text);
}

bool get_bool(const base::JsonObject& body, std::string_view key) {
  const auto value = boundary::optional_bool(body, key);
  if (!value) throw ApiError(ErrorCode::missing_param, fmt::format("'{}' is missing", key));
  return *value;
}

std::optional<std::string> text_unless_null(const base::JsonObject& body, std::string_view key) {
  const base::Json* value = body.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return boundary::optional_string(body, key);
}

}  // namespace chancery::admin_api
