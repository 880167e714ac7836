// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/root_key.hpp"

#include "base/assert.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"

#include <sodium.h>

namespace chancery::keys {

namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::string_view kTitle = "chancery-key-file v1\n";
constexpr std::string_view kField = "root ";

}  // namespace

RootKey::RootKey(std::string secret) : secret_(std::move(secret)) {
  CHANCERY_ASSERT(secret_.size() == kSecretBytes);
}
RootKey::RootKey(RootKey&& other) noexcept : secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}
RootKey::~RootKey() { sodium_memzero(secret_.data(), secret_.size()); }

std::string RootKey::derive(std::string_view purpose) const {
  return base::hkdf_sha256(secret_, "chancery/root/v1", purpose, kSecretBytes);
}

std::string RootKey::fingerprint() const {
  return base::encode_hex(derive("fingerprint")).substr(0, 8);
}

std::string RootKey::file_text() const {
  return fmt::format(
      "{}# Whoever has this file and the data folder can read everything; without it, nobody.\n"
      "# Keep a copy apart from the backups of the data.\n{}{}\n",
      kTitle, kField, base::encode_base64(secret_));
}

RootKey load_root_key(runtime::Disk& folder, const std::string& name) {
  const std::optional<std::string> text = folder.read_file(name);
  if (!text) throw KeyFileError(fmt::format("there is no key file '{}'", name));
  if (!text->starts_with(kTitle)) {
    throw KeyFileError(fmt::format("'{}' is no key file of a version known here", name));
  }
  const std::size_t field = text->find(fmt::format("\n{}", kField));
  if (field == std::string::npos) throw KeyFileError(fmt::format("'{}' holds no root key", name));
  const std::size_t begin = field + 1 + kField.size();
  auto secret =
      base::decode_base64(std::string_view(*text).substr(begin, text->find('\n', begin) - begin));
  if (!secret || secret->size() != kSecretBytes) {
    throw KeyFileError(fmt::format("the root key in '{}' is damaged", name));
  }
  return RootKey(*std::move(secret));
}

RootKey create_root_key(runtime::Disk& folder, const std::string& name, runtime::Random& random) {
  if (folder.read_file(name)) throw KeyFileError(fmt::format("'{}' is there already", name));
  RootKey key(random.bytes(kSecretBytes));
  folder.write_file(name, key.file_text());
  return key;
}

}  // namespace chancery::keys
