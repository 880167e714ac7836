// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/signed_keys.hpp"

#include "base/base64.hpp"
#include "storage/errors.hpp"

namespace chancery::devices {

namespace {

constexpr std::size_t kPublicKeyBytes = 32;

std::optional<PublicKey> read_public_key(std::string_view id, const base::Json& value) {
  if (!id.starts_with("ed25519:") || !value.is_string()) return std::nullopt;
  const std::string_view text = value.get_string();
  auto bytes = base::decode_base64(text);
  if (!bytes || bytes->size() != kPublicKeyBytes) return std::nullopt;
  std::string canonical = base::encode_base64(*bytes);
  return PublicKey{.id = protocol::KeyId::trusted(std::string(id)),
                   .bytes = *std::move(bytes),
                   .text = std::move(canonical)};
}

}  // namespace

std::optional<PublicKey> public_key_of(const base::JsonObject& key) {
  const base::JsonObject* keys = base::find_object(key, "keys");
  if (keys == nullptr || keys->size() != 1) return std::nullopt;
  auto read = read_public_key(keys->begin()->key(), keys->begin()->value());
  if (!read || read->id.text() != "ed25519:" + read->text) return std::nullopt;
  return read;
}

std::optional<PublicKey> public_key_of_device(const base::JsonObject& keys,
                                              const protocol::DeviceId& device) {
  const base::JsonObject* named = base::find_object(keys, "keys");
  if (named == nullptr) return std::nullopt;
  const std::string id = "ed25519:" + device.text();
  const base::Json* value = named->if_contains(id);
  if (value == nullptr) return std::nullopt;
  return read_public_key(id, *value);
}

base::JsonObject parse_stored_key(const std::string& json) {
  auto parsed = base::parse_json(json);
  if (!parsed || !parsed->is_object()) throw storage::StorageCorrupt("a stored key is no object");
  return std::move(parsed->get_object());
}

void add_signatures(base::JsonObject& key, std::string_view target_key,
                    const std::vector<storage::PutKeySignature>& signatures,
                    const protocol::UserId& viewer) {
  for (const storage::PutKeySignature& signature : signatures) {
    if (signature.target_key != target_key) continue;
    const bool may_see = signature.signer == signature.target || signature.signer == viewer;
    if (!may_see) continue;
    base::Json& all = key["signatures"];
    if (!all.is_object()) all.emplace_object();
    base::Json& of_signer = all.get_object()[signature.signer.text()];
    if (!of_signer.is_object()) of_signer.emplace_object();
    of_signer.get_object()[signature.signer_key] = signature.signature;
  }
}

}  // namespace chancery::devices
