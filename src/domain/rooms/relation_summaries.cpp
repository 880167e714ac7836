// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/relation_summaries.hpp"

#include "protocol/relations.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace chancery::rooms {
namespace {

using Kind = RelationSummary::Kind;

constexpr std::size_t kRelationsAPage = 500;
constexpr std::size_t kMostRelations = 10'000;  // of one event

// Whether `edit` says in a valid way what `event` shall be instead.
bool is_valid_edit(const protocol::VerifiedEvent& edit, const protocol::VerifiedEvent& event) {
  if (edit.sender() != event.sender() || edit.type() != event.type()) return false;
  if (edit.is_state() || event.is_state()) return false;
  // An encrypted edit has its new content inside.
  return edit.type() == "m.room.encrypted" ||
         base::find_object(edit.content(), "m.new_content") != nullptr;
}

// What `child` is to `parent`, which `of_parent` relates to something itself; absent when it is
// nothing that is shown: it was redacted, or is not valid.
std::optional<Kind> find_kind(const protocol::VerifiedEvent& child,
                              const protocol::VerifiedEvent& parent,
                              const std::optional<protocol::Relation>& of_parent) {
  const auto relation = protocol::find_relation(child.content());
  if (!relation || relation->event_id != parent.id().text()) return std::nullopt;
  if (relation->rel_type == "m.reference") return Kind::reference;
  if (relation->thread_root()) {
    // What is a child itself is no root.
    if (of_parent && of_parent->has_type()) return std::nullopt;
    return Kind::thread;
  }
  const bool may_be_edited = !of_parent || !of_parent->replaced();
  if (!relation->replaced() || !may_be_edited || !is_valid_edit(child, parent)) return std::nullopt;
  return Kind::edit;
}

// "The most recent event is determined by comparing origin_server_ts; if two or more replacement
// events have identical origin_server_ts, the event with the lexicographically largest event_id is
// treated as more recent."
bool is_more_recent(const CachedEventPtr& left, const CachedEventPtr& right) {
  const protocol::VerifiedEvent& one = *left->event;
  const protocol::VerifiedEvent& other = *right->event;
  if (one.origin_server_ts() != other.origin_server_ts()) {
    return one.origin_server_ts() > other.origin_server_ts();
  }
  return one.id().text() > other.id().text();
}

void add(RelationSummary& summary, const CachedEvent& child, Kind kind) {
  const auto sender = summary.senders.insert(child.event->sender()).first;
  summary.traces.push_back(
      {.number = child.number,
       .position = child.position,
       .state_after = child.state_after,
       .sender = &*sender,
       .kind = child.event->is_state() ? EventTrace::Kind::state : EventTrace::Kind::message});
  summary.kinds.push_back(kind);
}

}  // namespace

