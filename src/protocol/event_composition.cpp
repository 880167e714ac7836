// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/detail/composed_event.hpp"
#include "protocol/detail/redaction.hpp"
#include "protocol/event.hpp"

#include <utility>

namespace chancery::protocol {
namespace {

// [[id, {"sha256": reference hash}], …] in versions 1 and 2, [id, …] after.
[[nodiscard]] base::JsonArray references(const std::vector<EventId>& ids, const EventDraft& draft,
                                         const RoomVersion& version) {
  base::JsonArray listed;
  listed.reserve(ids.size());
  for (const EventId& id : ids) {
    if (version.format != EventFormat::ids_given) {
      listed.emplace_back(id.text());
      continue;
    }
    base::JsonObject hashes;
    if (const auto found = draft.reference_hashes.find(id); found != draft.reference_hashes.end()) {
      hashes.emplace("sha256", base::encode_base64(found->second));
    }
    listed.emplace_back(base::JsonArray{id.text(), std::move(hashes)});
  }
  return listed;
}

}  // namespace

ComposedEvent compose_event(EventDraft&& draft, const RoomVersion& version) {
  // In canonical order, so that writing it need not sort, and `hashes` can be put into the text
  // that was hashed instead of writing all of it again.
  base::JsonObject json;
  json.reserve(15);
  if (draft.redacts && version.redacts_in_content) {
    draft.content["redacts"] = draft.redacts->text();
  }
  json.emplace("auth_events", references(draft.auth_events, draft, version));
  json.emplace("content", std::move(draft.content));
  json.emplace("depth", draft.depth);
  if (version.format == EventFormat::ids_given && draft.given_id) {
    json.emplace("event_id", draft.given_id->text());
  }
  if (draft.sticky_for) {
    json.emplace("msc4354_sticky", base::JsonObject{{"duration_ms", *draft.sticky_for}});
  }
  json.emplace("origin_server_ts", draft.sent_at.milliseconds);
  json.emplace("prev_events", references(draft.prev_events, draft, version));
  if (draft.redacts && !version.redacts_in_content) json.emplace("redacts", draft.redacts->text());
  if (!draft.room.empty()) json.emplace("room_id", draft.room.text());
  json.emplace("sender", draft.sender.text());
  if (draft.state_key) json.emplace("state_key", *draft.state_key);
  json.emplace("type", draft.type);

  std::string text;
  text.reserve(1024);
  std::size_t place_of_hashes = 0;
  for (const auto& member : json) {
    const std::string_view key = member.key();
    if (place_of_hashes == 0 && key > "hashes") place_of_hashes = text.size();
    text += text.empty() ? '{' : ',';
    base::append_quoted(text, key);
    text += ':';
    append_canonical(text, member.value());
  }
  text += '}';

  const std::string hash = base::encode_base64(base::sha256(text));
  text.insert(place_of_hashes, ",\"hashes\":{\"sha256\":\"" + hash + "\"}");
  json.emplace("hashes", base::JsonObject{{"sha256", hash}});
  return ComposedEvent{.json = std::move(json), .canonical = std::move(text)};
}

std::string compose(const EventDraft& draft, const RoomVersion& version) {
  return compose_event(EventDraft(draft), version).canonical;
}

std::string content_hash(const base::JsonObject& event) {
  return base::sha256(canonical_json_without(event, {"hashes", "signatures", "unsigned"}));
}

std::string reference_hash(const base::JsonObject& event, const RoomVersion& version) {
  return base::sha256(signed_event_text(event, version));
}

void sign_event(base::JsonObject& event, const RoomVersion& version, std::string_view signer,
                const SigningKey& key) {
  add_signature(event, signer, key.id(), key.sign(signed_event_text(event, version)));
}

}  // namespace chancery::protocol
