// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Push rules: three lines, of rules as stored, an event, and the body of a rule that is put. What
// is read can be written and read again; globs agree with their definition; rules say the same of a
// message whether each is asked alone or what they have in common is worked out once.

#include "base/assert.hpp"
#include "protocol/flat_event.hpp"
#include "protocol/glob.hpp"
#include "protocol/property_path.hpp"
#include "protocol/push_evaluation.hpp"
#include "protocol/push_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using chancery::base::JsonObject;
using chancery::protocol::CompiledPushRules;
using chancery::protocol::FlatEvent;
using chancery::protocol::Glob;
using chancery::protocol::GlobScope;
using chancery::protocol::GlobSyntax;
using chancery::protocol::PushOutcome;
using chancery::protocol::PushRoom;
using chancery::protocol::PushRuleKind;
using chancery::protocol::PushRuleset;
using chancery::protocol::SharedPushAnswers;
using chancery::protocol::UserId;
using chancery::protocol::WordStart;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

JsonObject object(std::string_view text) {
  auto json = chancery::base::parse_json(text);
  return json && json->is_object() ? std::move(json->as_object()) : JsonObject();
}

// By the definition, in bytes; both are ASCII.
bool matches(std::string_view pattern, std::string_view text) {
  std::vector<bool> ends(text.size() + 1, false);
  ends[0] = true;
  for (const char letter : pattern) {
    std::vector<bool> next(text.size() + 1, false);
    bool seen = false;
    for (std::size_t at = 0; at <= text.size(); ++at) {
      if (letter == '*') {
        seen = seen || ends[at];
        next[at] = seen;
      } else if (at > 0) {
        next[at] = ends[at - 1] && (letter == '?' || letter == text[at - 1]);
      }
    }
    ends = std::move(next);
  }
  return ends[text.size()];
}

void check_globs(std::string_view pattern, std::string_view text) {
  const auto is_short_ascii = [](std::string_view bytes) {
    return bytes.size() < 300 &&
           std::ranges::none_of(
               bytes, [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
  };
  const bool in_words = Glob(pattern, GlobSyntax::full, GlobScope::words).matches(text);
  const bool whole = Glob(pattern, GlobSyntax::full, GlobScope::whole).matches(text);
  if (pattern.size() > chancery::protocol::kMaxGlobBytes) {
    CHANCERY_ASSERT(!whole && !in_words);
    return;
  }
  if (whole) CHANCERY_ASSERT(in_words);
  CHANCERY_ASSERT(Glob(pattern, GlobSyntax::literal, GlobScope::whole).matches(text) ==
                  (pattern == text));
  if (!is_short_ascii(pattern) || !is_short_ascii(text)) return;
  CHANCERY_ASSERT(whole == matches(pattern, text));
}

void check_outcome(const PushRuleset& ruleset, const UserId& owner, const JsonObject& event) {
  const CompiledPushRules rules(ruleset, owner);
  const FlatEvent flat(event);
  const PushRoom room{.joined_members = 2, .sender_power = 50};
  const PushOutcome& outcome = rules.evaluate(flat, room, "Alice");
  const PushOutcome& shared =
      rules.evaluate(SharedPushAnswers(flat, room),
                     {.display_name = "Alice", .name_start = WordStart::of("alice")});
  CHANCERY_ASSERT(outcome.notify == shared.notify && outcome.highlight == shared.highlight &&
                  outcome.sound == shared.sound && outcome.tweaks == shared.tweaks);
  if (!outcome.notify) {
    CHANCERY_ASSERT(!outcome.highlight && !outcome.sound && outcome.tweaks.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::string_view stored = take_line(text);
  const std::string_view event = take_line(text);
  check_globs(stored, event);

  const std::string path = chancery::protocol::canonical_property_path(stored);
  CHANCERY_ASSERT(chancery::protocol::canonical_property_path(path) == path);

  const UserId owner = UserId::trusted("@alice:x");
  PushRuleset ruleset = PushRuleset::from_json(object(stored), owner);
  const JsonObject written = ruleset.to_json();
  CHANCERY_ASSERT(PushRuleset::from_json(written, owner).to_json() == written);
  check_outcome(ruleset, owner, object(event));

  for (const PushRuleKind kind : chancery::protocol::kPushRuleKinds) {
    const auto edit = ruleset.put({.kind = kind, .id = "@fuzz:x", .body = object(text)});
    CHANCERY_ASSERT(edit.has_value() == (ruleset.find(kind, "@fuzz:x") != nullptr) ||
                    !edit.has_value());
    if (!edit) CHANCERY_ASSERT(!edit.error().text.empty());
  }
  CHANCERY_ASSERT(PushRuleset::from_json(ruleset.to_json(), owner).to_json() == ruleset.to_json());
  check_outcome(ruleset, owner, object(event));
  return 0;
}
