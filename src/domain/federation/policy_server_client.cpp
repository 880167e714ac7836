// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/policy_server_client.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace chancery::federation {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kTarget = "/_matrix/policy/v1/sign";
constexpr std::size_t kLongestText = 300;
constexpr unsigned kFirstServerError = 500;
constexpr std::int64_t kLongestWait = 3'600'000;  // milliseconds

ApiError no_answer() {
  return ApiError(ErrorCode::unavailable,
                  "This room's policy server does not answer; try again later")
      .because("policy_server.no_answer");
}

// Words of another server: short, and of one line.
std::string words_in(const base::JsonObject& body) {
  std::string text(base::find_string(body, "error").value_or(""));
  if (text.size() > kLongestText) {
    std::size_t end = kLongestText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
  }
  std::ranges::replace_if(
      text, [](char each) { return static_cast<unsigned char>(each) < 0x20 || each == 0x7F; }, ' ');
  return text.empty() ? "This room's policy server refuses the event" : text;
}

// The codes that speak of the event. Others would tell a client things about its own session or
// about this server, which are not for a policy server to say.
ErrorCode code_of(const PeerAnswer& answer) {
  constexpr std::array kPassed{ErrorCode::forbidden, ErrorCode::bad_json, ErrorCode::not_json,
                               ErrorCode::too_large, ErrorCode::limit_exceeded};
  const auto name = base::find_string(answer.body, "errcode").value_or("");
  constexpr unsigned kTooMany = 429;
  if (answer.status == kTooMany) return ErrorCode::limit_exceeded;
  const auto* const found = std::ranges::find_if(
      kPassed, [&](ErrorCode code) { return protocol::error_code_name(code) == name; });
  return found == kPassed.end() ? ErrorCode::forbidden : *found;
}

// "If the Policy Server returned an error, that error SHOULD be provided to the client verbatim."
ApiError refusal_in(const PeerAnswer& answer) {
  const ErrorCode code = code_of(answer);
  ApiError refusal = ApiError(code, words_in(answer.body)).because("policy_server.refused");
  if (code != ErrorCode::limit_exceeded) return refusal;
  const std::int64_t wait = base::find_integer(answer.body, "retry_after_ms").value_or(1'000);
  return std::move(refusal).with("retry_after_ms", std::clamp<std::int64_t>(wait, 1, kLongestWait));
}

}  // namespace

runtime::Task<std::string> PolicyServerClient::sign(protocol::EventPtr event,
                                                    protocol::PolicyServer server,
                                                    runtime::CancelToken cancel) {
  if (server.name == ports_.server && settings_.own == UnderOwnName::there_is_none) {
    // What it would be told by itself.
    throw ApiError(ErrorCode::forbidden,
                   "This room names this server as its policy server, which it is not")
        .because("policy_server.own_name");
  }
  if (!outages_.may_ask(server.name, settings_.patience)) throw no_answer();
  base::JsonObject pdu = event->json();
  protocol::sign_event(pdu, event->version(), ports_.server.text(), ports_.key);
  const PeerResult result = co_await ports_.client.send({.to = server.name,
                                                         .method = http::Method::post,
                                                         .target = std::string(kTarget),
                                                         .content = std::move(pdu),
                                                         .time = settings_.patience,
                                                         .may_be_repeated = true},
                                                        cancel);
  if (!result || result->status >= kFirstServerError) {
    outages_.note_failure(server.name);
    base::log_info("policy_server_failed",
                   {{"server", server.name.text()},
                    {"why", result ? std::string_view("status")
                                   : http::outbound_failure_name(result.error())}});
    throw no_answer();
  }
  outages_.note_answer(server.name);
  if (result->status != 200) throw refusal_in(*result);
  const auto signature = protocol::find_policy_signature(result->body, server.name);
  if (!signature) {
    throw ApiError(ErrorCode::forbidden, "This room's policy server did not sign the event")
        .because("policy_server.not_signed");
  }
  co_return std::string(*signature);
}

}  // namespace chancery::federation
