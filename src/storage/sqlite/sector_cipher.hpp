// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// AES-256-XTS over the sectors of a file.
//
// XTS hides content and keeps its length; it does not notice a changed byte, and whoever sees two
// copies sees which sectors differ. A sector of zero bytes stands for itself: a hole in a file
// reads as zeros, with and without encryption.
//
// Concurrency: one thread at a time.
// Failure:     StorageError, if the cryptographic library fails.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

struct evp_cipher_ctx_st;

namespace chancery::storage::sqlite {

class SectorCipher {
 public:
  static constexpr std::size_t kKeyBytes = 64;

  explicit SectorCipher(std::string_view key);
  ~SectorCipher();
  SectorCipher(const SectorCipher&) = delete;
  SectorCipher& operator=(const SectorCipher&) = delete;

  // `out` is as long as `in`, and may be it.
  void encrypt(std::uint64_t sector, std::span<const unsigned char> in, unsigned char* out);
  void decrypt(std::uint64_t sector, std::span<unsigned char> in_place);

 private:
  evp_cipher_ctx_st* encrypting_;
  evp_cipher_ctx_st* decrypting_;
};

}  // namespace chancery::storage::sqlite
