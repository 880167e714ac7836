// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/device_keys.hpp"

#include "domain/devices/signed_keys.hpp"
#include "protocol/api_error.hpp"
#include "protocol/signing.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <iterator>

namespace chancery::devices {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::size_t kMostKeysAtOnce = 1'000;
constexpr std::size_t kMostKeyBytes = 10'000;  // of a one-time or fallback key
constexpr std::size_t kMostDeviceKeysBytes = 65'536;
constexpr std::size_t kMostCountsKept = 100'000;

// A one-time or fallback key under "algorithm:name".
storage::OneTimeKey read_key(const base::JsonObject::value_type& member) {
  const std::string_view id(member.key());
  const std::size_t colon = id.find(':');
  const bool is_named = colon != std::string_view::npos && colon > 0 && colon + 1 < id.size();
  if (!is_named || id.size() > 255) {
    throw ApiError(ErrorCode::invalid_param, "A key id must be 'algorithm:name'");
  }
  if (!member.value().is_string() && !member.value().is_object()) {
    throw ApiError(ErrorCode::bad_json, "A key must be a string or an object");
  }
  std::string json = base::to_text(member.value());
  if (json.size() > kMostKeyBytes) throw ApiError(ErrorCode::too_large, "A key is too large");
  return {.algorithm = std::string(id.substr(0, colon)),
          .name = std::string(id.substr(colon + 1)),
          .json = std::move(json)};
}

bool is_text(const base::Json& value) { return value.is_string(); }
bool holds_texts(const base::Json& value) {
  return value.is_object() && std::ranges::all_of(value.get_object(), [](const auto& member) {
           return is_text(member.value());
         });
}

// What other clients and servers rely on: one malformed set would keep them from reading any.
void check_shape(const base::JsonObject& keys) {
  const base::JsonArray* algorithms = base::find_array(keys, "algorithms");
  if (algorithms == nullptr || !std::ranges::all_of(*algorithms, is_text)) {
    throw ApiError(ErrorCode::bad_json, "'algorithms' must be a list of strings");
  }
  const base::Json* named = keys.if_contains("keys");
  if (named == nullptr || !holds_texts(*named)) {
    throw ApiError(ErrorCode::bad_json, "'keys' must be an object of strings");
  }
  const base::JsonObject* signatures = base::find_object(keys, "signatures");
  const auto is_signer = [](const auto& member) { return holds_texts(member.value()); };
  if (signatures == nullptr || !std::ranges::all_of(*signatures, is_signer)) {
    throw ApiError(ErrorCode::bad_json, "'signatures' must be strings by user id and key id");
  }
}

// A signature by the device's own key must hold. It may be missing: then clients do not trust the
// keys, which is theirs to decide.
void check_signature(const base::JsonObject& keys, const DeviceAddress& device) {
  const auto key = public_key_of_device(keys, device.device);
  if (!key) return;
  switch (protocol::check_signed_json(keys, device.user.text(), key->id, key->bytes)) {
    case protocol::SignatureCheck::valid:
    case protocol::SignatureCheck::missing:
      return;
    case protocol::SignatureCheck::malformed:
    case protocol::SignatureCheck::wrong:
      throw ApiError(ErrorCode::invalid_signature, "The signature of device_keys does not hold");
  }
}

const base::JsonObject* find_member(const base::JsonObject& body, std::string_view name) {
  const base::Json* value = body.if_contains(name);
  if (value == nullptr || value->is_null()) return nullptr;
  if (!value->is_object()) {
    throw ApiError(ErrorCode::bad_json, fmt::format("'{}' must be an object", name));
  }
  if (value->get_object().size() > kMostKeysAtOnce) {
    throw ApiError(ErrorCode::too_large, fmt::format("Too many keys in '{}'", name));
  }
  return &value->get_object();
}

}  // namespace

DeviceKeys::DeviceKeys(Ports ports) : ports_(ports) {
  ports_.committer.add_reader(storage::hear(
      storage::each_of<storage::AddOneTimeKeys, storage::RemoveOneTimeKey, storage::PutFallbackKey,
                       storage::MarkFallbackKeyUsed, storage::DeleteDevice>(
          [this](const auto& one) {
            const std::lock_guard lock(mutex_);
            counts_.erase({one.user, one.device});
            ++forgettings_;
          })));
}

