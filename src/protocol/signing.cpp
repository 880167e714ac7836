// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/signing.hpp"

#include "base/assert.hpp"
#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"

#include <sodium.h>

namespace chancery::protocol {
namespace {

[[nodiscard]] const unsigned char* bytes_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

[[nodiscard]] unsigned char* bytes_of(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

void ensure_sodium() {
  static const int started = sodium_init();
  CHANCERY_ASSERT(started >= 0);
}

[[nodiscard]] std::string signed_text(const base::JsonObject& object) {
  return canonical_json_without(object, {"signatures", "unsigned"});
}

}  // namespace

SigningKey::SigningKey(KeyId id, std::string_view seed)
    : id_(std::move(id)),
      secret_(crypto_sign_SECRETKEYBYTES, '\0'),
      public_key_(crypto_sign_PUBLICKEYBYTES, '\0') {
  CHANCERY_ASSERT(seed.size() == crypto_sign_SEEDBYTES);
  ensure_sodium();
  const int made =
      crypto_sign_seed_keypair(bytes_of(public_key_), bytes_of(secret_), bytes_of(seed));
  CHANCERY_ASSERT(made == 0);
}

SigningKey::~SigningKey() { sodium_memzero(secret_.data(), secret_.size()); }

std::string SigningKey::sign(std::string_view message) const {
  std::string signature(crypto_sign_BYTES, '\0');
  const int made = crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(message),
                                        message.size(), bytes_of(secret_));
  CHANCERY_ASSERT(made == 0);
  return signature;
}

bool verify_signature(std::string_view public_key, std::string_view message,
                      std::string_view signature) {
  if (public_key.size() != crypto_sign_PUBLICKEYBYTES) return false;
  if (signature.size() != crypto_sign_BYTES) return false;
  ensure_sodium();
  return crypto_sign_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                     bytes_of(public_key)) == 0;
}

void add_signature(base::JsonObject& object, std::string_view signer, const KeyId& key_id,
                   std::string_view signature) {
  base::Json& signatures = object["signatures"];
  if (!signatures.is_object()) signatures.emplace_object();
  base::Json& of_signer = signatures.get_object()[signer];
  if (!of_signer.is_object()) of_signer.emplace_object();
  of_signer.get_object()[key_id.text()] = base::encode_base64(signature);
}

void sign_json(base::JsonObject& object, std::string_view signer, const SigningKey& key) {
  add_signature(object, signer, key.id(), key.sign(signed_text(object)));
}

SignatureCheck check_signature_of(const base::JsonObject& object, std::string_view message,
                                  std::string_view signer, const SignerKey& key) {
  const base::JsonObject* signatures = base::find_object(object, "signatures");
  const base::JsonObject* of_signer =
      signatures == nullptr ? nullptr : base::find_object(*signatures, signer);
  const base::Json* found = of_signer == nullptr ? nullptr : of_signer->if_contains(key.id);
  if (found == nullptr) return SignatureCheck::missing;
  const boost::json::string* text = found->if_string();
  if (text == nullptr) return SignatureCheck::malformed;
  const auto signature = base::decode_base64(*text);
  if (!signature || signature->size() != crypto_sign_BYTES) return SignatureCheck::malformed;
  return verify_signature(key.public_key, message, *signature) ? SignatureCheck::valid
                                                               : SignatureCheck::wrong;
}

SignatureCheck check_signed_json(const base::JsonObject& object, std::string_view signer,
                                 const KeyId& key_id, std::string_view public_key) {
  // Cheap answers first: the canonical text is made only for a signature that is there.
  const base::JsonObject* signatures = base::find_object(object, "signatures");
  if (signatures == nullptr || !signatures->contains(signer)) return SignatureCheck::missing;
  return check_signature_of(object, signed_text(object), signer,
                            SignerKey{.id = key_id.text(), .public_key = public_key});
}

}  // namespace chancery::protocol
