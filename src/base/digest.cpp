// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/digest.hpp"

#include "base/assert.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <utility>

namespace chancery::base {
namespace {

// Fetched once: OpenSSL 3 otherwise looks the algorithm up by name at every digest.
[[nodiscard]] const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHANCERY_ASSERT(algorithm != nullptr);
  return algorithm;
}

[[nodiscard]] const unsigned char* bytes_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

[[nodiscard]] unsigned char* bytes_of(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

[[nodiscard]] std::string hmac(const EVP_MD* algorithm, std::string_view key,
                               std::string_view bytes) {
  std::string code(static_cast<std::size_t>(EVP_MD_get_size(algorithm)), '\0');
  // A null key pointer would mean "the key of last time" to OpenSSL.
  const std::string_view safe_key = key.data() == nullptr ? std::string_view("") : key;
  const unsigned char* made = HMAC(algorithm, safe_key.data(), static_cast<int>(safe_key.size()),
                                   bytes_of(bytes), bytes.size(), bytes_of(code), nullptr);
  CHANCERY_ASSERT(made != nullptr);
  return code;
}

struct ContextOwner {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ContextOwner() = default;
  ContextOwner(const ContextOwner&) = delete;
  ContextOwner& operator=(const ContextOwner&) = delete;
  ~ContextOwner() { EVP_MD_CTX_free(context); }
};

void start(EVP_MD_CTX* context) {
  CHANCERY_ASSERT(context != nullptr);
  CHANCERY_ASSERT(EVP_DigestInit_ex2(context, sha256_algorithm(), nullptr) == 1);
}

void feed(EVP_MD_CTX* context, std::string_view bytes) {
  CHANCERY_ASSERT(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

void take(EVP_MD_CTX* context, char* digest) {
  CHANCERY_ASSERT(EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(digest), nullptr) ==
                  1);
}

// By the context of the thread, which is made once.
void digest_into(char* digest, std::string_view bytes) {
  static thread_local ContextOwner owner;
  start(owner.context);
  feed(owner.context, bytes);
  take(owner.context, digest);
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(kSha256Bytes, '\0');
  digest_into(digest.data(), bytes);
  return digest;
}

Sha256Digest sha256_digest(std::string_view bytes) {
  Sha256Digest digest;
  digest_into(digest.data(), bytes);
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  return hmac(sha256_algorithm(), key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  return hmac(EVP_sha1(), key, bytes);
}

std::string hkdf_sha256(std::string_view key, std::string_view salt, std::string_view purpose,
                        std::size_t length) {
  CHANCERY_ASSERT(length <= 255 * kSha256Bytes);
  const std::string no_salt(kSha256Bytes, '\0');
  std::string extracted = hmac_sha256(salt.empty() ? std::string_view(no_salt) : salt, key);

  std::string derived;
  derived.reserve(length + kSha256Bytes);
  std::string block;
  for (unsigned char counter = 1; derived.size() < length; ++counter) {
    block += purpose;
    block += static_cast<char>(counter);
    block = hmac_sha256(extracted, block);
    derived += block;
  }
  OPENSSL_cleanse(extracted.data(), extracted.size());
  OPENSSL_cleanse(block.data(), block.size());
  derived.resize(length);
  return derived;
}

bool equal_secrets(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) { start(static_cast<EVP_MD_CTX*>(context_)); }

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Sha256::Sha256(Sha256&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}

Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

void Sha256::add(std::string_view bytes) { feed(static_cast<EVP_MD_CTX*>(context_), bytes); }

std::string Sha256::finish() {
  std::string digest(kSha256Bytes, '\0');
  take(static_cast<EVP_MD_CTX*>(context_), digest.data());
  return digest;
}

}  // namespace chancery::base
