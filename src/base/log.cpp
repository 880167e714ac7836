// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/dates.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"

#include <fmt/core.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <unistd.h>

namespace chancery::base {
namespace {

std::atomic<LogLevel> least_level{LogLevel::info};
std::atomic<LogFormat> line_format{LogFormat::people};
std::atomic<std::int64_t (*)()> clock_source{nullptr};
std::atomic<void (*)(std::string_view)> line_sink{nullptr};
std::mutex stderr_mutex;

[[nodiscard]] std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warn:
      return "warn";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

// Code points that end a line, move the cursor or turn the direction of writing: with them a
// stranger could make one line look like another.
[[nodiscard]] bool is_deceptive(char32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x061C ||
         (code_point >= 0x200B && code_point <= 0x200F) ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2060 && code_point <= 0x206F) || code_point == 0xFEFF;
}

// Always a valid JSON string: deceptive characters as \uxxxx, bytes that are no UTF-8 as U+FFFD.
void append_escaped(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const char32_t code_point = utf8_code_point(text);
    if (code_point == '"' || code_point == '\\') {
      out += '\\';
      out += static_cast<char>(code_point);
    } else if (is_deceptive(code_point)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(code_point));
    } else {
      out.append(text, 0, length);
    }
    text.remove_prefix(length);
  }
  out += '"';
}

[[nodiscard]] bool is_bare_word(std::string_view text) {
  for (const char byte : text) {
    if (byte <= ' ' || byte == '"' || byte == '\\' || byte == '=' || byte == 0x7F) return false;
    if (static_cast<unsigned char>(byte) >= 0x80) return false;
  }
  return !text.empty();
}

void append_value(std::string& out, const LogField& field, LogFormat format) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    if (format == LogFormat::people && is_bare_word(*text)) {
      out += *text;
    } else {
      append_escaped(out, *text);
    }
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    out += fmt::format("{}", *integer);
  } else if (const auto* number = std::get_if<double>(&field.value)) {
    append_text(out, Json(*number));
  } else {
    out += std::get<bool>(field.value) ? "true" : "false";
  }
}

void append_json_line(std::string& out, LogLevel level, std::string_view event,
                      std::initializer_list<LogField> fields) {
  out += '{';
  if (auto* now = clock_source.load()) {
    out += fmt::format("\"ts\":\"{}\",", exact_moment_text({now()}));
  }
  out += fmt::format("\"level\":\"{}\",\"event\":", name_of(level));
  append_escaped(out, event);
  for (const LogField& field : fields) {
    out += ',';
    append_escaped(out, field.name);
    out += ':';
    append_value(out, field, LogFormat::json);
  }
  out += '}';
}

void append_people_line(std::string& out, LogLevel level, std::string_view event,
                        std::initializer_list<LogField> fields) {
  if (auto* now = clock_source.load()) {
    out += exact_moment_text({now()});
    out += ' ';
  }
  out += fmt::format("{:<5}  ", name_of(level));
  if (is_bare_word(event)) {
    out += event;
  } else {
    append_escaped(out, event);
  }
  const char* gap = "  ";
  for (const LogField& field : fields) {
    out += gap;
    gap = " ";
    out += field.name;
    out += '=';
    append_value(out, field, LogFormat::people);
  }
}

// A log that cannot be written must not stop the server: what stderr refuses is dropped.
void write_to_stderr(std::string_view line) {
  const std::lock_guard lock(stderr_mutex);
  while (!line.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    line.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void configure_log(LogLevel least, LogFormat format) {
  least_level = least;
  line_format = format;
}

void set_log_clock(std::int64_t (*now)()) { clock_source = now; }

void capture_log(void (*sink)(std::string_view line)) { line_sink = sink; }

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  if (level < least_level.load(std::memory_order_relaxed)) return;
  std::string line;
  line.reserve(256);
  if (line_format.load() == LogFormat::json) {
    append_json_line(line, level, event, fields);
  } else {
    append_people_line(line, level, event, fields);
  }
  if (auto* sink = line_sink.load()) {
    sink(line);
    return;
  }
  line += '\n';
  write_to_stderr(line);
}

}  // namespace chancery::base
