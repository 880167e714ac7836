// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/policy_server.hpp"

#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/detail/redaction.hpp"
#include "protocol/signing.hpp"

#include <utility>

namespace chancery::protocol {
namespace {

// "Valid means `content` contains at least: A string value for `via`. An object value for
// `public_keys` containing at least a string value for `ed25519`."
[[nodiscard]] std::optional<PolicyServer> read_policy(const base::JsonObject& content) {
  const auto via = base::find_string(content, "via");
  const base::JsonObject* keys = base::find_object(content, "public_keys");
  const auto key = keys == nullptr ? std::nullopt : base::find_string(*keys, "ed25519");
  if (!via || !key) return std::nullopt;
  auto name = ServerName::parse(*via);
  // Nobody can be joined from a server that cannot be.
  if (!name) return std::nullopt;
  // A string that is no key makes no difference to that: the room uses a policy server whose
  // recommendation nobody can check.
  return PolicyServer{.name = *std::move(name),
                      .public_key = base::decode_base64(*key).value_or("")};
}

}  // namespace

std::optional<PolicyServer> find_policy_server(const VerifiedEvent* policy,
                                               const HasJoined& has_joined) {
  if (policy == nullptr || !policy->is_state(kPolicyType, "")) return std::nullopt;
  std::optional<PolicyServer> server = read_policy(policy->content());
  if (server && !has_joined(server->name)) return std::nullopt;
  return server;
}

// "Because the Policy Server is not asked to sign `m.room.policy` state events with empty string
// `state_key`s, those events will not have a Policy Server signature."
bool needs_recommendation(const VerifiedEvent& event) { return !event.is_state(kPolicyType, ""); }

Recommendation check_recommendation(const VerifiedEvent& event, const PolicyServer& server) {
  if (!needs_recommendation(event)) return Recommendation::given;
  const SignatureCheck check = check_signature_of(
      event.json(), signed_event_text(event.json(), event.version()), server.name.text(),
      SignerKey{.id = kPolicyKeyId, .public_key = server.public_key});
  switch (check) {
    case SignatureCheck::valid:
      return Recommendation::given;
    case SignatureCheck::missing:
      return Recommendation::missing;
    case SignatureCheck::malformed:
    case SignatureCheck::wrong:
      return Recommendation::wrong;
  }
  return Recommendation::wrong;
}

std::optional<std::string_view> find_policy_signature(const base::JsonObject& answer,
                                                      const ServerName& server) {
  const base::JsonObject* signatures = base::find_object(answer, server.text());
  if (signatures == nullptr) return std::nullopt;
  return base::find_string(*signatures, kPolicyKeyId);
}

std::expected<EventPtr, AdmissionError> with_policy_signature(const VerifiedEvent& event,
                                                              const ServerName& server,
                                                              std::string_view signature) {
  // Only bytes of a signature go in: written anew, they are as long as any other.
  const auto bytes = base::decode_base64(signature);
  constexpr std::size_t kSignatureBytes = 64;
  if (!bytes || bytes->size() != kSignatureBytes) {
    return std::unexpected(AdmissionError{.rule = "signature", .reason = "no signature"});
  }
  base::JsonObject json = event.json();
  add_signature(json, server.text(), KeyId::trusted(std::string(kPolicyKeyId)), *bytes);
  return admit(canonical_json_without(json, {}), event.version(), {}, EventSource::local);
}

}  // namespace chancery::protocol
