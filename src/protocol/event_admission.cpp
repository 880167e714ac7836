// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/detail/composed_event.hpp"
#include "protocol/detail/event_fields.hpp"
#include "protocol/detail/event_tree.hpp"
#include "protocol/detail/member_text.hpp"
#include "protocol/detail/redaction.hpp"
#include "protocol/event.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <array>
#include <set>
#include <utility>

namespace chancery::protocol {
namespace {

using Fault = std::optional<AdmissionError>;

// White space, escapes and `unsigned` make what other servers send longer than what is counted.
constexpr std::size_t kMaxSentBytes = 4 * kMaxEventBytes;
// "signatures":{"<server>":{"ed25519:<key>":"<86 characters>"}} without the server's name, for a
// key name of up to 40 characters.
constexpr std::size_t kSignatureBytes = 160;
// What most events need as values, content left out.
constexpr std::size_t kFrameMemory = 4096;

[[nodiscard]] AdmissionError fault(std::string rule, std::string reason) {
  return AdmissionError{.rule = std::move(rule), .reason = std::move(reason)};
}

[[nodiscard]] base::JsonRules reading_rules(const RoomVersion& version, EventSource source) {
  if (!version.strict_canonical_json) return base::JsonRules::plain;
  return source == EventSource::federation ? base::JsonRules::exact : base::JsonRules::canonical;
}

[[nodiscard]] Fault find_size_fault(std::size_t canonical_bytes, const EventFields& fields,
                                    EventSource source) {
  std::size_t bytes = canonical_bytes;
  if (source == EventSource::local) bytes += kSignatureBytes + fields.sender.server_name().size();
  if (bytes <= kMaxEventBytes) return std::nullopt;
  return fault("size", "the event is larger than 65536 bytes");
}

// What a client could send that a database might not take back; from other servers it must be
// borne, or rooms fall apart.
[[nodiscard]] Fault find_local_fault(const EventFields& fields) {
  if (fields.type.find('\0') != std::string::npos) return fault("format.type", "contains NUL");
  if (fields.state_key && fields.state_key->find('\0') != std::string::npos) {
    return fault("format.state_key", "contains NUL");
  }
  return std::nullopt;
}

[[nodiscard]] bool is_third_party_invite(const EventFields& fields,
                                         const base::JsonObject& content) {
  return fields.type == "m.room.member" && base::find_string(content, "membership") == "invite" &&
         base::find_object(content, "third_party_invite") != nullptr;
}

// Servers whose signature the event must bear.
[[nodiscard]] std::expected<std::set<std::string, std::less<>>, AdmissionError> needed_signers(
    const EventFields& fields, const base::JsonObject& content, const RoomVersion& version) {
  std::set<std::string, std::less<>> signers;
  if (!is_third_party_invite(fields, content)) signers.emplace(fields.sender.server_name());
  if (version.format == EventFormat::ids_given) signers.emplace(*fields.given_id.server_name());
  const bool is_join =
      fields.type == "m.room.member" && base::find_string(content, "membership") == "join";
  if (version.restricted_join && is_join && content.contains("join_authorised_via_users_server")) {
    const auto text = base::find_string(content, "join_authorised_via_users_server");
    const auto authoriser = UserId::parse(text.value_or(""));
    if (!authoriser) {
      return std::unexpected(fault("signature", "the authoriser of the join is no user id"));
    }
    signers.emplace(authoriser->server_name());
  }
  return signers;
}

// All signatures of `signer` under keys we know must hold, and there must be one. Those under
// other keys are skipped: an expired key, or a policy server's.
[[nodiscard]] Fault find_signature_fault(const base::JsonObject& event, std::string_view text,
                                         const std::string& signer, const VerifiedKeys& keys) {
  bool is_signed = false;
  const base::JsonObject* signatures = base::find_object(event, "signatures");
  const base::JsonObject* of_signer =
      signatures == nullptr ? nullptr : base::find_object(*signatures, signer);
  if (of_signer == nullptr) return fault("signature", "no signature of " + signer);
  for (const auto& member : *of_signer) {
    const auto key = keys.find({signer, std::string(member.key())});
    if (key == keys.end()) continue;
    const SignatureCheck check = check_signature_of(
        event, text, signer, SignerKey{.id = key->first.second, .public_key = key->second});
    if (check != SignatureCheck::valid) return fault("signature", "wrong signature of " + signer);
    is_signed = true;
  }
  if (!is_signed) return fault("signature", "no signature of " + signer + " under a known key");
  return std::nullopt;
}

[[nodiscard]] Fault find_signatures_fault(const base::JsonObject& event, std::string_view text,
                                          const EventFields& fields, const RoomVersion& version,
                                          const VerifiedKeys& keys) {
  const auto signers = needed_signers(fields, event.at("content").get_object(), version);
  if (!signers) return signers.error();
  for (const std::string& signer : *signers) {
    if (Fault wrong = find_signature_fault(event, text, signer, keys)) return wrong;
  }
  return std::nullopt;
}

[[nodiscard]] bool has_content_hash(const base::JsonObject& event) {
  const auto claimed = base::find_string(event.at("hashes").get_object(), "sha256");
  const auto bytes = base::decode_base64(claimed.value_or(""));
  return bytes && *bytes == content_hash(event);
}

[[nodiscard]] std::string event_id_of(std::string_view signed_text, const RoomVersion& version) {
  const std::string hash = base::sha256(signed_text);
  return "$" + (version.event_ids == EventIdAlphabet::base64 ? base::encode_base64(hash)
                                                             : base::encode_base64url(hash));
}

}  // namespace

// The gate itself: the only code that makes a VerifiedEvent.
class Admission {
 public:
  using Admitted = std::expected<EventPtr, AdmissionError>;