// Notes that a summary is being made, for as long as it lives.
class RelationSummaries::Turn {
 public:
  Turn(RelationSummaries& owner, const protocol::EventId& event) : owner_(owner), event_(event) {
    ++owner_.making_[event_].makers;  // the caller holds the mutex
  }
  ~Turn() {
    const std::lock_guard lock(owner_.mutex_);
    const auto making = owner_.making_.find(event_);
    if (--making->second.makers == 0) owner_.making_.erase(making);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // With the mutex held.
  [[nodiscard]] bool is_old() const { return owner_.making_.at(event_).is_old; }

 private:
  RelationSummaries& owner_;
  const protocol::EventId event_;
};

RelationSummaries::RelationSummaries(Rooms& rooms, storage::CommittedChanges& feed,
                                     std::size_t most_kept)
    : rooms_(rooms), most_kept_(most_kept) {
  feed.add_reader(storage::hear(
      [this](const storage::AppendEvent& append) {
        if (protocol::is_aggregated(append.relation_type)) {
          note_change(protocol::EventId::trusted(append.related_event));
        }
        // What was redacted has other relations itself.
        if (const auto redacts = append.event->redacts()) note_change(*redacts);
      },
      [this](const storage::ReplaceEventRecord& replaced) { note_gone({replaced.number}); },
      [this](const storage::RemoveEvents& removed) { note_gone(removed.numbers); }));
}

// What was taken away stands in the summaries that hold it, and may stand in any that is made now.
void RelationSummaries::note_gone(const std::vector<storage::EventNumber>& numbers) {
  const std::lock_guard lock(mutex_);
  for (const storage::EventNumber number : numbers) {
    for (auto holder = holders_.find(number); holder != holders_.end();
         holder = holders_.find(number)) {
      drop(protocol::EventId(*holder->second));
    }
  }
  for (auto& [event, making] : making_) making.is_old = true;
}

void RelationSummaries::note_change(const protocol::EventId& event) {
  const std::lock_guard lock(mutex_);
  drop(event);
  const auto making = making_.find(event);
  if (making != making_.end()) making->second.is_old = true;
}

RelationSummaries::Kept* RelationSummaries::find_kept(const CachedEvent& event) {
  const auto found = kept_.find(event.event->id());
  if (found == kept_.end()) return nullptr;
  uses_.splice(uses_.begin(), uses_, found->second.use);
  return &found->second;
}

void RelationSummaries::keep(const protocol::EventId& event, RelationSummaryPtr summary) {
  drop(event);
  uses_.push_front(event);
  const auto kept =
      kept_.emplace(event, Kept{.summary = std::move(summary), .use = uses_.begin()}).first;
  ++size_;
  if (kept->second.summary) {
    size_ += kept->second.summary->traces.size();
    for (const EventTrace& trace : kept->second.summary->traces) {
      holders_.emplace(trace.number, &kept->first);
    }
  }
  while (size_ > most_kept_ && kept_.size() > 1) drop(protocol::EventId(uses_.back()));
}

void RelationSummaries::drop(const protocol::EventId& event) {
  const auto found = kept_.find(event);
  if (found == kept_.end()) return;
  --size_;
  if (const RelationSummaryPtr& summary = found->second.summary) {
    size_ -= summary->traces.size();
    for (const EventTrace& trace : summary->traces) {
      const auto [first, last] = holders_.equal_range(trace.number);
      const auto own =
          std::ranges::find(first, last, &found->first, [](const auto& one) { return one.second; });
      if (own != last) holders_.erase(own);
    }
  }
  uses_.erase(found->second.use);
  kept_.erase(found);
}

std::uint64_t RelationSummaries::questions() const {
  const std::lock_guard lock(mutex_);
  return questions_;
}

bool RelationSummaries::may_have(const CachedEvent& event) {
  return !event.event->is_state() && rooms_.events().may_be_related_to(event);
}

runtime::Task<RelationSummaryPtr> RelationSummaries::get(CachedEventPtr event) {
  if (!may_have(*event)) co_return nullptr;
  std::optional<Turn> turn;
  {
    const std::lock_guard lock(mutex_);
    if (const Kept* kept = find_kept(*event)) co_return kept->summary;
    turn.emplace(*this, event->event->id());
    ++questions_;
  }
  RelationSummaryPtr summary = co_await sum_up(event);
  const std::lock_guard lock(mutex_);
  if (!turn->is_old()) keep(event->event->id(), summary);
  co_return summary;
}

runtime::Task<std::vector<CachedEventPtr>> RelationSummaries::load_related(CachedEventPtr event) {
  std::vector<CachedEventPtr> all;
  storage::StreamPosition before{UINT64_MAX};
  while (all.size() < kMostRelations) {
    const std::uint64_t read_at = rooms_.events().generation();
    auto page =
        co_await rooms_.events().open(co_await rooms_.store().load_aggregated(
                                          event->room, event->event->id(), before, kRelationsAPage),
                                      read_at);
    const bool is_last = page.size() < kRelationsAPage;
    if (!page.empty()) before = page.back()->position;
    std::ranges::move(page, std::back_inserter(all));
    if (is_last) break;
  }
  co_return all;
}

runtime::Task<RelationSummaryPtr> RelationSummaries::sum_up(CachedEventPtr event) {
  const std::vector<CachedEventPtr> related = co_await load_related(event);
  const auto of_parent = protocol::find_relation(event->event->content());
  std::vector<CachedEventPtr> edits;
  std::vector<std::pair<CachedEventPtr, Kind>> others;
  for (const CachedEventPtr& child : related) {
    const auto kind = find_kind(*child->event, *event->event, of_parent);
    if (kind == Kind::edit) {
      edits.push_back(child);
    } else if (kind) {
      others.emplace_back(child, *kind);
    }
  }
  std::ranges::sort(edits, is_more_recent);
  auto summary = std::make_shared<RelationSummary>();
  summary->traces.reserve(edits.size() + others.size());
  for (const CachedEventPtr& edit : edits) add(*summary, *edit, Kind::edit);
  for (const auto& [child, kind] : others) add(*summary, *child, kind);
  if (summary->traces.empty()) co_return nullptr;
  co_return summary;
}

}  // namespace chancery::rooms
