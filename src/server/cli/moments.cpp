// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/moments.hpp"

#include "base/parse_number.hpp"

#include <chrono>
#include <cstdint>

namespace chancery::cli {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

std::optional<base::Timestamp> parse_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = base::parse_number<std::uint16_t>(text.substr(0, 4));
  const auto month = base::parse_number<std::uint16_t>(text.substr(5, 2));
  const auto day = base::parse_number<std::uint16_t>(text.substr(8, 2));
  if (!year || !month || !day || *year < 1970) return std::nullopt;
  const year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                            std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return base::Timestamp{milliseconds(sys_days(date).time_since_epoch()).count()};
}

// The milliseconds of "m", "h" or "d"; 0: of no unit.
std::int64_t length_of(char unit) {
  switch (unit) {
    case 'm':
      return milliseconds(std::chrono::minutes(1)).count();
    case 'h':
      return milliseconds(std::chrono::hours(1)).count();
    case 'd':
      return milliseconds(days(1)).count();
    default:
      return 0;
  }
}

}  // namespace

std::optional<base::Timestamp> parse_moment(std::string_view text, base::Timestamp now) {
  if (auto day = parse_day(text)) return day;
  if (text.empty()) return std::nullopt;
  const std::int64_t unit = length_of(text.back());
  const auto count = base::parse_number<std::uint32_t>(text.substr(0, text.size() - 1));
  if (unit == 0 || !count) return std::nullopt;
  const std::int64_t length = unit * *count;  // no more than 2^32 days
  if (length > now.milliseconds) return std::nullopt;
  return base::Timestamp{now.milliseconds - length};
}

}  // namespace chancery::cli
