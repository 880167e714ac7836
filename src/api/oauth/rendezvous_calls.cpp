// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/rendezvous_calls.hpp"

#include <array>
#include <chrono>

namespace chancery::oauth_api {

boundary::Guard rendezvous_guard(boundary::LimitClass limit) {
  boundary::Guard guard = boundary::open_guard(limit);
  // JSON may write a byte as six.
  guard.body_limit = oauth::Rendezvous::kMostBytes * 6 + 1'024;
  return guard;
}

void require_no_navigation(boundary::Call& call) {
  if (call.request().headers.find("Sec-Fetch-Mode") == "navigate") {
    throw protocol::ApiError(protocol::ErrorCode::forbidden, "This is no page");
  }
}

protocol::ApiError no_such_meeting() {
  return {protocol::ErrorCode::not_found, "There is no such rendezvous (any more)"};
}

void add_rendezvous_fields(http::Response& response) {
  response.headers.set("Cache-Control", "no-store, no-transform");
  response.headers.set("Pragma", "no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  response.headers.set("X-Max-Bytes", std::to_string(oauth::Rendezvous::kMostBytes));
}

std::string http_date(base::Timestamp at) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_time<base::Milliseconds> time{base::Milliseconds(at.milliseconds)};
  const auto day_begin = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day day{day_begin};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day_begin)};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[std::chrono::weekday{day_begin}.c_encoding()],
                     static_cast<unsigned>(day.day()),
                     kMonths[static_cast<unsigned>(day.month()) - 1], static_cast<int>(day.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

}  // namespace chancery::oauth_api
