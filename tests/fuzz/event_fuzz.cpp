// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Admission of events of every version from every source. The first byte chooses the version.
// What arrives without a valid hash or signature gets them, so that the gate is passed often.

#include "base/assert.hpp"
#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/event.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;
using namespace chancery::protocol;

namespace {

void check_event(const VerifiedEvent& event, EventSource source) {
  CHANCERY_ASSERT(event.type().size() <= 255);
  CHANCERY_ASSERT(event.depth() >= 0);
  CHANCERY_ASSERT(event.prev_events().size() <= 20 && event.auth_events().size() <= 10);
  CHANCERY_ASSERT(event.canonical().size() <= kMaxEventBytes);
  CHANCERY_ASSERT(EventId::parse(event.id().text()).has_value());
  CHANCERY_ASSERT(RoomId::parse(event.room().text()).has_value());
  CHANCERY_ASSERT(UserId::parse(event.sender().text()).has_value());
  CHANCERY_ASSERT(!event.json().contains("unsigned"));
  CHANCERY_ASSERT(canonical_json(base::Json(event.json())) == event.canonical());
  (void)event.redacts();

  // Stored and read again it is the same event; redacted it keeps its id.
  const auto stored = admit_stored(event.canonical(), event.id(), event.version());
  CHANCERY_ASSERT(stored && (*stored)->room() == event.room());
  CHANCERY_ASSERT((*stored)->content_text() == event.content_text());
  CHANCERY_ASSERT(base::Json((*stored)->json()) == base::Json(event.json()));
  const std::string pruned = canonical_json(redact(event.json(), event.version()));
  CHANCERY_ASSERT(admit_stored(pruned, event.id(), event.version()).has_value());
  CHANCERY_ASSERT(reference_hash(redact(event.json(), event.version()), event.version()) ==
                  reference_hash(event.json(), event.version()));
  if (source == EventSource::local) {
    const auto again = admit(event.canonical(), event.version(), {}, EventSource::local);
    CHANCERY_ASSERT(again && (*again)->canonical() == event.canonical());
  }
}

void try_source(std::string_view bytes, const RoomVersion& version, const VerifiedKeys& keys,
                EventSource source) {
  const auto admitted = admit(bytes, version, keys, source);
  if (admitted) {
    check_event(**admitted, source);
  } else {
    CHANCERY_ASSERT(!admitted.error().rule.empty() && !admitted.error().reason.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  static const SigningKey key(KeyId::trusted("ed25519:1"), std::string(32, 'k'));
  static const VerifiedKeys keys = {{{"a.b", "ed25519:1"}, std::string(key.public_key())}};
  const RoomVersion& version = all_room_versions()[bytes[0] % all_room_versions().size()];
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);

  for (const EventSource source : {EventSource::local, EventSource::federation}) {
    try_source(text, version, keys, source);
  }
  (void)admit_stored(std::string(text), EventId::trusted("$any"), version);
  auto value = base::parse_json(text);
  if (!value || !value->is_object()) return 0;
  base::JsonObject event = std::move(value->get_object());
  (void)redact(event, version);
  event["hashes"] = base::JsonObject{{"sha256", base::encode_base64(content_hash(event))}};
  try_source(base::to_text(event), version, keys, EventSource::local);
  sign_event(event, version, "a.b", key);
  try_source(base::to_text(event), version, keys, EventSource::federation);
  return 0;
}
