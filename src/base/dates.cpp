// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/dates.hpp"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <string_view>

namespace chancery::base {
namespace {

struct Parts {
  explicit Parts(Timestamp at)
      : moment(Milliseconds(at.milliseconds)),
        midnight(std::chrono::floor<std::chrono::days>(moment)),
        date(midnight),
        time(moment - midnight) {}

  [[nodiscard]] int year() const { return static_cast<int>(date.year()); }
  [[nodiscard]] unsigned month() const { return static_cast<unsigned>(date.month()); }
  [[nodiscard]] unsigned day() const { return static_cast<unsigned>(date.day()); }
  [[nodiscard]] unsigned weekday() const { return std::chrono::weekday(midnight).c_encoding(); }

  std::chrono::sys_time<Milliseconds> moment;
  std::chrono::sys_days midnight;
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<Milliseconds> time;
};

// "Sun, 06 Nov 1994 08:49:37": the names are English whatever the locale is.
std::string named_moment_text(Timestamp at) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                         "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Parts parts(at);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02}", kDays.at(parts.weekday()), parts.day(),
                     kMonths.at(parts.month() - 1), parts.year(), parts.time.hours().count(),
                     parts.time.minutes().count(), parts.time.seconds().count());
}

}  // namespace

std::string day_text(Timestamp at) {
  const Parts parts(at);
  return fmt::format("{:04}-{:02}-{:02}", parts.year(), parts.month(), parts.day());
}

std::string moment_text(Timestamp at) {
  const Parts parts(at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.year(), parts.month(),
                     parts.day(), parts.time.hours().count(), parts.time.minutes().count(),
                     parts.time.seconds().count());
}

std::string exact_moment_text(Timestamp at) {
  const Parts parts(at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.year(), parts.month(),
                     parts.day(), parts.time.hours().count(), parts.time.minutes().count(),
                     parts.time.seconds().count(), parts.time.subseconds().count());
}

std::string http_date(Timestamp at) { return named_moment_text(at) + " GMT"; }

std::string mail_date(Timestamp at) { return named_moment_text(at) + " +0000"; }

}  // namespace chancery::base
