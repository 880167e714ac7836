// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/dates.hpp"
#include "base/parse_number.hpp"
#include "runtime/clock.hpp"
#include "server/cli/act.hpp"
#include "server/cli/command.hpp"
#include "server/cli/moments.hpp"
#include "server/cli/operator_commands.hpp"

#include <fmt/core.h>

namespace chancery::cli {
namespace {

using base::JsonArray;
using base::JsonObject;

std::int64_t get_number(const Arguments& arguments, std::string_view option, std::int64_t most) {
  const auto number = base::parse_number<std::int64_t>(arguments.find(option).value_or(""));
  if (!number || *number < 1 || *number > most) {
    throw UsageError(fmt::format("{} must be a whole number from 1 to {}", option, most));
  }
  return *number;
}

JsonObject read_wanted(const Arguments& arguments) {
  constexpr std::int64_t kMostRecords = 10'000;
  JsonObject wanted;
  if (const auto who = arguments.find("--who")) wanted["who"] = *who;
  if (const auto act = arguments.find("--act")) wanted["act"] = *act;
  if (arguments.has("--limit")) wanted["limit"] = get_number(arguments, "--limit", kMostRecords);
  if (arguments.has("--before")) {
    wanted["before"] = get_number(arguments, "--before", base::kMaxCanonicalInteger);
  }
  if (const auto text = arguments.find("--since")) {
    const auto since = parse_moment(*text, runtime::SystemClock{}.now());
    if (!since) {
      throw UsageError("--since must be a time ago (30m, 12h, 7d) or a day (2026-11-29)");
    }
    wanted["since"] = since->milliseconds;
  }
  return wanted;
}

std::string text_of(const JsonObject& object, std::string_view key) {
  return std::string(base::find_string(object, key).value_or(""));
}

void print_record(const JsonObject& record) {
  const std::string context = text_of(record, "context");
  const std::string device = text_of(record, "device");
  const std::string rule = text_of(record, "rule");
  fmt::print("{}  {:28}  {:24}  {}{}{}{}\n",
             base::moment_text({base::find_integer(record, "at").value_or(0)}),
             text_of(record, "who"), text_of(record, "act"), text_of(record, "object"),
             context.empty() ? "" : "  in " + context, device.empty() ? "" : "  from " + device,
             rule.empty() ? "" : "  (" + rule + ")");
}

std::size_t count_altered(const JsonObject& result) {
  const JsonObject* unreadable = base::find_object(result, "unreadable");
  const JsonArray* altered =
      unreadable == nullptr ? nullptr : base::find_array(*unreadable, "altered");
  return altered == nullptr ? 0 : altered->size();
}

void print_found(const JsonObject& result, const JsonObject& wanted) {
  const JsonArray* records = base::find_array(result, "records");
  if (records != nullptr && !records->empty()) {
    for (const base::Json& each : *records) print_record(each.as_object());
  } else if (const std::string act = text_of(wanted, "act"); !act.empty()) {
    // Acts are words: a mistyped one is not to pass for one that nobody did.
    fmt::print("No such record: there is none whose act is \"{0}\" or begins with \"{0}.\".\n",
               act);
  } else {
    fmt::print("No such record.\n");
  }
  const JsonObject* unreadable = base::find_object(result, "unreadable");
  const std::int64_t gone =
      unreadable == nullptr ? 0 : base::find_integer(*unreadable, "key_is_gone").value_or(0);
  if (gone > 0) fmt::print("{} records on the way have no key any more.\n", gone);
  if (count_altered(result) > 0) {
    const JsonArray& altered = *base::find_array(*unreadable, "altered");
    fmt::print("ALTERED: the records at the positions {} are not what was committed to.\n",
               base::to_text(altered));
  }
  if (const auto next = base::find_integer(result, "next")) {
    fmt::print("There may be more: --before {}\n", *next);
  }
}

}  // namespace

ExitCode run_audit_list(const Arguments& arguments) {
  const JsonObject wanted = read_wanted(arguments);
  const JsonObject result = perform(load_for(arguments).values, "audit.list", wanted);
  if (arguments.has("--json")) {
    fmt::print("{}\n", base::to_text(result));
  } else {
    print_found(result, wanted);
  }
  return count_altered(result) == 0 ? ExitCode::done : ExitCode::failed;
}

}  // namespace chancery::cli
