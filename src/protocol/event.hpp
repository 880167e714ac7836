// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events (PDUs) of every room version, and the one gate through which bytes become one.
//
// A VerifiedEvent is made by the functions named admit… alone: its format, size, canonical form,
// content hash and, as far as `source` asks, signatures are checked, and its id is computed.
// Storage and the rules that decide about state take nothing else. It is immutable and shared.
//
// Concurrency: immutable; share between threads.
// Spec: "Event format", "Calculating the reference hash", "Checks performed on receipt of a PDU"
// (steps 1 to 3), "Size limits".

#include "base/json.hpp"
#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/room_version.hpp"
#include "protocol/signing.hpp"

#include <atomic>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

inline constexpr std::size_t kMaxEventBytes = 65'536;

class VerifiedEvent;
// The usual way to hold an event.
using EventPtr = std::shared_ptr<const VerifiedEvent>;

// Where bytes come from; decides which checks are made again.
enum class EventSource : std::uint8_t {
  local,       // composed by this server: hashes computed by compose, signatures come later
  federation,  // from another server: hash and signatures must hold
};

struct AdmissionError {
  std::string rule;    // "size", "format.sender", "hash", "signature", …
  std::string reason;  // for the log and, at local origin, for the client
};

// Public keys by (server, key id) whose validity the caller has settled; raw 32 bytes.
using VerifiedKeys = std::map<std::pair<std::string, std::string>, std::string>;

// Checks `bytes` (canonical or not) as an event of `version`. `source` federation: an event whose
// content hash does not match is admitted redacted, as the specification says.
[[nodiscard]] std::expected<EventPtr, AdmissionError> admit(std::string_view bytes,
                                                            const RoomVersion& version,
                                                            const VerifiedKeys& keys,
                                                            EventSource source);

// Takes back what storage kept of the event `id`: its canonical text, read under our own
// authenticated encryption, so that nothing is checked or computed again. Its content stays text
// until someone asks for it.
[[nodiscard]] std::expected<EventPtr, AdmissionError> admit_stored(std::string canonical,
                                                                   EventId id,
                                                                   const RoomVersion& version);

struct EventDraft;
// Composes `draft` and admits it, by the same checks as admit(compose(draft), local) and without
// reading the text back.
[[nodiscard]] std::expected<EventPtr, AdmissionError> admit_draft(EventDraft draft,
                                                                  const RoomVersion& version);

class VerifiedEvent {
 public:
  VerifiedEvent(const VerifiedEvent&) = delete;
  VerifiedEvent& operator=(const VerifiedEvent&) = delete;
  ~VerifiedEvent();

  [[nodiscard]] const EventId& id() const { return id_; }
  // For the create event of version 12: the id that the event itself defines.
  [[nodiscard]] const RoomId& room() const { return room_; }
  [[nodiscard]] const RoomVersion& version() const { return *version_; }
  [[nodiscard]] const UserId& sender() const { return sender_; }
  [[nodiscard]] std::string_view type() const { return type_; }
  // Absent for an event that is no state event; may be "".
  [[nodiscard]] const std::optional<std::string>& state_key() const { return state_key_; }
  [[nodiscard]] bool is_state() const { return state_key_.has_value(); }
  [[nodiscard]] bool is_state(std::string_view type, std::string_view key) const {
    return state_key_ && type_ == type && *state_key_ == key;
  }
  [[nodiscard]] base::Timestamp origin_server_ts() const { return sent_at_; }
  [[nodiscard]] std::int64_t depth() const { return depth_; }
  [[nodiscard]] const std::vector<EventId>& prev_events() const { return prev_events_; }
  [[nodiscard]] const std::vector<EventId>& auth_events() const { return auth_events_; }
  [[nodiscard]] const base::JsonObject& content() const;
  // The same as compact text.
  [[nodiscard]] std::string_view content_text() const {
    return std::string_view(canonical_).substr(content_begin_, content_size_);
  }
  // The event that a redaction names, by the room version's rule; absent if none or not a
  // redaction.
  [[nodiscard]] std::optional<EventId> redacts() const;
  // The whole event, `unsigned` removed.
  [[nodiscard]] const base::JsonObject& json() const;
  // Whether it is held as values beside its text, which is several times as large.
  [[nodiscard]] bool is_in_values() const { return tree_.load() != nullptr; }
  // The same event as text alone, for whoever keeps it long.
  [[nodiscard]] EventPtr as_text() const;
  // Its canonical text, signatures included, `unsigned` not: what is stored.
  [[nodiscard]] const std::string& canonical() const { return canonical_; }

 private:
  friend class Admission;  // event_admission.cpp
  struct Tree;
  explicit VerifiedEvent(const RoomVersion& version) : version_(&version) {}
  [[nodiscard]] const Tree& tree() const;

  EventId id_;
  RoomId room_;
  const RoomVersion* version_ = nullptr;
  UserId sender_;
  std::string type_;
  std::optional<std::string> state_key_;
  base::Timestamp sent_at_;
  std::int64_t depth_ = 0;
  std::vector<EventId> prev_events_;
  std::vector<EventId> auth_events_;
  std::string canonical_;
  std::size_t content_begin_ = 0;  // in canonical_
  std::size_t content_size_ = 0;
  mutable std::atomic<const Tree*> tree_ = nullptr;  // owned; read when first asked for
};

// What a local event is composed from. The room's actor fills it.
struct EventDraft {
  RoomId room;  // empty for the create event of version 12
  UserId sender;
  std::string type;
  std::optional<std::string> state_key;
  base::JsonObject content;
  std::optional<EventId> redacts;  // put where the version wants it
  base::Timestamp sent_at;
  std::optional<std::int64_t> sticky_for;  // milliseconds (MSC4354)
  std::int64_t depth = 1;
  std::vector<EventId> prev_events;
  std::vector<EventId> auth_events;
  // Versions 1 and 2 only: the whole id, made by the server.
  std::optional<EventId> given_id;
  // Versions 1 and 2 only: reference hashes of prev and auth events, by id, raw 32 bytes.
  std::map<EventId, std::string> reference_hashes;
};

// The bytes of an unsigned event with its content hash, ready for `admit(…, local)`.
[[nodiscard]] std::string compose(const EventDraft& draft, const RoomVersion& version);

// Raw 32 bytes.
[[nodiscard]] std::string content_hash(const base::JsonObject& event);
[[nodiscard]] std::string reference_hash(const base::JsonObject& event, const RoomVersion& version);

// The event after redaction: what the version's rules keep. Keeps `signatures` and `hashes`.
[[nodiscard]] base::JsonObject redact(const base::JsonObject& event, const RoomVersion& version);

// Signs as `signer`: the signature goes over the redacted event.
void sign_event(base::JsonObject& event, const RoomVersion& version, std::string_view signer,
                const SigningKey& key);

}  // namespace chancery::protocol
