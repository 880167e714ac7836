// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/call.hpp"

#include "base/assert.hpp"
#include "base/parse_number.hpp"
#include "protocol/api_error.hpp"

namespace chancery::boundary {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

template <typename Id>
Id parse_parameter(const std::string& text, std::string_view what) {
  auto parsed = Id::parse(text);
  if (!parsed) {
    throw ApiError(ErrorCode::invalid_param, fmt::format("Not a valid {}", what))
        .because(parsed.error().reason);
  }
  return *std::move(parsed);
}

// The reader's words for what lies deeper than base::kMaxJsonDepth.
constexpr std::string_view kTooDeep = "nested too deeply";

[[noreturn]] void refuse_type(std::string_view key, std::string_view type) {
  throw ApiError(ErrorCode::bad_json, fmt::format("'{}' must be {}", key, type));
}

}  // namespace

const accounts::Session& Call::session() const {
  CHANCERY_ASSERT(seen_.session != nullptr);
  return *seen_.session;
}

runtime::CancelToken Call::gone() {
  if (!seen_.session || authenticator_ == nullptr) return request_.gone;
  if (!watch_) {
    watch_ = authenticator_->watch(seen_);
    if (!watch_) return request_.gone;
    on_hang_up_.emplace(request_.gone, [watch = watch_] { watch->cancel(); });
  }
  return watch_->token();
}

const std::string& Call::path(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  CHANCERY_ASSERT(!"the route's pattern has this placeholder");
  return parameters_.front().second;
}

std::optional<std::string> Call::find_path(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string Call::transaction_id() const {
  constexpr std::size_t kMostBytes = 512;
  const std::string& id = path("txnId");
  if (id.size() > kMostBytes) {
    throw ApiError(ErrorCode::invalid_param, "A transaction id has at most 512 bytes");
  }
  return id;
}

protocol::RoomId Call::room_id(std::string_view name) const {
  return parse_parameter<protocol::RoomId>(path(name), "room id");
}
protocol::UserId Call::user_id(std::string_view name) const {
  return parse_parameter<protocol::UserId>(path(name), "user id");
}
protocol::EventId Call::event_id(std::string_view name) const {
  return parse_parameter<protocol::EventId>(path(name), "event id");
}
protocol::DeviceId Call::device_id(std::string_view name) const {
  return parse_parameter<protocol::DeviceId>(path(name), "device id");
}
protocol::RoomAlias Call::room_alias(std::string_view name) const {
  return parse_parameter<protocol::RoomAlias>(path(name), "room alias");
}

std::optional<std::string_view> Call::query(std::string_view name) const {
  return request_.query.find(name);
}

std::optional<std::int64_t> Call::query_integer(std::string_view name) const {
  const auto text = query(name);
  if (!text) return std::nullopt;
  const auto number = base::parse_number<std::int64_t>(*text);
  if (!number) {
    throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' must be an integer", name));
  }
  return number;
}

std::optional<bool> Call::query_bool(std::string_view name) const {
  const auto text = query(name);
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' must be true or false", name));
}

runtime::Task<base::JsonObject> Call::json_body(EmptyBody empty, base::JsonRules rules) {
  const std::string text = co_await http::read_body(request_, route_.guard.body_limit);
  if (text.empty()) {
    if (empty == EmptyBody::allowed) co_return base::JsonObject{};
    throw ApiError(ErrorCode::not_json, "The request has no body");
  }
  auto parsed = base::parse_json(text, rules);
  if (!parsed) {
    // Text that is JSON but breaks a rule of canonical JSON, or goes deeper than is read here, is
    // bad, not absent, JSON.
    const bool is_json =
        parsed.error().reason == kTooDeep ||
        (rules == base::JsonRules::canonical && base::parse_json(text).has_value());
    throw ApiError(is_json ? ErrorCode::bad_json : ErrorCode::not_json,
                   is_json ? fmt::format("The body may not hold this: {}", parsed.error().reason)
                           : "The body is not JSON")
        .because(fmt::format("{} at byte {}", parsed.error().reason, parsed.error().offset));
  }
  if (!parsed->is_object()) throw ApiError(ErrorCode::bad_json, "The body must be an object");
  co_return std::move(parsed->get_object());
}

std::string get_string(const base::JsonObject& body, std::string_view key) {
  auto value = optional_string(body, key);
  if (!value) throw ApiError(ErrorCode::missing_param, fmt::format("'{}' is missing", key));
  return *std::move(value);
}

std::optional<std::string> optional_string(const base::JsonObject& body, std::string_view key) {
  const base::Json* value = body.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) refuse_type(key, "a string");
  return std::string(value->get_string());
}

std::optional<std::int64_t> optional_integer(const base::JsonObject& body, std::string_view key) {
  const base::Json* value = body.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_int64()) refuse_type(key, "an integer");
  return value->get_int64();
}

std::optional<bool> optional_bool(const base::JsonObject& body, std::string_view key) {
  const base::Json* value = body.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_bool()) refuse_type(key, "true or false");
  return value->get_bool();
}

const base::JsonObject* optional_object(const base::JsonObject& body, std::string_view key) {
  const base::Json* value = body.if_contains(key);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) refuse_type(key, "an object");
  return &value->get_object();
}

const base::JsonArray* optional_array(const base::JsonObject& body, std::string_view key) {
  const base::Json* value = body.if_contains(key);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) refuse_type(key, "an array");
  return &value->get_array();
}

http::Response json_response(const base::Json& value, unsigned status) {
  return json_text_response(base::to_text(value), status);
}

http::Response json_text_response(std::string text, unsigned status) {
  http::Response response;
  response.status = status;
  response.headers.add("Content-Type", "application/json");
  response.body = std::move(text);
  return response;
}

http::Response empty_response() { return json_text_response("{}"); }

}  // namespace chancery::boundary
