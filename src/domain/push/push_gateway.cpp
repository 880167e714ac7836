// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_gateway.hpp"

#include "base/log.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace chancery::push {
namespace {

using Outcome = Delivery::Outcome;

bool is_rejected(const std::string& answer, const std::string& pushkey) {
  const auto parsed = base::parse_json(answer);
  if (!parsed || !parsed->is_object()) return false;
  const base::JsonArray* rejected = base::find_array(parsed->get_object(), "rejected");
  return rejected != nullptr && std::ranges::any_of(*rejected, [&](const base::Json& one) {
           return one.is_string() && std::string_view(one.get_string()) == pushkey;
         });
}

// Whether the same request may fare better later.
Outcome outcome_of(unsigned status) {
  const bool is_lasting =
      status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;
  // A gateway that is not found may be one whose operator is busy mending it.
  return is_lasting && status != 404 ? Outcome::refused : Outcome::failed;
}

std::chrono::seconds retry_after(const http::Headers& headers) {
  const auto text = headers.find("Retry-After");
  const auto seconds = text ? base::parse_number<std::int64_t>(*text) : std::nullopt;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds.value_or(0), 0, 3'600));
}

}  // namespace

runtime::Task<Delivery> PushGateway::deliver(const Pusher& pusher, base::JsonObject body,
                                             runtime::CancelToken cancel) {
  const std::string pushkey = pusher.pushkey;
  const std::string url(base::find_string(pusher.data, "url").value_or(""));
  http::OutboundRequest request{.method = http::Method::post,
                                .url = url,
                                .headers = {},
                                .body = base::to_text(body),
                                .chosen_by = http::ChosenBy::others,
                                .time = kPatience,
                                .longest_body = kMostAnswerBytes,
                                .may_be_repeated = true};
  request.headers.add("Content-Type", "application/json");
  const http::OutboundResult answer = co_await outbound_.send(std::move(request), cancel);
  if (!answer) {
    reach_.note_failure(url, http::outbound_failure_name(answer.error()));
    co_return Delivery{};
  }
  if (answer->status < 200 || answer->status >= 300) {
    const Outcome outcome = outcome_of(answer->status);
    if (outcome == Outcome::failed) {
      reach_.note_failure(url, std::to_string(answer->status));
    } else {  // of this notification alone
      base::log_debug("push_gateway_refused", {{"status", static_cast<int>(answer->status)}});
    }
    co_return Delivery{.outcome = outcome, .retry_after = retry_after(answer->headers)};
  }
  reach_.note_success(url);
  const bool is_gone = is_rejected(answer->body, pushkey);
  co_return Delivery{.outcome = is_gone ? Outcome::rejected : Outcome::delivered};
}

}  // namespace chancery::push
