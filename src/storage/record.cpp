// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/record.hpp"

#include "base/assert.hpp"
#include "storage/detail/dictionary.hpp"
#include "storage/errors.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <zstd.h>

#include <cstring>
#include <memory>

namespace chancery::storage {
namespace {

// The header: magic, version, compression, room epoch, sender epoch, nonce.
constexpr unsigned char kMagic = 0xCE;
constexpr unsigned char kVersion = 1;
constexpr std::size_t kHeaderBytes = 3 + 4 + 4 + 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kHashBlock = 64;
// Far above any event; what claims more is damage.
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr int kCompressionLevel = 1;
constexpr std::string_view kPurpose = "chancery/record/v1";

enum class Compression : unsigned char { none = 0, events_1 = 1 };

template <auto kFree>
struct Free {
  template <typename Made>
  void operator()(Made* made) const {
    kFree(made);
  }
};
template <typename Made, auto kFree>
using Owned = std::unique_ptr<Made, Free<kFree>>;

// Contexts are costly to make: one of each a thread.
struct Contexts {
  Owned<EVP_CIPHER_CTX, &EVP_CIPHER_CTX_free> cipher{EVP_CIPHER_CTX_new()};
  Owned<EVP_MD_CTX, &EVP_MD_CTX_free> digest{EVP_MD_CTX_new()};
  Owned<ZSTD_CCtx, &ZSTD_freeCCtx> compress{ZSTD_createCCtx()};
  Owned<ZSTD_DCtx, &ZSTD_freeDCtx> decompress{ZSTD_createDCtx()};
};

Contexts& contexts() {
  static thread_local Contexts made;
  return made;
}

const EVP_CIPHER* aes_gcm() {
  static const Owned<EVP_CIPHER, &EVP_CIPHER_free> fetched{
      EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  return fetched.get();
}

const EVP_MD* sha256() {
  static const Owned<EVP_MD, &EVP_MD_free> fetched{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  return fetched.get();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(char* text) { return reinterpret_cast<unsigned char*>(text); }

void require(bool succeeded) {
  if (!succeeded) throw StorageError("the cryptographic library failed");
}

struct RecordKey {
  std::array<unsigned char, kKeyBytes> bytes{};
  RecordKey() = default;
  RecordKey(const RecordKey&) = delete;
  RecordKey& operator=(const RecordKey&) = delete;
  ~RecordKey() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

// HKDF-SHA256 without its first step, which is for secrets that are not uniform (RFC 5869, 3.3):
// HMAC(secret, purpose ‖ bound_to ‖ 0x01). Written out over one context, since OpenSSL's own forms
// fetch and allocate on each call, several microseconds.
void derive_key(const RecordLock& lock, std::string_view bound_to, RecordKey& key) {
  CHANCERY_ASSERT(lock.secret.size() == kKeyBytes || lock.secret.size() == 2 * kKeyBytes);
  std::array<unsigned char, kHashBlock> pad{};
  EVP_MD_CTX* context = contexts().digest.get();
  const auto hash = [&](unsigned char mask, auto add) {
    pad.fill(mask);
    for (std::size_t i = 0; i < lock.secret.size(); ++i) {
      pad[i] ^= static_cast<unsigned char>(lock.secret[i]);
    }
    require(EVP_DigestInit_ex2(context, sha256(), nullptr) == 1 &&
            EVP_DigestUpdate(context, pad.data(), pad.size()) == 1);
    add();
    require(EVP_DigestFinal_ex(context, key.bytes.data(), nullptr) == 1);
  };
  const auto add = [&](const void* bytes, std::size_t size) {
    require(EVP_DigestUpdate(context, bytes, size) == 1);
  };
  hash(0x36, [&] {
    const unsigned char counter = 1;
    add(kPurpose.data(), kPurpose.size());
    add(bound_to.data(), bound_to.size());
    add(&counter, 1);
  });
  hash(0x5c, [&] { add(key.bytes.data(), key.bytes.size()); });
  OPENSSL_cleanse(pad.data(), pad.size());
}

void put_number(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

std::uint32_t get_number(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

const ZSTD_CDict* compression_dictionary() {
  static const Owned<ZSTD_CDict, &ZSTD_freeCDict> made{ZSTD_createCDict(
      detail::events_dictionary().data(), detail::events_dictionary().size(), kCompressionLevel)};
  return made.get();
}

const ZSTD_DDict* decompression_dictionary() {
  static const Owned<ZSTD_DDict, &ZSTD_freeDDict> made{
      ZSTD_createDDict(detail::events_dictionary().data(), detail::events_dictionary().size())};
  return made.get();
}

// Empty when compression does not make it smaller.
std::string compress(std::string_view bytes) {
  ZSTD_CCtx* context = contexts().compress.get();
  // The dictionary's number stands in the record's header, the checksum is the tag's work.
  ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0);
  ZSTD_CCtx_refCDict(context, compression_dictionary());
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context, out.data(), out.size(), bytes.data(), bytes.size());
  require(ZSTD_isError(size) == 0);
  if (size >= bytes.size()) return {};
  out.resize(size);
  return out;
}

std::string decompress(std::string_view bytes) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size > kMostBytes) throw StorageCorrupt("record: length of its content");
  std::string out(size, '\0');
  const std::size_t written =
      ZSTD_decompress_usingDDict(contexts().decompress.get(), out.data(), out.size(), bytes.data(),
                                 bytes.size(), decompression_dictionary());
  if (ZSTD_isError(written) != 0 || written != size) throw StorageCorrupt("record: compression");
  return out;
}

void check_header(std::string_view record) {
  if (record.size() < kHeaderBytes + kTagBytes) throw StorageCorrupt("record: too short");
  if (static_cast<unsigned char>(record[0]) != kMagic) throw StorageCorrupt("record: not one");
  if (static_cast<unsigned char>(record[1]) != kVersion) {
    throw StorageCorrupt("record: version " +
                         std::to_string(static_cast<unsigned char>(record[1])) + " is unknown");
  }
}

}  // namespace

std::string seal_record(std::string_view bytes, const RecordLock& lock, std::string_view bound_to,
                        const Nonce& nonce) {
  if (bytes.size() > kMostBytes) throw StorageRefused("a record is too big");
  const std::string compressed = compress(bytes);
  const bool is_compressed = !compressed.empty();
  const std::string_view content = is_compressed ? std::string_view(compressed) : bytes;

  std::string record;
  record.reserve(kHeaderBytes + content.size() + kTagBytes);
  record += static_cast<char>(kMagic);
  record += static_cast<char>(kVersion);
  record += static_cast<char>(is_compressed ? Compression::events_1 : Compression::none);
  put_number(record, lock.ids.room_epoch);
  put_number(record, lock.ids.sender_epoch);
  record.append(nonce.data(), nonce.size());
  record.resize(kHeaderBytes + content.size() + kTagBytes);

  RecordKey key;
  derive_key(lock, bound_to, key);
  EVP_CIPHER_CTX* context = contexts().cipher.get();
  unsigned char* out = bytes_of(record.data());
  int size = 0;
  require(EVP_EncryptInit_ex2(context, aes_gcm(), key.bytes.data(),
                              bytes_of({nonce.data(), nonce.size()}), nullptr) == 1);
  require(EVP_EncryptUpdate(context, nullptr, &size, out, kHeaderBytes) == 1);
  require(EVP_EncryptUpdate(context, nullptr, &size, bytes_of(bound_to),
                            static_cast<int>(bound_to.size())) == 1);
  require(EVP_EncryptUpdate(context, out + kHeaderBytes, &size, bytes_of(content),
                            static_cast<int>(content.size())) == 1);
  require(EVP_EncryptFinal_ex(context, out + kHeaderBytes + size, &size) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes,
                              out + kHeaderBytes + content.size()) == 1);
  return record;
}

RecordKeyIds record_key_ids(std::string_view record) {
  check_header(record);
  return {.room_epoch = get_number(record.substr(3)), .sender_epoch = get_number(record.substr(7))};
}

std::string open_record(std::string_view record, const RecordLock& lock,
                        std::string_view bound_to) {
  if (record_key_ids(record) != lock.ids) throw StorageCorrupt("record: sealed under other keys");
  const std::string_view header = record.substr(0, kHeaderBytes);
  const std::string_view sealed =
      record.substr(kHeaderBytes, record.size() - kHeaderBytes - kTagBytes);
  std::array<unsigned char, kTagBytes> tag{};
  std::memcpy(tag.data(), record.data() + record.size() - kTagBytes, kTagBytes);

  RecordKey key;
  derive_key(lock, bound_to, key);
  EVP_CIPHER_CTX* context = contexts().cipher.get();
  std::string content(sealed.size(), '\0');
  int size = 0;
  require(EVP_DecryptInit_ex2(context, aes_gcm(), key.bytes.data(),
                              bytes_of(header.substr(kHeaderBytes - sizeof(Nonce))), nullptr) == 1);
  require(EVP_DecryptUpdate(context, nullptr, &size, bytes_of(header), kHeaderBytes) == 1);
  require(EVP_DecryptUpdate(context, nullptr, &size, bytes_of(bound_to),
                            static_cast<int>(bound_to.size())) == 1);
  require(EVP_DecryptUpdate(context, bytes_of(content.data()), &size, bytes_of(sealed),
                            static_cast<int>(sealed.size())) == 1);
  require(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()) == 1);
  if (EVP_DecryptFinal_ex(context, bytes_of(content.data()) + size, &size) != 1) {
    throw StorageCorrupt("record: does not open");
  }

  switch (static_cast<Compression>(record[2])) {
    case Compression::none:
      return content;
    case Compression::events_1:
      return decompress(content);
  }
  throw StorageCorrupt("record: unknown compression");
}

std::string open_record(std::string_view record, RecordKeys& keys, std::string_view bound_to) {
  return open_record(record, keys.get_lock(record_key_ids(record)), bound_to);
}

}  // namespace chancery::storage
