// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/event.hpp"

#include "base/assert.hpp"
#include "protocol/detail/event_tree.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <algorithm>

namespace chancery::protocol {

boost::json::storage_ptr event_memory(std::size_t bytes) {
  return boost::json::make_shared_resource<boost::json::monotonic_resource>(
      std::max<std::size_t>(1024, bytes * 2));
}

VerifiedEvent::~VerifiedEvent() { delete tree_.load(); }

// Two threads may both read the text; one tree stays.
const VerifiedEvent::Tree& VerifiedEvent::tree() const {
  if (const Tree* known = tree_.load(std::memory_order_acquire)) return *known;
  auto read = base::parse_json(canonical_, base::JsonRules::plain, event_memory(canonical_.size()));
  CHANCERY_ASSERT(read && read->is_object());  // it was an object when it was admitted
  auto made = std::make_unique<const Tree>(std::move(read->get_object()));
  const Tree* expected = nullptr;
  if (tree_.compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) {
    return *made.release();
  }
  return *expected;
}

EventPtr VerifiedEvent::as_text() const {
  const std::shared_ptr<VerifiedEvent> copy(new VerifiedEvent(*version_));
  copy->id_ = id_;
  copy->room_ = room_;
  copy->sender_ = sender_;
  copy->type_ = type_;
  copy->state_key_ = state_key_;
  copy->sent_at_ = sent_at_;
  copy->depth_ = depth_;
  copy->prev_events_ = prev_events_;
  copy->auth_events_ = auth_events_;
  copy->canonical_ = canonical_;
  copy->content_begin_ = content_begin_;
  copy->content_size_ = content_size_;
  return copy;
}

const base::JsonObject& VerifiedEvent::content() const { return *tree().content; }

const base::JsonObject& VerifiedEvent::json() const { return tree().json; }

std::optional<EventId> VerifiedEvent::redacts() const {
  if (type_ != "m.room.redaction") return std::nullopt;
  const base::JsonObject& holder = version_->redacts_in_content ? content() : json();
  const auto target = base::find_string(holder, "redacts");
  if (!target) return std::nullopt;
  Parsed<EventId> id = EventId::parse(*target);
  if (!id) return std::nullopt;
  return *std::move(id);
}

}  // namespace chancery::protocol