  [[nodiscard]] static Admitted admit_bytes(std::string_view bytes, const RoomVersion& version,
                                            const VerifiedKeys& keys, EventSource source) {
    if (bytes.size() > kMaxSentBytes) return refuse("size", "the event is larger than 65536 bytes");
    auto read = base::parse_json(bytes, reading_rules(version, source), event_memory(bytes.size()));
    if (!read) return refuse("format.json", read.error().reason);
    if (!read->is_object()) return refuse("format.json", "an event must be an object");
    base::JsonObject json = std::move(read->get_object());
    json.erase("unsigned");

    auto fields = read_event_fields(json, version);
    if (!fields) return std::unexpected(std::move(fields.error()));
    std::string canonical;
    canonical.reserve(bytes.size());
    append_canonical_object(canonical, json);
    if (Fault found = find_common_fault(*fields, canonical, version, source)) {
      return std::unexpected(*std::move(found));
    }
    const std::string text = signed_event_text(json, version);
    const bool is_whole = has_content_hash(json);
    if (source == EventSource::local && !is_whole) {
      return refuse("hash", "the content hash does not match");
    }
    if (source == EventSource::federation) {
      if (Fault found = find_signatures_fault(json, text, *fields, version, keys)) {
        return std::unexpected(*std::move(found));
      }
    }
    if (!is_whole) {
      json = redact(json, version);
      canonical.clear();
      append_canonical_object(canonical, json);
    }
    return make(std::move(json), std::move(canonical), *std::move(fields), version, text);
  }

  [[nodiscard]] static Admitted admit_composed(ComposedEvent&& composed,
                                               const RoomVersion& version) {
    // A draft was never text, so what the reader would have refused is looked for here.
    if (!base::is_utf8(composed.canonical)) return refuse("format.json", "not UTF-8");
    const base::Json& content = composed.json.at("content");
    if (!base::is_within_depth(content, base::kMaxJsonDepth - 1)) {
      return refuse("format.json", "nested too deeply");
    }
    if (version.strict_canonical_json &&
        !(base::is_canonical(content) && base::is_canonical(composed.json.at("depth")) &&
          base::is_canonical(composed.json.at("origin_server_ts")))) {
      return refuse("format.json", "number out of range");
    }
    auto fields = read_event_fields(composed.json, version);
    if (!fields) return std::unexpected(std::move(fields.error()));
    if (Fault found = find_common_fault(*fields, composed.canonical, version, EventSource::local)) {
      return std::unexpected(*std::move(found));
    }
    const std::string text = signed_event_text(composed.json, version);
    return make(std::move(composed.json), std::move(composed.canonical), *std::move(fields),
                version, text);
  }