runtime::Task<storage::KeyCounts> DeviceKeys::upload(DeviceAddress from, base::JsonObject body) {
  const runtime::Turnstile::Turn inside = co_await ports_.turns.enter(from.user);
  storage::Change change;
  const bool list_changed = co_await add_to(change, from, body);
  if (!change.mutations.empty()) {
    if (list_changed) {
      change.mutations.emplace_back(storage::NoteDeviceListChange{from.user, {}});
      change.audit = ports_.recorder.record({.who = from.user.text(),
                                             .device = from.device.text(),
                                             .act = "device.keys",
                                             .object = from.device.text()});
    }
    co_await ports_.committer.commit(std::move(change));
  }
  co_return co_await count_keys(from);
}

runtime::Task<bool> DeviceKeys::add_to(storage::Change& change, DeviceAddress from,
                                       const base::JsonObject& body) {
  bool list_changed = false;
  if (const base::JsonObject* keys = find_member(body, "device_keys")) {
    list_changed = co_await add_device_keys(from, *keys, change);
  }
  if (const base::JsonObject* keys = find_member(body, "one_time_keys")) {
    co_await add_one_time_keys(from, *keys, change);
  }
  if (const base::JsonObject* keys = find_member(body, "fallback_keys")) {
    add_fallback_keys(from, *keys, change);
  }
  co_return list_changed;
}

runtime::Task<bool> DeviceKeys::add_device_keys(DeviceAddress from, const base::JsonObject& keys,
                                                storage::Change& change) {
  if (base::find_string(keys, "user_id") != from.user.text() ||
      base::find_string(keys, "device_id") != from.device.text()) {
    throw ApiError(ErrorCode::invalid_param, "device_keys names another user or device");
  }
  check_shape(keys);
  base::JsonObject kept = keys;
  kept.erase("unsigned");
  check_signature(kept, from);
  std::string json = base::to_text(kept);
  if (json.size() > kMostDeviceKeysBytes) {
    throw ApiError(ErrorCode::too_large, "device_keys is too large");
  }
  const auto stored = co_await ports_.store.load_device_keys(from.user);
  for (const storage::StoredDeviceKeys& one : stored) {
    if (one.device == from.device && one.json == json) co_return false;
  }
  change.mutations.emplace_back(storage::PutDeviceKeys{from.user, from.device, std::move(json)});
  co_return true;
}

runtime::Task<bool> DeviceKeys::add_one_time_keys(DeviceAddress from, const base::JsonObject& keys,
                                                  storage::Change& change) {
  storage::AddOneTimeKeys add{.user = from.user, .device = from.device, .keys = {}};
  const auto stored = co_await ports_.store.load_one_time_keys(from.user, from.device);
  std::map<std::pair<std::string_view, std::string_view>, std::string_view> known;
  for (const storage::OneTimeKey& key : stored) known[{key.algorithm, key.name}] = key.json;
  for (const auto& member : keys) {
    storage::OneTimeKey key = read_key(member);
    const auto same_name = known.find({key.algorithm, key.name});
    if (same_name == known.end()) {
      add.keys.push_back(std::move(key));
    } else if (same_name->second != key.json) {
      // The client has lost its keys, or two clients use one device: either way nobody could
      // decrypt what is sent under the key that stands.
      throw ApiError(ErrorCode::invalid_param,
                     fmt::format("One-time key {}:{} exists already", key.algorithm, key.name));
    }
  }
  if (stored.size() + add.keys.size() > kMostKeysAtOnce) {
    throw ApiError(ErrorCode::too_large, "Too many one-time keys");
  }
  if (add.keys.empty()) co_return false;
  change.mutations.emplace_back(std::move(add));
  co_return true;
}

void DeviceKeys::add_fallback_keys(DeviceAddress from, const base::JsonObject& keys,
                                   storage::Change& change) {
  for (const auto& member : keys) {
    change.mutations.emplace_back(
        storage::PutFallbackKey{from.user, from.device, read_key(member)});
  }
}

std::optional<storage::KeyCounts> DeviceKeys::find_counts(const DeviceAddress& device) {
  const std::lock_guard lock(mutex_);
  const auto known = counts_.find(device);
  return known == counts_.end() ? std::nullopt : std::optional(known->second);
}

