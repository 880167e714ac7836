// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ed25519 keys and signatures over JSON objects.
//
// Spec: Matrix appendices, "Signing JSON"; RFC 8032, by libsodium.
// Concurrency: values; use from any thread.

#include "base/json.hpp"
#include "protocol/identifiers.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace chancery::protocol {

// A private signing key with its id. Its bytes are wiped when it dies.
class SigningKey {
 public:
  // `seed` is 32 bytes.
  SigningKey(KeyId id, std::string_view seed);
  ~SigningKey();
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;

  [[nodiscard]] const KeyId& id() const { return id_; }
  // 32 bytes.
  [[nodiscard]] std::string_view public_key() const { return public_key_; }
  // 64 bytes.
  [[nodiscard]] std::string sign(std::string_view message) const;

 private:
  KeyId id_;
  std::string secret_;
  std::string public_key_;
};

// True if `signature` (64 bytes) is `public_key`'s (32 bytes) over `message`. False for any
// other length.
[[nodiscard]] bool verify_signature(std::string_view public_key, std::string_view message,
                                    std::string_view signature);

// Adds signatures[signer][key id] over the canonical text without `signatures` and `unsigned`.
void sign_json(base::JsonObject& object, std::string_view signer, const SigningKey& key);

enum class SignatureCheck : std::uint8_t { valid, missing, malformed, wrong };
// What the signature of `signer` under `key_id` in `object` is worth against `public_key` (raw
// 32 bytes).
[[nodiscard]] SignatureCheck check_signed_json(const base::JsonObject& object,
                                               std::string_view signer, const KeyId& key_id,
                                               std::string_view public_key);

// Sets signatures[signer][key id] to `signature` (raw bytes).
void add_signature(base::JsonObject& object, std::string_view signer, const KeyId& key_id,
                   std::string_view signature);

struct SignerKey {
  std::string_view id;          // as in "ed25519:1"
  std::string_view public_key;  // raw 32 bytes
};
// The same as check_signed_json for a `message` that the caller has made, as of a redacted event.
[[nodiscard]] SignatureCheck check_signature_of(const base::JsonObject& object,
                                                std::string_view message, std::string_view signer,
                                                const SignerKey& key);

}  // namespace chancery::protocol