  // Only what lies around the content is read into values, and no longer than it takes.
  [[nodiscard]] static Admitted admit_kept(std::string canonical, EventId id,
                                           const RoomVersion& version) {
    const auto content = find_member_text(canonical, "content");
    if (!content || content->front() != '{') return refuse("format.content", "missing");
    const std::string_view text = canonical;
    const auto begin = static_cast<std::size_t>(content->data() - text.data());
    std::string frame;
    frame.reserve(text.size() - content->size() + 2);
    frame += text.substr(0, begin);
    frame += "{}";
    frame += text.substr(begin + content->size());
    std::array<unsigned char, kFrameMemory> memory;
    boost::json::monotonic_resource resource(memory.data(), memory.size());
    const auto read = base::parse_json(frame, base::JsonRules::plain, &resource);
    if (!read) return refuse("format.json", read.error().reason);
    auto fields = read_event_fields(read->get_object(), version);
    if (!fields) return std::unexpected(std::move(fields.error()));
    return fill(std::move(canonical), *content, {*std::move(fields), std::move(id)}, version);
  }

 private:
  [[nodiscard]] static Admitted refuse(std::string rule, std::string reason) {
    return std::unexpected(fault(std::move(rule), std::move(reason)));
  }

  static void append_canonical_object(std::string& out, const base::JsonObject& json) {
    out += canonical_json_without(json, {});
  }

  [[nodiscard]] static Fault find_common_fault(const EventFields& fields,
                                               std::string_view canonical,
                                               const RoomVersion& version, EventSource source) {
    if (Fault found = find_limit_fault(fields, version)) return found;
    if (source == EventSource::local) {
      if (Fault found = find_local_fault(fields)) return found;
    }
    return find_size_fault(canonical.size(), fields, source);
  }

  [[nodiscard]] static Admitted make(base::JsonObject&& json, std::string&& canonical,
                                     EventFields&& fields, const RoomVersion& version,
                                     std::string_view signed_text) {
    EventId id = version.format == EventFormat::ids_given
                     ? std::move(fields.given_id)
                     : EventId::trusted(event_id_of(signed_text, version));
    const auto content = find_member_text(canonical, "content");
    if (!content) return refuse("format.content", "missing");
    auto event = fill(std::move(canonical), *content, {std::move(fields), std::move(id)}, version);
    event->tree_ = new VerifiedEvent::Tree(std::move(json));
    return event;
  }

  struct Named {
    EventFields fields;
    EventId id;
  };
  // `content` lies in `canonical`.
  [[nodiscard]] static std::shared_ptr<VerifiedEvent> fill(std::string&& canonical,
                                                           std::string_view content, Named&& named,
                                                           const RoomVersion& version) {
    auto& [fields, id] = named;
    std::shared_ptr<VerifiedEvent> event(new VerifiedEvent(version));
    event->content_begin_ = static_cast<std::size_t>(content.data() - canonical.data());
    event->content_size_ = content.size();
    event->canonical_ = std::move(canonical);
    event->id_ = std::move(id);
    event->room_ = names_its_room(fields, version)
                       ? RoomId::trusted("!" + event->id_.text().substr(1))
                       : std::move(fields.room);
    event->sender_ = std::move(fields.sender);
    event->type_ = std::move(fields.type);
    event->state_key_ = std::move(fields.state_key);
    event->sent_at_ = base::Timestamp{fields.sent_at};
    event->depth_ = fields.depth;
    event->prev_events_ = std::move(fields.prev_events);
    event->auth_events_ = std::move(fields.auth_events);
    return event;
  }
};

std::expected<EventPtr, AdmissionError> admit(std::string_view bytes, const RoomVersion& version,
                                              const VerifiedKeys& keys, EventSource source) {
  return Admission::admit_bytes(bytes, version, keys, source);
}

std::expected<EventPtr, AdmissionError> admit_stored(std::string canonical, EventId id,
                                                     const RoomVersion& version) {
  return Admission::admit_kept(std::move(canonical), std::move(id), version);
}

std::expected<EventPtr, AdmissionError> admit_draft(EventDraft draft, const RoomVersion& version) {
  return Admission::admit_composed(compose_event(std::move(draft), version), version);
}

}  // namespace chancery::protocol
