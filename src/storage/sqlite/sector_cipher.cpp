// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/sector_cipher.hpp"

#include "base/assert.hpp"
#include "storage/errors.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace chancery::storage::sqlite {
namespace {

void require(bool succeeded) {
  if (!succeeded) throw StorageError("the cryptographic library failed");
}

const EVP_CIPHER* aes_xts() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-XTS", nullptr);
  return fetched;
}

// The sector's number, lowest byte first.
std::array<unsigned char, 16> tweak(std::uint64_t sector) {
  std::array<unsigned char, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(sector >> (8 * i));
  return bytes;
}

bool is_zero(std::span<const unsigned char> bytes) {
  return std::ranges::all_of(bytes, [](unsigned char byte) { return byte == 0; });
}

}  // namespace

SectorCipher::SectorCipher(std::string_view key)
    : encrypting_(EVP_CIPHER_CTX_new()), decrypting_(EVP_CIPHER_CTX_new()) {
  CHANCERY_ASSERT(key.size() == kKeyBytes);
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  const bool made = EVP_EncryptInit_ex2(encrypting_, aes_xts(), bytes, nullptr, nullptr) == 1 &&
                    EVP_DecryptInit_ex2(decrypting_, aes_xts(), bytes, nullptr, nullptr) == 1;
  if (made) return;
  EVP_CIPHER_CTX_free(encrypting_);
  EVP_CIPHER_CTX_free(decrypting_);
  require(false);
}

SectorCipher::~SectorCipher() {
  EVP_CIPHER_CTX_free(encrypting_);
  EVP_CIPHER_CTX_free(decrypting_);
}

void SectorCipher::encrypt(std::uint64_t sector, std::span<const unsigned char> in,
                           unsigned char* out) {
  const auto number = tweak(sector);
  int length = 0;
  require(EVP_EncryptInit_ex2(encrypting_, nullptr, nullptr, number.data(), nullptr) == 1 &&
          EVP_EncryptUpdate(encrypting_, out, &length, in.data(), static_cast<int>(in.size())) ==
              1);
}

void SectorCipher::decrypt(std::uint64_t sector, std::span<unsigned char> in_place) {
  if (is_zero(in_place)) return;
  const auto number = tweak(sector);
  int length = 0;
  require(EVP_DecryptInit_ex2(decrypting_, nullptr, nullptr, number.data(), nullptr) == 1 &&
          EVP_DecryptUpdate(decrypting_, in_place.data(), &length, in_place.data(),
                            static_cast<int>(in_place.size())) == 1);
}

}  // namespace chancery::storage::sqlite
