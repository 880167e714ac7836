// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/epoch_key_ring.hpp"

#include "base/aead.hpp"
#include "base/assert.hpp"
#include "base/base64.hpp"
#include "storage/errors.hpp"

#include <sodium.h>

namespace chancery::keys {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kNonceBytes = 12;

// What a wrapped key is bound to: it opens in its own place alone.
std::string binding_of(const storage::WrappedKey& key) {
  return fmt::format("{}|{}|{}|{}|{}", key.id, key.kind, key.scope, key.epoch, key.wrapped_by);
}

}  // namespace

std::int64_t epoch_of(base::Timestamp at) {
  const std::chrono::sys_time<std::chrono::milliseconds> moment{
      std::chrono::milliseconds{at.milliseconds}};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
  return static_cast<std::int64_t>(static_cast<int>(day.year())) * 12 +
         static_cast<unsigned>(day.month()) - 1;
}

EpochKeyRing::EpochKeyRing(const RootKey& root, std::vector<storage::WrappedKey> stored,
                           runtime::Random& random)
    : wrap_key_(root.derive("wrap")), random_(random) {
  for (storage::WrappedKey& key : stored) {
    last_id_ = std::max(last_id_, key.id);
    by_name_.emplace(Name{key.kind, key.scope, key.epoch}, key.id);
    const std::uint32_t id = key.id;
    keys_.emplace(id, Held{.wrapped = std::move(key), .secret = {}});
  }
  // Opening one key under the root tells at once whether it is the right root.
  for (auto& [id, held] : keys_) {
    if (held.wrapped.wrapped_by != 0) continue;
    secret_of(held);
    break;
  }
}

EpochKeyRing::~EpochKeyRing() {
  for (auto& [id, held] : keys_) sodium_memzero(held.secret.data(), held.secret.size());
  sodium_memzero(wrap_key_.data(), wrap_key_.size());
}

EpochKeyRing::Held& EpochKeyRing::get(std::uint32_t id) {
  const auto found = keys_.find(id);
  if (found == keys_.end()) throw storage::StorageCorrupt(fmt::format("there is no key {}", id));
  return found->second;
}

const std::string& EpochKeyRing::wrapping_secret(std::uint32_t id) {
  return id == 0 ? wrap_key_ : secret_of(get(id));
}

const std::string& EpochKeyRing::secret_of(Held& held) {
  if (!held.secret.empty()) return held.secret;
  auto secret = base::open_sealed(wrapping_secret(held.wrapped.wrapped_by),
                                  binding_of(held.wrapped), held.wrapped.wrapped);
  if (!secret || secret->size() != kKeyBytes) {
    throw storage::StorageCorrupt(
        fmt::format("key {} does not open: is this the right key file?", held.wrapped.id));
  }
  held.secret = *std::move(secret);
  return held.secret;
}

EpochKeyRing::Held& EpochKeyRing::ensure(const Name& name, std::uint32_t wrapped_by,
                                         std::vector<storage::PutWrappedKey>& made) {
  const auto known = by_name_.find(name);
  if (known != by_name_.end()) {
    Held& held = get(known->second);
    if (held.state == Held::State::fresh) made.push_back({held.wrapped});
    return held;
  }
  storage::WrappedKey key{.id = ++last_id_,
                          .kind = std::get<0>(name),
                          .scope = std::get<1>(name),
                          .epoch = std::get<2>(name),
                          .wrapped_by = wrapped_by,
                          .wrapped = {}};
  std::string secret = random_.bytes(kKeyBytes);
  key.wrapped =
      base::seal(wrapping_secret(wrapped_by), random_.bytes(kNonceBytes), binding_of(key), secret);
  by_name_.emplace(name, key.id);
  made.push_back({key});
  const std::uint32_t id = key.id;
  return keys_
      .emplace(
          id,
          Held{.wrapped = std::move(key), .secret = std::move(secret), .state = Held::State::fresh})
      .first->second;
}

storage::RecordLock EpochKeyRing::get_lock(storage::RecordKeyIds ids) {
  const std::lock_guard lock(mutex_);
  storage::RecordLock found{.ids = ids, .secret = {}};
  if (ids.room_epoch != 0) found.secret += secret_of(get(ids.room_epoch));
  if (ids.sender_epoch != 0) found.secret += secret_of(get(ids.sender_epoch));
  return found;
}

FreshLock EpochKeyRing::lock_for(std::string_view room, std::string_view sender,
                                 base::Timestamp at) {
  CHANCERY_ASSERT(!room.empty() || !sender.empty());
  const std::int64_t epoch = epoch_of(at);
  const std::lock_guard lock(mutex_);
  FreshLock fresh;
  // unordered_map keeps references when it grows, so `above` stays valid over the next ensure.
  if (!room.empty()) {
    const Held& above = ensure({"class_epoch", "default", epoch}, 0, fresh.made);
    Held& key = ensure({"room_epoch", std::string(room), epoch}, above.wrapped.id, fresh.made);
    fresh.lock.ids.room_epoch = key.wrapped.id;
    fresh.lock.secret += secret_of(key);
  }
  if (!sender.empty()) {
    const Held& above = ensure({"person_epoch", std::string(sender), epoch}, 0, fresh.made);
    Held& key = ensure({"sender_epoch", std::string(sender), epoch}, above.wrapped.id, fresh.made);
    fresh.lock.ids.sender_epoch = key.wrapped.id;
    fresh.lock.secret += secret_of(key);
  }
  return fresh;
}

FreshLock EpochKeyRing::lock_for_purpose(std::string_view purpose, base::Timestamp at) {
  const std::int64_t epoch = epoch_of(at);
  const std::lock_guard lock(mutex_);
  FreshLock fresh;
  const Held& above = ensure({"class_epoch", "default", epoch}, 0, fresh.made);
  Held& key = ensure({"purpose", std::string(purpose), epoch}, above.wrapped.id, fresh.made);
  fresh.lock.ids.room_epoch = key.wrapped.id;
  fresh.lock.secret = secret_of(key);
  return fresh;
}

void EpochKeyRing::note_stored(const std::vector<storage::PutWrappedKey>& made) {
  const std::lock_guard lock(mutex_);
  for (const storage::PutWrappedKey& put : made) {
    const auto found = keys_.find(put.key.id);
    if (found != keys_.end()) found->second.state = Held::State::stored;
  }
}

EpochKeyRing::Signing EpochKeyRing::signing_key() {
  const std::lock_guard lock(mutex_);
  std::vector<storage::PutWrappedKey> made;
  Held& held = ensure({"signing", "ed25519", 0}, 0, made);
  // The id must not repeat when a later key takes over: it comes from the public half.
  const std::string& seed = secret_of(held);
  const protocol::SigningKey unnamed(protocol::KeyId::trusted("ed25519:0"), seed);
  const std::string name = base::encode_hex(unnamed.public_key().substr(0, 4));
  return {.key = protocol::SigningKey(protocol::KeyId::trusted("ed25519:" + name), seed),
          .made = std::move(made)};
}

}  // namespace chancery::keys
