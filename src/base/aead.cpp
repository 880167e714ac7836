// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/aead.hpp"

#include "base/assert.hpp"

#include <openssl/evp.h>

#include <memory>

namespace chancery::base {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* unsigned_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* unsigned_bytes(std::string& text, std::size_t offset) {
  return reinterpret_cast<unsigned char*>(text.data() + offset);
}
int length_of(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

std::string seal(std::string_view key, std::string_view nonce, std::string_view bound_to,
                 std::string_view secret) {
  CHANCERY_ASSERT(key.size() == kKeyBytes && nonce.size() == kNonceBytes);
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  std::string sealed(kNonceBytes + secret.size() + kTagBytes, '\0');
  std::copy(nonce.begin(), nonce.end(), sealed.begin());
  int written = 0;
  const bool done =
      EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, unsigned_bytes(key),
                         unsigned_bytes(nonce)) == 1 &&
      EVP_EncryptUpdate(context.get(), nullptr, &written, unsigned_bytes(bound_to),
                        length_of(bound_to)) == 1 &&
      EVP_EncryptUpdate(context.get(), unsigned_bytes(sealed, kNonceBytes), &written,
                        unsigned_bytes(secret), length_of(secret)) == 1 &&
      EVP_EncryptFinal_ex(context.get(), unsigned_bytes(sealed, kNonceBytes + secret.size()),
                          &written) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes,
                          sealed.data() + kNonceBytes + secret.size()) == 1;
  CHANCERY_ASSERT(done);
  return sealed;
}

std::optional<std::string> open_sealed(std::string_view key, std::string_view bound_to,
                                       std::string_view sealed) {
  CHANCERY_ASSERT(key.size() == kKeyBytes);
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const Context context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  const std::string_view nonce = sealed.substr(0, kNonceBytes);
  const std::string_view hidden =
      sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string secret(hidden.size(), '\0');
  int written = 0;
  const bool opened =
      EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, unsigned_bytes(key),
                         unsigned_bytes(nonce)) == 1 &&
      EVP_DecryptUpdate(context.get(), nullptr, &written, unsigned_bytes(bound_to),
                        length_of(bound_to)) == 1 &&
      EVP_DecryptUpdate(context.get(), unsigned_bytes(secret, 0), &written, unsigned_bytes(hidden),
                        length_of(hidden)) == 1 &&
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context.get(), unsigned_bytes(secret, secret.size()), &written) == 1;
  if (!opened) return std::nullopt;
  return secret;
}

}  // namespace chancery::base
