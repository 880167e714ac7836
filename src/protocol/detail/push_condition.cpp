// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/push_condition.hpp"

#include "base/parse_number.hpp"
#include "protocol/case_folding.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

constexpr std::string_view kBody = "content.body";
constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;

std::optional<std::int64_t> as_integer(const base::Json& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= std::uint64_t{kMaxInteger}) {
    return static_cast<std::int64_t>(value.get_uint64());
  }
  return std::nullopt;
}

// "Only supports non-compound canonical JSON values: strings, integers in the range of
// [-(2**53)+1, (2**53)-1], booleans, and null."
bool is_comparable(const base::Json& value) {
  if (value.is_string() || value.is_bool() || value.is_null()) return true;
  const auto integer = as_integer(value);
  return integer && *integer >= -kMaxInteger && *integer <= kMaxInteger;
}

bool equals(const base::Json& left, const base::Json& right) {
  if (!is_comparable(left) || !is_comparable(right)) return false;
  const auto integer = as_integer(left);
  if (integer) return as_integer(right) == integer;
  return left.kind() == right.kind() && left == right;
}

}  // namespace

PushCondition PushCondition::body_contains(std::string_view pattern) {
  return PushCondition(find_words(PropertyKey(kBody), pattern));
}

PushCondition::EventMatch PushCondition::find_words(PropertyKey key, std::string_view pattern) {
  const std::string folded = fold_case(pattern);
  const std::string_view first_word =
      std::string_view(folded).substr(0, folded.find_first_of("*?"));
  return {.key = std::move(key),
          .glob = Glob(folded, GlobSyntax::full, GlobScope::words),
          .start = WordStart::of(first_word)};
}

PushCondition PushCondition::compile(const base::Json& condition) {
  const base::JsonObject* object = condition.if_object();
  if (object == nullptr) return PushCondition(Never{});
  const std::string_view kind = base::find_string(*object, "kind").value_or("");
  if (kind == "event_match") return PushCondition(compile_event_match(*object));
  if (kind == "event_property_is") return PushCondition(compile_property<PropertyIs>(*object));
  if (kind == "event_property_contains") {
    return PushCondition(compile_property<PropertyContains>(*object));
  }
  if (kind == "contains_display_name") {
    return PushCondition(ContainsDisplayName{PropertyKey(kBody)});
  }
  if (kind == "room_member_count") return PushCondition(compile_member_count(*object));
  if (kind == "sender_notification_permission") {
    const auto key = base::find_string(*object, "key");
    if (key) return PushCondition(SenderPermission{std::string(*key)});
  }
  if (kind == "io.element.msc4306.thread_subscription") {
    const auto is_subscribed = base::find_bool(*object, "subscribed");
    if (is_subscribed) {
      return PushCondition(
          ThreadSubscription{*is_subscribed ? InThread::followed : InThread::not_followed});
    }
  }
  // "Unrecognised conditions MUST NOT match any events."
  return PushCondition(Never{});
}

PushCondition::Form PushCondition::compile_event_match(const base::JsonObject& condition) {
  const auto key = base::find_string(condition, "key");
  const auto pattern = base::find_string(condition, "pattern");
  if (!key || !pattern) return Never{};
  PropertyKey property(*key);
  if (property.path() == kBody) return find_words(std::move(property), *pattern);
  return EventMatch{.key = std::move(property),
                    .glob = Glob(fold_case(*pattern), GlobSyntax::full, GlobScope::whole),
                    .start = std::nullopt};
}

template <typename Kind>
PushCondition::Form PushCondition::compile_property(const base::JsonObject& condition) {
  const auto key = base::find_string(condition, "key");
  const base::Json* value = condition.if_contains("value");
  if (!key || value == nullptr || !is_comparable(*value)) return Never{};
  return Kind{PropertyKey(*key), *value};
}

// "A decimal integer optionally prefixed by one of, ==, <, >, >= or <=."
PushCondition::Form PushCondition::compile_member_count(const base::JsonObject& condition) {
  using Comparison = MemberCount::Comparison;
  constexpr std::pair<std::string_view, Comparison> kPrefixes[] = {{"==", Comparison::equal},
                                                                   {"<=", Comparison::at_most},
                                                                   {">=", Comparison::at_least},
                                                                   {"<", Comparison::less},
                                                                   {">", Comparison::greater}};
  std::string_view is = base::find_string(condition, "is").value_or("");
  MemberCount form;
  for (const auto& [prefix, comparison] : kPrefixes) {
    if (!is.starts_with(prefix)) continue;
    form.comparison = comparison;
    is.remove_prefix(prefix.size());
    break;
  }
  const auto count = base::parse_number<std::uint64_t>(is);
  if (!count) return Never{};
  form.count = *count;
  return form;
}

