// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/aggregations.hpp"

#include "base/json_lists.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace chancery::rooms {
namespace {

using base::begin_member;
using Kind = RelationSummary::Kind;

}  // namespace

runtime::Task<Aggregations::Seen> Aggregations::look(CachedEventPtr event, protocol::UserId user) {
  Seen seen;
  const RelationSummaryPtr summary = co_await summaries_.get(event);
  if (!summary) co_return seen;
  const RoomPtr room = co_await rooms_.get(event->room);
  const std::vector<bool> is_seen = co_await visible_.judge(room, user, summary->traces);
  seen.takes_part = event->event->sender() == user;
  for (std::size_t i = 0; i < is_seen.size(); ++i) {
    const EventTrace& trace = summary->traces[i];
    if (!is_seen[i]) continue;
    switch (summary->kinds[i]) {
      case Kind::edit:
        if (seen.edit.value == 0 && !event->is_redacted()) seen.edit = trace.number;
        break;
      case Kind::reference:
        seen.references.push_back(trace.number);
        break;
      case Kind::thread:
        if (seen.latest.value == 0) seen.latest = trace.number;
        ++seen.count;
        seen.takes_part |= *trace.sender == user;
        break;
    }
  }
  co_return seen;
}

runtime::Task<CachedEventPtr> Aggregations::get_unredacted(storage::EventNumber number) {
  if (number.value == 0) co_return nullptr;
  CachedEventPtr event = co_await rooms_.events().get(number);
  co_return event->is_redacted() ? nullptr : event;
}

runtime::Task<CachedEventPtr> Aggregations::edit_of(CachedEventPtr event, protocol::UserId user) {
  const Seen seen = co_await look(std::move(event), std::move(user));
  co_return co_await get_unredacted(seen.edit);
}

runtime::Task<Aggregations::Thread> Aggregations::thread_of(CachedEventPtr root,
                                                            protocol::UserId user) {
  const Seen seen = co_await look(std::move(root), std::move(user));
  co_return Thread{.count = seen.count, .takes_part = seen.takes_part};
}

runtime::Task<std::vector<std::string>> Aggregations::describe(std::vector<CachedEventPtr> events,
                                                               ClientView view) {
  std::vector<std::string> described(events.size());
  view.room_id = RoomIdMember::included;
  for (std::size_t i = 0; i < events.size(); ++i) {
    // Of most is known at once that there is nothing.
    if (!summaries_.may_have(*events[i])) continue;
    Seen seen = co_await look(events[i], view.user);
    if (!seen.is_empty()) described[i] = co_await describe_one(std::move(seen), view);
  }
  co_return described;
}

runtime::Task<std::string> Aggregations::describe_one(Seen seen, ClientView view) {
  std::string out = "{";
  co_await append_edit(out, seen, view);
  co_await append_references(out, seen);
  co_await append_thread(out, seen, view);
  out += '}';
  co_return out.size() > 2 ? std::move(out) : std::string();
}

runtime::Task<> Aggregations::append_edit(std::string& out, const Seen& seen,
                                          const ClientView& view) {
  const CachedEventPtr edit = co_await get_unredacted(seen.edit);
  if (!edit) co_return;
  begin_member(out, "m.replace");
  append_client_event(out, *edit, view);
}

runtime::Task<> Aggregations::append_references(std::string& out, const Seen& seen) {
  if (seen.references.empty()) co_return;
  begin_member(out, "m.reference");
  out += R"({"chunk":[)";
  const auto events = co_await rooms_.events().get(seen.references);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (i > 0) out += ',';
    out += R"({"event_id":)";
    base::append_quoted(out, events[i]->event->id().text());
    out += '}';
  }
  out += "]}";
}

runtime::Task<> Aggregations::append_thread(std::string& out, const Seen& seen,
                                            const ClientView& view) {
  const CachedEventPtr latest = co_await get_unredacted(seen.latest);
  if (!latest) co_return;
  begin_member(out, "m.thread");
  // What relates to the newest event of a thread is shown with it. As no thread begins in a thread,
  // that goes no deeper.
  Seen of_latest = co_await look(latest, view.user);
  of_latest.latest = {};
  const std::string relations =
      of_latest.is_empty() ? std::string() : co_await describe_one(std::move(of_latest), view);
  out += R"({"latest_event":)";
  append_client_event(out, *latest, view, {.relations = relations});
  fmt::format_to(std::back_inserter(out), R"(,"count":{},"current_user_participated":{}}})",
                 seen.count, seen.takes_part);
}

}  // namespace chancery::rooms
