// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/cross_signing.hpp"

#include "protocol/api_error.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/signing.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <array>

namespace chancery::devices {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

struct Usage {
  std::string_view name;
  std::string_view member;  // of the upload's body
};
constexpr std::array kUsages{Usage{"master", "master_key"},
                             Usage{"self_signing", "self_signing_key"},
                             Usage{"user_signing", "user_signing_key"}};

bool has_usage(const base::JsonObject& key, std::string_view usage) {
  const base::JsonArray* usages = base::find_array(key, "usage");
  if (usages == nullptr) return false;
  return std::ranges::any_of(*usages, [&](const base::Json& one) {
    return one.is_string() && std::string_view(one.get_string()) == usage;
  });
}

// Equal apart from signatures and what is unsigned.
bool is_same_key(const base::JsonObject& left, const base::JsonObject& right) {
  const auto text = [](const base::JsonObject& key) {
    return protocol::canonical_json_without(key, {"signatures", "unsigned"});
  };
  return text(left) == text(right);
}

void check_key(const protocol::UserId& user, const base::JsonObject& key, std::string_view usage) {
  if (base::find_string(key, "user_id") != user.text()) {
    throw ApiError(ErrorCode::invalid_param, "The key names another user");
  }
  if (!has_usage(key, usage)) {
    throw ApiError(ErrorCode::invalid_param, fmt::format("The key is not for '{}'", usage));
  }
  if (!public_key_of(key)) {
    throw ApiError(ErrorCode::invalid_param,
                   "The key must hold one Ed25519 key under its own name");
  }
}

std::optional<std::string> signature_in(const base::JsonObject& object,
                                        const protocol::UserId& signer, std::string_view key_id) {
  const base::JsonObject* all = base::find_object(object, "signatures");
  if (all == nullptr) return std::nullopt;
  const base::JsonObject* of_signer = base::find_object(*all, signer.text());
  if (of_signer == nullptr) return std::nullopt;
  const auto text = base::find_string(*of_signer, key_id);
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

struct CrossSigning::Keys {
  std::map<std::string, base::JsonObject> cross_signing;  // by usage
  std::map<std::string, base::JsonObject> devices;        // by device id

  [[nodiscard]] const base::JsonObject* find(const std::string& usage) const {
    const auto found = cross_signing.find(usage);
    return found == cross_signing.end() ? nullptr : &found->second;
  }
};

struct CrossSigning::Failure {
  std::string_view code;
  std::string_view text;
};

runtime::Task<CrossSigning::Keys> CrossSigning::load_keys(protocol::UserId user) {
  Keys keys;
  const auto cross_signing = co_await ports_.store.load_cross_signing_keys(user);
  for (const auto& one : cross_signing) keys.cross_signing[one.usage] = parse_stored_key(one.json);
  const auto devices = co_await ports_.store.load_device_keys(user);
  for (const auto& one : devices) keys.devices[one.device.text()] = parse_stored_key(one.json);
  co_return keys;
}

bool CrossSigning::replaces_keys(const Keys& stored, const base::JsonObject& body) {
  if (stored.find("master") == nullptr) return false;
  return std::ranges::any_of(kUsages, [&](const Usage& usage) {
    const base::JsonObject* key = base::find_object(body, usage.member);
    if (key == nullptr) return false;
    const base::JsonObject* known = stored.find(std::string(usage.name));
    return known == nullptr || !is_same_key(*known, *key);
  });
}

runtime::Task<CrossSigning::Upload> CrossSigning::upload(protocol::UserId user,
                                                         base::JsonObject body, Proof proof) {
  const runtime::Turnstile::Turn inside = co_await ports_.turns.enter(user);
  const Keys stored = co_await load_keys(user);
  if (proof == Proof::none && replaces_keys(stored, body)) co_return Upload::needs_authentication;
  storage::Change change;
  const base::JsonObject* master = stored.find("master");
  for (const Usage& usage : kUsages) {
    const base::Json* given = body.if_contains(usage.member);
    if (given == nullptr) continue;
    if (!given->is_object()) {
      throw ApiError(ErrorCode::bad_json, fmt::format("'{}' must be an object", usage.member));
    }
    const base::JsonObject& key = given->get_object();
    check_key(user, key, usage.name);
    if (usage.name == "master") {
      master = &key;
    } else {
      const auto master_key = master == nullptr ? std::nullopt : public_key_of(*master);
      if (!master_key) throw ApiError(ErrorCode::missing_param, "There is no master key");
      if (protocol::check_signed_json(key, user.text(), master_key->id, master_key->bytes) !=
          protocol::SignatureCheck::valid) {
        throw ApiError(ErrorCode::invalid_signature, "The key is not signed by the master key");
      }
    }
    const base::JsonObject* known = stored.find(std::string(usage.name));
    if (known != nullptr && is_same_key(*known, key)) continue;
    if (known != nullptr) {
      if (const auto old_key = public_key_of(*known)) {
        change.mutations.emplace_back(storage::ForgetKeySignatures{user, old_key->text});
      }
    }
    change.preconditions.emplace_back(storage::RequireDeviceAbsent{
        user, protocol::DeviceId::trusted(public_key_of(key).value().text)});
    base::JsonObject kept = key;
    kept.erase("unsigned");
    change.mutations.emplace_back(
        storage::PutCrossSigningKey{user, std::string(usage.name), base::to_text(kept)});
  }
  if (change.mutations.empty()) co_return Upload::done;
  change.mutations.emplace_back(storage::NoteDeviceListChange{user, {}});
  change.audit = ports_.recorder.record(
      {.who = user.text(), .act = "device.cross_signing_keys", .object = user.text()});
  bool is_in_use = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageConflict& conflict) {  // a device has that name, told below
    if (conflict.precondition != storage::RequireDeviceAbsent::kName) throw;
    is_in_use = true;
  }
  if (is_in_use) throw ApiError(ErrorCode::forbidden, "A key has the name of one of your devices");
  co_return Upload::done;
}

// A device of one's own signed by the self-signing key, or one's master key signed by a device.
std::optional<CrossSigning::Failure> CrossSigning::check_own(const Keys& own,
                                                             const protocol::UserId& signer,
                                                             const std::string& target,
                                                             const base::JsonObject& object,
                                                             storage::Change& change) {
  const auto accept = [&](const PublicKey& key) -> std::optional<Failure> {
    if (protocol::check_signed_json(object, signer.text(), key.id, key.bytes) !=
        protocol::SignatureCheck::valid) {
      return Failure{"M_INVALID_SIGNATURE", "The signature does not hold"};
    }
    change.mutations.emplace_back(storage::PutKeySignature{
        signer, target, signer, key.id.text(), *signature_in(object, signer, key.id.text())});
    return std::nullopt;
  };
  if (const auto device = own.devices.find(target); device != own.devices.end()) {
    if (!is_same_key(device->second, object)) return Failure{"M_NOT_FOUND", "Not the key we have"};
    const base::JsonObject* self_signing = own.find("self_signing");
    const auto key = self_signing == nullptr ? std::nullopt : public_key_of(*self_signing);
    if (!key) return Failure{"M_NOT_FOUND", "There is no self-signing key"};
    return accept(*key);
  }
  const base::JsonObject* master = own.find("master");
  const auto master_key = master == nullptr ? std::nullopt : public_key_of(*master);
  if (!master_key || master_key->text != target) return Failure{"M_NOT_FOUND", "No such key"};
  if (!is_same_key(*master, object)) return Failure{"M_NOT_FOUND", "Not the key we have"};
  for (const auto& [device, keys] : own.devices) {
    const auto key = public_key_of_device(keys, protocol::DeviceId::trusted(device));
    if (key && signature_in(object, signer, key->id.text())) return accept(*key);
  }
  return Failure{"M_INVALID_SIGNATURE", "No signature of a device that we know"};
}

// Another's master key, signed by one's own user-signing key.
std::optional<CrossSigning::Failure> CrossSigning::check_other(
    const Keys& own, const Keys& theirs, const std::pair<protocol::UserId, protocol::UserId>& pair,
    const std::pair<std::string, const base::JsonObject*>& target, storage::Change& change) {
  const auto& [signer, owner] = pair;
  const auto& [target_key, object] = target;
  const base::JsonObject* master = theirs.find("master");
  const auto master_key = master == nullptr ? std::nullopt : public_key_of(*master);
  if (!master_key || master_key->text != target_key) return Failure{"M_NOT_FOUND", "No such key"};
  if (!is_same_key(*master, *object)) return Failure{"M_NOT_FOUND", "Not the key we have"};
  const base::JsonObject* user_signing = own.find("user_signing");
  const auto key = user_signing == nullptr ? std::nullopt : public_key_of(*user_signing);
  if (!key) return Failure{"M_NOT_FOUND", "There is no user-signing key"};
  if (protocol::check_signed_json(*object, signer.text(), key->id, key->bytes) !=
      protocol::SignatureCheck::valid) {
    return Failure{"M_INVALID_SIGNATURE", "The signature does not hold"};
  }
  change.mutations.emplace_back(storage::PutKeySignature{
      owner, target_key, signer, key->id.text(), *signature_in(*object, signer, key->id.text())});
  return std::nullopt;
}

runtime::Task<base::JsonObject> CrossSigning::add_signatures(protocol::UserId signer,
                                                             base::JsonObject body) {
  const runtime::Turnstile::Turn inside = co_await ports_.turns.enter(signer);
  const Keys own = co_await load_keys(signer);
  base::JsonObject failures;
  storage::Change change;
  for (const auto& [user_text, value] : body) {
    const auto user = protocol::UserId::parse(user_text);
    if (!user || !value.is_object()) {
      throw ApiError(ErrorCode::bad_json, "Signatures must be objects by user id and key");
    }
    const Keys theirs = *user == signer ? Keys{} : co_await load_keys(*user);
    const std::size_t before = change.mutations.size();
    for (const auto& [target, object] : value.get_object()) {
      std::optional<Failure> failure = Failure{"M_BAD_JSON", "A signed key must be an object"};
      if (object.is_object()) {
        failure = *user == signer
                      ? check_own(own, signer, target, object.get_object(), change)
                      : check_other(own, theirs, {signer, *user},
                                    {std::string(target), &object.get_object()}, change);
      }
      if (!failure) continue;
      base::Json& of_user = failures[user_text];
      if (!of_user.is_object()) of_user.emplace_object();
      of_user.get_object()[target] =
          base::JsonObject{{"errcode", failure->code}, {"error", failure->text}};
    }
    if (change.mutations.size() > before) {
      // A signature on another's key is shown to the signer alone; one on one's own, to everyone.
      const bool is_own = *user == signer;
      change.mutations.emplace_back(
          storage::NoteDeviceListChange{*user, is_own ? protocol::UserId{} : signer});
    }
  }
  if (!change.mutations.empty()) {
    change.audit = ports_.recorder.record(
        {.who = signer.text(), .act = "device.sign_keys", .object = signer.text()});
    co_await ports_.committer.commit(std::move(change));
  }
  co_return failures;
}

}  // namespace chancery::devices
