// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/filter.hpp"

#include "protocol/detail/filter_reader.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

// Moves texts with a star out of `texts` and compiles them; the others are left sorted.
std::vector<Glob> take_globs(std::vector<std::string>& texts) {
  std::vector<Glob> globs;
  std::erase_if(texts, [&globs](const std::string& text) {
    if (text.find('*') == std::string::npos) return false;
    globs.emplace_back(text, GlobSyntax::stars, GlobScope::whole);
    return true;
  });
  std::ranges::sort(texts);
  return globs;
}

// MSC4429's member of a filter.
struct ProfileFilter {
  std::vector<std::string> ids;

  static ParsedFilter<ProfileFilter> parse(const base::Json& json) {
    FilterReader reader(json);
    ProfileFilter filter;
    filter.ids = reader.find_texts("ids", '\0').value_or(std::vector<std::string>());
    if (reader.error()) return std::unexpected(*reader.error());
    std::ranges::sort(filter.ids);
    const auto repeated = std::ranges::unique(filter.ids);
    filter.ids.erase(repeated.begin(), repeated.end());
    return filter;
  }
};

}  // namespace

TextFilter::TextFilter(std::optional<std::vector<std::string>> wanted,
                       std::vector<std::string> refused, GlobSyntax syntax)
    : given_(std::move(wanted)), refused_(std::move(refused)) {
  if (given_) wanted_ = *given_;
  if (syntax == GlobSyntax::literal) {
    std::ranges::sort(wanted_);
    std::ranges::sort(refused_);
    return;
  }
  wanted_globs_ = take_globs(wanted_);
  refused_globs_ = take_globs(refused_);
}

bool TextFilter::is_one_of(const std::vector<std::string>& texts, const std::vector<Glob>& globs,
                           std::string_view text) {
  return std::ranges::binary_search(texts, text) ||
         std::ranges::any_of(globs, [text](const Glob& glob) { return glob.matches(text); });
}

bool TextFilter::accepts(std::string_view text) const {
  if (accepts_all()) return true;
  if (is_one_of(refused_, refused_globs_, text)) return false;
  return !given_ || is_one_of(wanted_, wanted_globs_, text);
}

ParsedFilter<EventFilter> EventFilter::parse(const base::Json& json) {
  FilterReader reader(json);
  EventFilter filter;
  filter.limit = reader.find_limit();
  filter.types = reader.read_text_filter("types", '\0', GlobSyntax::stars);
  filter.senders = reader.read_text_filter("senders", '@', GlobSyntax::literal);
  if (reader.error()) return std::unexpected(*reader.error());
  return filter;
}

ParsedFilter<RoomEventFilter> RoomEventFilter::parse(const base::Json& json) {
  ParsedFilter<EventFilter> events = EventFilter::parse(json);
  if (!events) return std::unexpected(std::move(events.error()));
  FilterReader reader(json);
  RoomEventFilter filter;
  filter.events = *std::move(events);
  filter.rooms = reader.read_text_filter("rooms", '!', GlobSyntax::literal);
  filter.rel_types = TextFilter(reader.find_texts("org.matrix.msc3874.rel_types", '\0'),
                                reader.find_texts("org.matrix.msc3874.not_rel_types", '\0')
                                    .value_or(std::vector<std::string>()),
                                GlobSyntax::literal);
  filter.contains_url = reader.find_flag("contains_url");
  filter.lazy_load_members = reader.read_flag("lazy_load_members");
  filter.include_redundant_members = reader.read_flag("include_redundant_members");
  filter.unread_thread_notifications = reader.read_flag("unread_thread_notifications");
  if (reader.error()) return std::unexpected(*reader.error());
  return filter;
}

bool RoomEventFilter::accepts(const FilteredEvent& event) const {
  return events.accepts(event.type, event.sender) && rooms.accepts(event.room) &&
         rel_types.accepts(event.rel_type) && (!contains_url || *contains_url == event.has_url);
}

bool RoomEventFilter::accepts_all() const {
  return events.types.accepts_all() && events.senders.accepts_all() && rooms.accepts_all() &&
         rel_types.accepts_all() && !contains_url;
}

ParsedFilter<RoomFilter> RoomFilter::parse(const base::Json& json) {
  FilterReader reader(json);
  RoomFilter filter;
  filter.rooms = reader.read_text_filter("rooms", '!', GlobSyntax::literal);
  filter.include_leave = reader.read_flag("include_leave");
  filter.ephemeral = reader.read_part<RoomEventFilter>("ephemeral");
  filter.state = reader.read_part<RoomEventFilter>("state");
  filter.timeline = reader.read_part<RoomEventFilter>("timeline");
  filter.account_data = reader.read_part<RoomEventFilter>("account_data");
  if (reader.error()) return std::unexpected(*reader.error());
  return filter;
}

ParsedFilter<Filter> Filter::parse(const base::Json& json) {
  FilterReader reader(json);
  Filter filter;
  if (const auto fields = reader.find_texts("event_fields", '\0')) {
    filter.event_fields.emplace();
    for (const std::string& field : *fields) {
      filter.event_fields->push_back(parse_property_path(field));
    }
  }
  const std::string format = reader.find_text("event_format").value_or("client");
  if (format == "federation") {
    filter.event_format = FilterEventFormat::federation;
  } else if (format != "client") {
    reader.fail("event_format", "must be \"client\" or \"federation\"");
  }
  filter.presence = reader.read_part<EventFilter>("presence");
  filter.account_data = reader.read_part<EventFilter>("account_data");
  filter.room = reader.read_part<RoomFilter>("room");
  filter.profile_fields = reader.read_part<ProfileFilter>("org.matrix.msc4429.profile_fields").ids;
  if (reader.error()) return std::unexpected(*reader.error());
  return filter;
}

}  // namespace chancery::protocol
