// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/encrypted_file.hpp"

#include "base/aead.hpp"
#include "base/assert.hpp"
#include "storage/errors.hpp"

#include <openssl/crypto.h>

#include <algorithm>

namespace chancery::media {
namespace {

constexpr std::string_view kMark = "chancery media\n\x01";
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kOverheadBytes = kNonceBytes + 16;  // nonce and tag of a chunk

std::uint64_t chunks_of(std::uint64_t content_size) {
  return content_size == 0 ? 1 : (content_size - 1) / kChunkBytes + 1;
}

// Three zeros, the number in eight bytes, 1 for the last. The key is the file's alone, so no nonce
// comes twice under it.
std::string nonce_of(std::uint64_t number, std::uint8_t last) {
  std::string nonce(kNonceBytes, '\0');
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<char>(number >> (8 * i) & 0xff);
  nonce[11] = static_cast<char>(last);
  return nonce;
}

std::string binding_of(std::string_view nonce) {
  std::string binding(kMark);
  binding += nonce;
  return binding;
}

}  // namespace

std::uint64_t encrypted_size(std::uint64_t content_size) {
  return kMark.size() + content_size + chunks_of(content_size) * kOverheadBytes;
}

EncryptedFileWriter::EncryptedFileWriter(std::unique_ptr<runtime::OpenFile> file, std::string key)
    : file_(std::move(file)), key_(std::move(key)) {
  CHANCERY_ASSERT(key_.size() == kFileKeyBytes);
  append(kMark);
}

EncryptedFileWriter::~EncryptedFileWriter() {
  OPENSSL_cleanse(key_.data(), key_.size());
  OPENSSL_cleanse(waiting_.data(), waiting_.size());
}

void EncryptedFileWriter::append(std::string_view bytes) {
  file_->append(bytes);
  file_hash_.add(bytes);
}

void EncryptedFileWriter::seal_chunk(std::string_view content, Place place) {
  const std::string nonce = nonce_of(next_chunk_++, place == Place::last ? 1 : 0);
  append(base::seal(key_, nonce, binding_of(nonce), content));
}

void EncryptedFileWriter::add(std::string_view content) {
  size_ += content.size();
  content_hash_.add(content);
  while (!content.empty()) {
    // A full chunk waits until more comes: it may be the last.
    if (waiting_.size() == kChunkBytes) {
      seal_chunk(waiting_, Place::inner);
      waiting_.clear();
    }
    const std::size_t taken = std::min(content.size(), kChunkBytes - waiting_.size());
    waiting_ += content.substr(0, taken);
    content.remove_prefix(taken);
  }
}

EncryptedFileWriter::Written EncryptedFileWriter::finish() {
  seal_chunk(waiting_, Place::last);
  file_->sync();
  file_.reset();
  return {.file_hash = file_hash_.finish(), .content_hash = content_hash_.finish(), .size = size_};
}

EncryptedFileReader::EncryptedFileReader(std::unique_ptr<runtime::OpenFile> file, std::string key,
                                         std::uint64_t content_size)
    : file_(std::move(file)), key_(std::move(key)), size_(content_size) {
  if (key_.size() != kFileKeyBytes) throw storage::StorageCorrupt("a media file's key is cut off");
  if (file_->size() != encrypted_size(size_)) {
    throw storage::StorageCorrupt("a media file has not the length it was written with");
  }
  std::string mark(kMark.size(), '\0');
  if (file_->read_at(0, mark) != mark.size() || mark != kMark) {
    throw storage::StorageCorrupt("a media file does not begin as one");
  }
}

EncryptedFileReader::~EncryptedFileReader() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::uint64_t EncryptedFileReader::chunks() const { return chunks_of(size_); }

std::string EncryptedFileReader::read_chunk(std::uint64_t number) {
  CHANCERY_ASSERT(number < chunks());
  const std::uint64_t begin = number * kChunkBytes;
  const std::size_t length = std::min<std::uint64_t>(kChunkBytes, size_ - begin);
  std::string sealed(length + kOverheadBytes, '\0');
  const std::uint64_t offset = kMark.size() + number * (kChunkBytes + kOverheadBytes);
  const std::string nonce = nonce_of(number, number + 1 == chunks() ? 1 : 0);
  if (file_->read_at(offset, sealed) == sealed.size() && sealed.starts_with(nonce)) {
    if (auto content = base::open_sealed(key_, binding_of(nonce), sealed)) {
      return *std::move(content);
    }
  }
  throw storage::StorageCorrupt(fmt::format("chunk {} of a media file does not open", number));
}

}  // namespace chancery::media
