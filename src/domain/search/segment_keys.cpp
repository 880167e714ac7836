// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/segment_keys.hpp"

#include "base/aead.hpp"
#include "base/digest.hpp"
#include "storage/errors.hpp"

#include <fmt/core.h>
#include <sodium.h>

namespace chancery::search {
namespace {

constexpr std::size_t kKeyBytes = 32;

std::string binding_of(const storage::PostingList& list, storage::EventNumber first) {
  return fmt::format("{}|{}|{}|{}", list.room.value, list.segment, list.word, first.value);
}

}  // namespace

std::optional<SegmentKeys> SegmentKeys::find(storage::RecordKeys& keys, std::uint32_t segment) {
  if (segment == 0) return std::nullopt;
  try {
    storage::RecordLock lock = keys.get_lock({.room_epoch = segment, .sender_epoch = 0});
    SegmentKeys found(base::hkdf_sha256(lock.secret, "", "chancery/search/words/v1", kKeyBytes),
                      base::hkdf_sha256(lock.secret, "", "chancery/search/blocks/v1", kKeyBytes));
    sodium_memzero(lock.secret.data(), lock.secret.size());
    return found;
  } catch (const storage::StorageCorrupt&) {  // destroyed: what was said then is gone, as it should
    return std::nullopt;
  }
}

SegmentKeys::~SegmentKeys() {
  sodium_memzero(words_.data(), words_.size());
  sodium_memzero(blocks_.data(), blocks_.size());
}

std::int64_t SegmentKeys::hash(SearchKey key, std::string_view word) const {
  std::string keyed(1, static_cast<char>(key));
  keyed += word;
  const std::string digest = base::hmac_sha256(words_, keyed);
  std::uint64_t hash = 0;
  for (std::size_t i = 0; i < sizeof(hash); ++i) {
    hash = hash << 8 | static_cast<unsigned char>(digest[i]);
  }
  return static_cast<std::int64_t>(hash);
}

storage::PostingBlock SegmentKeys::seal(const storage::PostingList& list,
                                        storage::EventNumber first, const Postings& postings,
                                        std::string_view nonce) const {
  return {
      .list = list,
      .first = first,
      .sealed = base::seal(blocks_, nonce, binding_of(list, first), write_block(first, postings))};
}

Postings SegmentKeys::open(const storage::PostingBlock& block) const {
  const auto bytes = base::open_sealed(blocks_, binding_of(block.list, block.first), block.sealed);
  auto postings = bytes ? read_block(block.first, *bytes) : std::nullopt;
  if (!postings) throw storage::StorageCorrupt("a block of the search index does not open");
  return *std::move(postings);
}

}  // namespace chancery::search
