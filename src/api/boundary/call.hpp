// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Calls: one request as its endpoint sees it, after the boundary has let it through.
//
// The readers throw ApiError with the code that the specification names for the mistake.
// Lifetime: valid until the endpoint's task ends.

#include "api/boundary/route.hpp"
#include "base/json.hpp"
#include "domain/accounts/session.hpp"
#include "http/message.hpp"
#include "http/path_pattern.hpp"
#include "protocol/identifiers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::boundary {

class Call;

// What a call costs beyond its route's limit, which an endpoint finds only on its way.
class Meter {
 public:
  virtual ~Meter() = default;
  // Throws ApiError limit_exceeded.
  virtual void charge(Call& call, LimitClass limit) = 0;
};

class Call {
 public:
  Call(http::Request& request, const Route& route, http::PathParameters parameters)
      : request_(request), route_(route), parameters_(std::move(parameters)) {}

  [[nodiscard]] http::Request& request() { return request_; }
  [[nodiscard]] const Route& route() const { return route_; }
  // By which the log knows the request: a field of every line about it.
  [[nodiscard]] std::string request_id() const { return std::string(request_id_); }
  // Takes from `limit`, too. Throws ApiError limit_exceeded.
  void charge(LimitClass limit) {
    if (meter_ != nullptr) meter_->charge(*this, limit);
  }
  // Both outlive the call.
  void set_origin(std::string_view request_id, Meter& meter) {
    request_id_ = request_id;
    meter_ = &meter;
  }
  // For an endpoint that waits: cancelled when the client hangs up, and when the session ends.
  [[nodiscard]] runtime::CancelToken gone();
  // What was said of the session after it began to wait. Null: it did not wait.
  [[nodiscard]] const accounts::SessionWatchPtr& session_watch() const { return watch_; }
  void set_authenticator(accounts::Authenticator& authenticator) {
    authenticator_ = &authenticator;
  }

  // Requires: the route's guard demands authentication.
  [[nodiscard]] const accounts::Session& session() const;
  // Null: nobody is signed in.
  [[nodiscard]] const accounts::Session* find_session() const { return seen_.session.get(); }
  void set_session(accounts::SeenSession seen) { seen_ = std::move(seen); }
  // What is known of the access token that was sent, where the route looks at it.
  [[nodiscard]] const std::optional<accounts::ShownToken>& token() const { return token_; }
  void set_token(const accounts::ShownToken& token) { token_ = token; }

  // The decoded placeholder. Requires: the pattern has it.
  [[nodiscard]] const std::string& path(std::string_view name) const;
  // Absent where the pattern that matched has no such placeholder.
  [[nodiscard]] std::optional<std::string> find_path(std::string_view name) const;
  // {txnId}; M_INVALID_PARAM (400) where it is longer than 512 bytes: it is kept as long as the
  // client may repeat it.
  [[nodiscard]] std::string transaction_id() const;
  // The placeholder as an identifier; M_INVALID_PARAM (400) when it is none.
  [[nodiscard]] protocol::RoomId room_id(std::string_view name = "roomId") const;
  [[nodiscard]] protocol::UserId user_id(std::string_view name = "userId") const;
  [[nodiscard]] protocol::EventId event_id(std::string_view name = "eventId") const;
  [[nodiscard]] protocol::DeviceId device_id(std::string_view name = "deviceId") const;
  [[nodiscard]] protocol::RoomAlias room_alias(std::string_view name = "roomAlias") const;

  [[nodiscard]] std::optional<std::string_view> query(std::string_view name) const;
  // All of them, decoded.
  [[nodiscard]] auto query_parameters() const { return request_.query.parameters(); }
  // M_INVALID_PARAM when it is there and no number.
  [[nodiscard]] std::optional<std::int64_t> query_integer(std::string_view name) const;
  // "true" or "false"; M_INVALID_PARAM otherwise.
  [[nodiscard]] std::optional<bool> query_bool(std::string_view name) const;

  // The body as a JSON object: M_NOT_JSON, M_BAD_JSON or M_TOO_LARGE. An empty body is {} where
  // `allowed` says so.
  enum class EmptyBody : std::uint8_t { refused, allowed };
  runtime::Task<base::JsonObject> json_body(EmptyBody empty = EmptyBody::refused,
                                            base::JsonRules rules = base::JsonRules::plain);

 private:
  http::Request& request_;
  const Route& route_;
  http::PathParameters parameters_;
  accounts::SeenSession seen_;
  std::optional<accounts::ShownToken> token_;
  accounts::Authenticator* authenticator_ = nullptr;
  std::string_view request_id_;
  Meter* meter_ = nullptr;
  accounts::SessionWatchPtr watch_;
  std::optional<runtime::CancelCallback> on_hang_up_;
};

// The bearer token, from the header or, deprecated, the query; a part of the request. Empty when
// there is none.
[[nodiscard]] std::string_view bearer_token(const http::Request& request);

// Members of a body object: M_MISSING_PARAM when missing, M_BAD_JSON when of another type.
[[nodiscard]] std::string get_string(const base::JsonObject& body, std::string_view key);
[[nodiscard]] std::optional<std::string> optional_string(const base::JsonObject& body,
                                                         std::string_view key);
[[nodiscard]] std::optional<std::int64_t> optional_integer(const base::JsonObject& body,
                                                           std::string_view key);
[[nodiscard]] std::optional<bool> optional_bool(const base::JsonObject& body, std::string_view key);
// Null when missing.
[[nodiscard]] const base::JsonObject* optional_object(const base::JsonObject& body,
                                                      std::string_view key);
[[nodiscard]] const base::JsonArray* optional_array(const base::JsonObject& body,
                                                    std::string_view key);

[[nodiscard]] http::Response json_response(const base::Json& value, unsigned status = 200);
// `text` is JSON already.
[[nodiscard]] http::Response json_text_response(std::string text, unsigned status = 200);
// {}
[[nodiscard]] http::Response empty_response();

}  // namespace chancery::boundary
