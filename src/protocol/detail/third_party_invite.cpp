// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/third_party_invite.hpp"

#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/signing.hpp"

#include <set>
#include <string>
#include <vector>

namespace chancery::protocol {
namespace {

// NOTSPEC: the rules set no bound, but an event has room for half a million pairs of a signature
// and a key. Identity servers make one signature and give two keys.
constexpr std::size_t kMaxSignatures = 16;
constexpr std::size_t kMaxKeys = 16;

void add_key(std::set<std::string>& keys, const base::JsonObject& holder) {
  const auto text = base::find_string(holder, "public_key");
  if (!text || keys.size() == kMaxKeys) return;
  auto key = base::decode_base64(*text);
  if (key && key->size() == 32) keys.insert(*std::move(key));
}

// "The public keys are in content of m.room.third_party_invite as: 1. A single public key in the
// public_key property. 2. A list of public keys in the public_keys property."
std::set<std::string> public_keys_of(const base::JsonObject& content) {
  std::set<std::string> keys;
  add_key(keys, content);
  const base::JsonArray* list = base::find_array(content, "public_keys");
  if (list == nullptr) return keys;
  for (const base::Json& entry : *list) {
    if (const base::JsonObject* holder = entry.if_object()) add_key(keys, *holder);
  }
  return keys;
}

std::set<std::string> signatures_of(const base::JsonObject& signed_block) {
  std::set<std::string> signatures;
  const base::JsonObject* by_signer = base::find_object(signed_block, "signatures");
  if (by_signer == nullptr) return signatures;
  for (const auto& signer : *by_signer) {
    const base::JsonObject* by_key = signer.value().if_object();
    if (by_key == nullptr) continue;
    for (const auto& entry : *by_key) {
      if (!entry.key().starts_with("ed25519:") || !entry.value().is_string()) continue;
      if (signatures.size() == kMaxSignatures) return signatures;
      auto signature = base::decode_base64(entry.value().get_string());
      if (signature && signature->size() == 64) signatures.insert(*std::move(signature));
    }
  }
  return signatures;
}

bool is_signed_by_any(const base::JsonObject& signed_block, const base::JsonObject& invite) {
  const std::set<std::string> keys = public_keys_of(invite);
  const std::set<std::string> signatures = signatures_of(signed_block);
  if (keys.empty() || signatures.empty()) return false;
  const std::string message = canonical_json_without(signed_block, {"signatures", "unsigned"});
  for (const std::string& key : keys) {
    for (const std::string& signature : signatures) {
      if (verify_signature(key, message, signature)) return true;
    }
  }
  return false;
}

}  // namespace

Verdict check_third_party_invite_of(const AuthCheck& check, const base::Json& invite) {
  // 4.4.1.2. If content.third_party_invite does not have a signed property, reject.
  const base::JsonObject* holder = invite.if_object();
  const base::JsonObject* signed_block =
      holder == nullptr ? nullptr : base::find_object(*holder, "signed");
  if (signed_block == nullptr) return Denied{"third_party_invite.signed"};
  // 4.4.1.3. If signed does not have mxid and token properties, reject.
  const auto mxid = base::find_string(*signed_block, "mxid");
  const auto token = base::find_string(*signed_block, "token");
  if (!mxid || !token) return Denied{"third_party_invite.signed"};
  // 4.4.1.4. If mxid does not match state_key, reject.
  if (*mxid != *check.event.state_key()) return Denied{"third_party_invite.mxid"};
  // 4.4.1.5. If there is no m.room.third_party_invite event in the current room state with
  //          state_key matching token, reject.
  const VerifiedEvent* offer = check.state.find("m.room.third_party_invite", *token);
  if (offer == nullptr) return Denied{"third_party_invite.token"};
  // 4.4.1.6. If sender does not match sender of the m.room.third_party_invite, reject.
  if (check.event.sender() != offer->sender()) return Denied{"third_party_invite.sender"};
  // 4.4.1.7. If any signature in signed matches any public key in the m.room.third_party_invite
  //          event, allow.
  if (is_signed_by_any(*signed_block, offer->content())) return Allowed{};
  // 4.4.1.8. Otherwise, reject.
  return Denied{"third_party_invite.signature"};
}

}  // namespace chancery::protocol