runtime::Task<storage::KeyCounts> DeviceKeys::count_keys(DeviceAddress device) {
  std::uint64_t before = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto known = counts_.find(device);
    if (known != counts_.end()) co_return known->second;
    before = forgettings_;
  }
  storage::KeyCounts counts = co_await ports_.store.count_keys(device.user, device.device);
  const std::lock_guard lock(mutex_);
  if (before == forgettings_) {
    if (counts_.size() >= kMostCountsKept) counts_.clear();
    counts_.insert_or_assign(device, counts);
  }
  co_return counts;
}

// The keys that one claim has taken, given back when it ends: by then they are gone from the store,
// or nobody got them.
class DeviceKeys::Reservations {
 public:
  using Key = std::tuple<DeviceAddress, std::string, std::string>;

  explicit Reservations(DeviceKeys& owner) : owner_(owner) {}
  Reservations(const Reservations&) = delete;
  Reservations& operator=(const Reservations&) = delete;
  ~Reservations() {
    const std::lock_guard lock(owner_.mutex_);
    for (const Key& key : keys_) owner_.reserved_.erase(key);
  }

  // False: another claim has it.
  [[nodiscard]] bool take(Key key) {
    const std::lock_guard lock(owner_.mutex_);
    if (!owner_.reserved_.insert(key).second) return false;
    keys_.push_back(std::move(key));
    return true;
  }
  // How many keys of that kind are taken, by anyone.
  [[nodiscard]] std::size_t count(const DeviceAddress& device, const std::string& algorithm) const {
    const std::lock_guard lock(owner_.mutex_);
    const auto first = owner_.reserved_.lower_bound({device, algorithm, ""});
    return static_cast<std::size_t>(
        std::distance(first, std::find_if(first, owner_.reserved_.end(), [&](const Key& key) {
                        return std::get<0>(key) != device || std::get<1>(key) != algorithm;
                      })));
  }

 private:
  DeviceKeys& owner_;
  std::vector<Key> keys_;
};

runtime::Task<std::optional<storage::OneTimeKey>> DeviceKeys::take_one_time_key(
    Claim wanted, Reservations& mine) {
  const auto& [user, device] = wanted.device;
  while (true) {
    // Among so many one is free, unless there are no more or others took some meanwhile.
    const std::size_t enough = mine.count(wanted.device, wanted.algorithm) + 1;
    auto oldest =
        co_await ports_.store.load_oldest_one_time_keys(user, device, wanted.algorithm, enough);
    for (storage::OneTimeKey& key : oldest) {
      if (mine.take({wanted.device, key.algorithm, key.name})) co_return std::move(key);
    }
    if (oldest.size() < enough) co_return std::nullopt;
  }
}

runtime::Task<std::vector<DeviceKeys::ClaimedKey>> DeviceKeys::claim(protocol::UserId by,
                                                                     std::vector<Claim> claims) {
  while (true) {
    try {
      co_return co_await claim_once(by, claims);
    } catch (const storage::StorageConflict&) {  // a key was read just before another claim's
      // commit removed it and gave it back; what is read now is newer than that.
    }
  }
}

runtime::Task<std::vector<DeviceKeys::ClaimedKey>> DeviceKeys::claim_once(
    protocol::UserId by, std::vector<Claim> claims) {
  std::vector<ClaimedKey> claimed;
  Reservations mine(*this);
  storage::Change change;
  for (const Claim& wanted : claims) {
    const auto& [user, device] = wanted.device;
    auto key = co_await take_one_time_key(wanted, mine);
    if (key) {
      change.preconditions.emplace_back(
          storage::RequireOneTimeKey{user, device, key->algorithm, key->name});
      change.mutations.emplace_back(
          storage::RemoveOneTimeKey{user, device, key->algorithm, key->name});
    } else {
      auto fallback = co_await ports_.store.find_fallback_key(user, device, wanted.algorithm);
      if (!fallback) continue;
      if (!fallback->used) {
        change.mutations.emplace_back(storage::MarkFallbackKeyUsed{user, device, wanted.algorithm});
      }
      key = std::move(fallback->key);
    }
    claimed.push_back({.device = wanted.device,
                       .key_id = fmt::format("{}:{}", key->algorithm, key->name),
                       .json = std::move(key->json)});
  }
  if (!change.mutations.empty()) {
    change.audit = ports_.recorder.record({.who = by.text(),
                                           .act = "device.claim_keys",
                                           .object = fmt::format("{}", claimed.size())});
    co_await ports_.committer.commit(std::move(change));
  }
  co_return claimed;
}

}  // namespace chancery::devices
