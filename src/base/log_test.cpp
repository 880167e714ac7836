// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace chancery::base {
namespace {

std::vector<std::string> lines;

// Catches what is logged while it lives, then sets everything back.
class CapturedLog {
 public:
  explicit CapturedLog(LogFormat format, LogLevel least = LogLevel::info) {
    lines.clear();
    configure_log(least, format);
    set_log_clock([] { return std::int64_t{1'795'600'800'123}; });
    capture_log([](std::string_view line) { lines.emplace_back(line); });
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog() {
    capture_log(nullptr);
    set_log_clock(nullptr);
    configure_log(LogLevel::info, LogFormat::people);
  }
};

TEST_CASE("a line for people has time, level, event and fields") {
  const CapturedLog captured(LogFormat::people);

  log_info("server_started", {{"port", 8008}, {"store", "on disk"}, {"tls", false}});

  REQUIRE(lines.size() == 1);
  CHECK(lines[0] ==
        "2026-11-25T10:00:00.123Z info   server_started  port=8008 store=\"on disk\" tls=false");
}

TEST_CASE("a line for machines is one JSON object") {
  const CapturedLog captured(LogFormat::json);

  log_warn("disk_slow", {{"milliseconds", 1.5}, {"path", "/a\"b"}});

  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == R"({"ts":"2026-11-25T10:00:00.123Z","level":"warn","event":"disk_slow",)"
                    R"("milliseconds":1.5,"path":"/a\"b"})");
}

TEST_CASE("a stranger's text cannot begin a line of its own or turn the terminal") {
  const std::string hostile = "x\n2026-01-01 error \x1b[31m\xE2\x80\xAE\xC2\x9B\xFF\"\\";
  for (const LogFormat format : {LogFormat::people, LogFormat::json}) {
    const CapturedLog captured(format);

    log_info("login_failed", {{"user", hostile}});

    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find('\n') == std::string::npos);
    CHECK(lines[0].find('\x1b') == std::string::npos);
    CHECK(lines[0].find("\xE2\x80\xAE") == std::string::npos);
    CHECK(lines[0].find("\\u000a") != std::string::npos);
    if (format == LogFormat::json) CHECK(parse_json(lines[0]));
  }
}

TEST_CASE("lines below the least level are not made") {
  const CapturedLog captured(LogFormat::people, LogLevel::warn);

  log_info("quiet");
  log_error("loud");

  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("loud") != std::string::npos);
}

TEST_CASE("without a clock a line has no time") {
  const CapturedLog captured(LogFormat::people);
  set_log_clock(nullptr);

  log_error("stopped");

  CHECK(lines.at(0) == "error  stopped");
}

}  // namespace
}  // namespace chancery::base