bool PushCondition::holds(const FlatEvent& event, const PushRoom& room,
                          const PushViewer& viewer) const {
  const Question question{event, room, viewer};
  return std::visit([&question](const auto& form) { return check(form, question); }, form_);
}

PushAnswer PushCondition::answer(const FlatEvent& event, const PushRoom& room) const {
  if (const auto* name = std::get_if<ContainsDisplayName>(&form_)) {
    const FlatEvent::Property* property = event.find(name->key);
    const bool is_text = property != nullptr && property->value->is_string();
    return is_text ? PushAnswer::depends : PushAnswer::no;
  }
  if (std::holds_alternative<ThreadSubscription>(form_)) {
    return room.thread == InThread::none ? PushAnswer::no : PushAnswer::depends;
  }
  return holds(event, room, {}) ? PushAnswer::yes : PushAnswer::no;
}

PushAnswer PushCondition::answer_for_any_owner(const FlatEvent& event) const {
  bool may_hold = true;
  if (const auto* match = std::get_if<EventMatch>(&form_)) {
    const FlatEvent::Property* property = event.find(match->key);
    may_hold = property != nullptr && property->value->is_string();
  } else if (const auto* contains = std::get_if<PropertyContains>(&form_)) {
    const FlatEvent::Property* property = event.find(contains->key);
    may_hold =
        property != nullptr && property->value->is_array() && !property->value->get_array().empty();
  }
  return may_hold ? PushAnswer::depends : PushAnswer::no;
}

std::optional<WordStart> PushCondition::word_start() const {
  const auto* match = std::get_if<EventMatch>(&form_);
  return match == nullptr ? std::nullopt : match->start;
}

bool PushCondition::check(const Never&, const Question&) { return false; }

bool PushCondition::check(const EventMatch& form, const Question& question) {
  if (form.start && !question.event.body_words().may_have(*form.start)) return false;
  const FlatEvent::Property* property = question.event.find(form.key);
  return property != nullptr && property->value->is_string() && form.glob.matches(property->folded);
}

bool PushCondition::check(const PropertyIs& form, const Question& question) {
  const FlatEvent::Property* property = question.event.find(form.key);
  return property != nullptr && equals(*property->value, form.value);
}

bool PushCondition::check(const PropertyContains& form, const Question& question) {
  const FlatEvent::Property* property = question.event.find(form.key);
  if (property == nullptr || !property->value->is_array()) return false;
  return std::ranges::any_of(property->value->get_array(), [&form](const base::Json& entry) {
    return equals(entry, form.value);
  });
}

// Display names change and differ from room to room, so this one is compiled when it is asked.
bool PushCondition::check(const ContainsDisplayName& form, const Question& question) {
  const PushViewer& viewer = question.viewer;
  if (viewer.display_name.empty()) return false;
  if (viewer.name_start && !question.event.body_words().may_have(*viewer.name_start)) return false;
  const FlatEvent::Property* property = question.event.find(form.key);
  if (property == nullptr || !property->value->is_string()) return false;
  const Glob name(fold_case(viewer.display_name), GlobSyntax::literal, GlobScope::words);
  return name.matches(property->folded);
}

bool PushCondition::check(const MemberCount& form, const Question& question) {
  const std::uint64_t members = question.room.joined_members;
  switch (form.comparison) {
    case MemberCount::Comparison::equal:
      return members == form.count;
    case MemberCount::Comparison::less:
      return members < form.count;
    case MemberCount::Comparison::greater:
      return members > form.count;
    case MemberCount::Comparison::at_least:
      return members >= form.count;
    case MemberCount::Comparison::at_most:
      return members <= form.count;
  }
  return false;
}

bool PushCondition::check(const ThreadSubscription& form, const Question& question) {
  return question.viewer.thread == form.wanted;
}

bool PushCondition::check(const SenderPermission& form, const Question& question) {
  return question.room.sender_power >= question.room.levels.needed_to_notify(form.key);
}

}  // namespace chancery::protocol
