// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/aggregations.hpp"

#include "protocol/relations.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace chancery::rooms {
namespace {

constexpr std::size_t kMostSummaries = 65'536;
constexpr std::size_t kRelationsAPage = 500;
constexpr std::size_t kMostRelations = 10'000;
constexpr std::string_view kRedactionType = "m.room.redaction";

// Whether `edit` says in a valid way what `event` shall be instead.
bool is_valid_edit(const protocol::VerifiedEvent& edit, const protocol::VerifiedEvent& event) {
  if (edit.sender() != event.sender() || edit.type() != event.type()) return false;
  if (edit.is_state() || event.is_state()) return false;
  // An encrypted edit has its new content inside.
  return edit.type() == "m.room.encrypted" ||
         base::find_object(edit.content(), "m.new_content") != nullptr;
}

bool is_edit(const protocol::VerifiedEvent& event) {
  const auto relation = protocol::find_relation(event.content());
  return relation && relation->replaced();
}

}  // namespace

Aggregations::Aggregations(Rooms& rooms, storage::CommittedChanges& feed) : rooms_(rooms) {
  feed.add_reader(storage::hear([this](const storage::AppendEvent& append) { apply(append); },
                                [this](const storage::RemoveEvents&) {
                                  // What stays may have been summed up from what goes.
                                  const std::lock_guard lock(mutex_);
                                  ++generation_;
                                  summaries_.clear();
                                }));
}

void Aggregations::apply(const storage::AppendEvent& append) {
  const std::lock_guard lock(mutex_);
  if (append.event->type() == kRedactionType) {
    // What it took away may stand in any summary.
    ++generation_;
    summaries_.clear();
  } else if (!append.related_event.empty()) {
    ++generation_;
    summaries_.erase(protocol::EventId::trusted(append.related_event));
  }
  if (summaries_.size() >= kMostSummaries) summaries_.clear();
  summaries_.emplace(append.event->id(), nullptr);
}

void Aggregations::keep(const protocol::EventId& event, SummaryPtr summary) {
  if (summaries_.size() >= kMostSummaries) summaries_.clear();
  summaries_.insert_or_assign(event, std::move(summary));
}

runtime::Task<Aggregations::SummaryPtr> Aggregations::get(CachedEventPtr event) {
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto known = summaries_.find(event->event->id());
    if (known != summaries_.end()) co_return known->second;
    generation = generation_;
  }
  SummaryPtr summary = co_await sum_up(event);
  const std::lock_guard lock(mutex_);
  if (generation == generation_) keep(event->event->id(), summary);
  co_return summary;
}

runtime::Task<Aggregations::SummaryPtr> Aggregations::sum_up(CachedEventPtr event) {
  auto summary = std::make_shared<Summary>();
  const bool may_be_edited = !is_edit(*event->event);
  storage::StreamPosition before{UINT64_MAX};
  std::size_t seen = 0;
  while (seen < kMostRelations) {  // newest first
    const std::uint64_t read_at = rooms_.events().generation();
    const auto related =
        co_await rooms_.events().open(co_await rooms_.store().load_relations(
                                          event->room, event->event->id(), before, kRelationsAPage),
                                      read_at);
    for (const CachedEventPtr& child : related) {
      const auto relation = protocol::find_relation(child->event->content());
      if (!relation || relation->event_id != event->event->id().text()) continue;
      if (relation->thread_root()) {
        if (!summary->thread.latest) summary->thread.latest = child;
        ++summary->thread.count;
        summary->thread.senders.insert(child->event->sender());
      } else if (relation->rel_type == "m.reference") {
        summary->references.push_back(child->event->id());
      } else if (relation->replaced() && may_be_edited && !summary->edit &&
                 is_valid_edit(*child->event, *event->event)) {
        summary->edit = child;
      }
    }
    seen += related.size();
    if (related.size() < kRelationsAPage) break;
    before = related.back()->position;
  }
  if (summary->is_empty()) co_return nullptr;
  co_return summary;
}

runtime::Task<Aggregations::Thread> Aggregations::thread_of(CachedEventPtr root) {
  const SummaryPtr summary = co_await get(std::move(root));
  co_return summary ? summary->thread : Thread{};
}

runtime::Task<CachedEventPtr> Aggregations::edit_of(CachedEventPtr event) {
  const SummaryPtr summary = co_await get(std::move(event));
  co_return summary ? summary->edit : nullptr;
}

runtime::Task<std::vector<std::string>> Aggregations::describe(std::vector<CachedEventPtr> events,
                                                               ClientView view) {
  std::vector<std::string> described(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i]->is_redacted()) continue;
    const SummaryPtr summary = co_await get(events[i]);
    if (summary) described[i] = co_await describe_one(*summary, view);
  }
  co_return described;
}

runtime::Task<std::string> Aggregations::describe_one(const Summary& summary, ClientView view) {
  view.room_id = RoomIdMember::included;
  std::string out = "{";
  const auto begin = [&out](std::string_view name) {
    if (out.size() > 1) out += ',';
    base::append_quoted(out, name);
    out += ':';
  };
  if (summary.edit) {
    begin("m.replace");
    append_client_event(out, *summary.edit, view);
  }
  if (!summary.references.empty()) {
    begin("m.reference");
    out += R"({"chunk":[)";
    for (std::size_t i = 0; i < summary.references.size(); ++i) {
      if (i > 0) out += ',';
      out += R"({"event_id":)";
      base::append_quoted(out, summary.references[i].text());
      out += '}';
    }
    out += "]}";
  }
  if (summary.thread.latest) {
    begin("m.thread");
    // Its own edit is shown with the newest event of a thread; nothing below that.
    const SummaryPtr of_latest = co_await get(summary.thread.latest);
    std::string edit;
    if (of_latest && of_latest->edit) {
      edit = R"({"m.replace":)";
      append_client_event(edit, *of_latest->edit, view);
      edit += '}';
    }
    out += R"({"latest_event":)";
    append_client_event(out, *summary.thread.latest, view, {.relations = edit});
    fmt::format_to(std::back_inserter(out), R"(,"count":{},"current_user_participated":{}}})",
                   summary.thread.count, summary.thread.senders.contains(view.user));
  }
  out += '}';
  co_return out;
}

}  // namespace chancery::rooms
