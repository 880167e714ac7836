// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The log: one line an event, for machines (JSON) or for people.
//
// A line has a level, a short constant name of what happened (snake_case, so that machines find
// it), and fields. No content, no token, no secret is ever a field; names of people and rooms only
// where an operator must act on them. The request id of the running request is added by
// api/boundary as a field.
//
// Concurrency: any thread; a line is written whole.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace chancery::base {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
enum class LogFormat : std::uint8_t { people, json };

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double, bool> value;

  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const std::string& text)
      : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, const char* text) : name(field), value(std::string_view(text)) {}
  LogField(std::string_view field, std::int64_t number) : name(field), value(number) {}
  LogField(std::string_view field, std::uint64_t number)
      : name(field), value(static_cast<std::int64_t>(number)) {}
  LogField(std::string_view field, int number)
      : name(field), value(static_cast<std::int64_t>(number)) {}
  LogField(std::string_view field, double number) : name(field), value(number) {}
  LogField(std::string_view field, bool flag) : name(field), value(flag) {}
};

// Where lines go from now on; stderr at first, LogLevel::info, LogFormat::people.
void configure_log(LogLevel least, LogFormat format);
// Where the time of a line comes from, in milliseconds since 1970; null (as at first): no time.
void set_log_clock(std::int64_t (*now)());
// For tests: lines go to `sink` (null: to stderr again). Called with the whole line, no newline.
void capture_log(void (*sink)(std::string_view line));

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::debug, event, fields);
}
inline void log_info(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::info, event, fields);
}
inline void log_warn(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::warn, event, fields);
}
inline void log_error(std::string_view event, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::error, event, fields);
}

}  // namespace chancery::base
