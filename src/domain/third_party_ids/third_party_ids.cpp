// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/third_party_ids.hpp"

#include "base/digest.hpp"
#include "domain/audit/recorder.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "storage/pushers.hpp"
#include "storage/record.hpp"

#include <algorithm>
#include <utility>

namespace chancery::third_party_ids {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

// Of pushers that write to an address; see push::Pushers.
constexpr std::string_view kMailPusherApp = "m.email";

}  // namespace

storage::ThirdPartyKey AddressKey::key_of(const mail::Address& address) const {
  return {.medium = std::string(kEmail),
          .address_hash = base::hmac_sha256(secret_, "email\n" + address.text())};
}

runtime::Task<std::optional<protocol::UserId>> ThirdPartyIds::find_owner(mail::Address address) {
  auto found = co_await ports_.store.find_third_party_id(ports_.address_key.key_of(address));
  if (!found) co_return std::nullopt;
  co_return std::move(found->user);
}

runtime::Task<std::string> ThirdPartyIds::sign_in_name(std::string text) {
  const auto address = mail::Address::parse(text);
  if (!address) co_return "@" + text;
  const auto owner = co_await find_owner(*address);
  co_return owner ? owner->text() : "@" + address->text();
}

runtime::Task<std::vector<ThirdPartyId>> ThirdPartyIds::load(protocol::UserId user) {
  std::vector<ThirdPartyId> ids;
  for (const storage::StoredThirdPartyId& stored :
       co_await ports_.store.load_third_party_ids(user)) {
    auto address = mail::Address::parse(storage::open_record(
        stored.record, ports_.keys, storage::third_party_binding(user, stored.key)));
    if (!address) continue;  // of a kind that is not known any more
    ids.push_back({.address = *std::move(address),
                   .validated_at = stored.validated_at,
                   .added_at = stored.added_at});
  }
  co_return ids;
}

void ThirdPartyIds::add_to(storage::Change& change, const protocol::UserId& user,
                           const Validated& validated) {
  change.preconditions.emplace_back(
      storage::RequireValidated{.id = validated.validation, .now = ports_.clock.now()});
  change.mutations.emplace_back(storage::RemoveValidation{validated.validation});
  put(change, user, validated.address, validated.at);
}

runtime::Task<> ThirdPartyIds::add(protocol::UserId user, Validated validated) {
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireAccountActive{user});
  add_to(change, user, validated);
  const std::string conflict =
      co_await commit(std::move(change), user,
                      {.who = user.text(), .act = "account.add_address", .object = user.text()});
  if (!conflict.empty()) {
    throw ApiError(ErrorCode::threepid_auth_failed, "This address was not confirmed");
  }
}

runtime::Task<> ThirdPartyIds::add_for(accounts::Session by, protocol::UserId user,
                                       mail::Address address) {
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireAccountActive{user});
  put(change, user, address, ports_.clock.now());
  const std::string conflict = co_await commit(std::move(change), user,
                                               {.kind = "admin",
                                                .who = by.user.text(),
                                                .device = by.device.text(),
                                                .act = "account.add_address",
                                                .object = user.text()});
  if (!conflict.empty()) throw ApiError(ErrorCode::not_found, "There is no such account");
}

void ThirdPartyIds::put(storage::Change& change, const protocol::UserId& user,
                        const mail::Address& address, base::Timestamp validated_at) {
  const base::Timestamp now = ports_.clock.now();
  const storage::ThirdPartyKey key = ports_.address_key.key_of(address);
  change.preconditions.emplace_back(storage::RequireThirdPartyIdAbsent{key});
  keys::FreshLock fresh = ports_.keys.lock_for("", user.text(), now);
  for (storage::PutWrappedKey& made : fresh.made) change.mutations.emplace_back(std::move(made));
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(storage::AddThirdPartyId{
      {.key = key,
       .user = user,
       .validated_at = validated_at,
       .added_at = now,
       .record = storage::seal_record(address.text(), fresh.lock,
                                      storage::third_party_binding(user, key), nonce)}});
}

runtime::Task<std::string> ThirdPartyIds::commit(storage::Change change, protocol::UserId user,
                                                 audit::Act act) {
  const auto owned = co_await ports_.store.load_third_party_ids(std::move(user));
  if (owned.size() >= kMostOfOne) {
    throw ApiError(ErrorCode::limit_exceeded, "These are too many addresses").with_status(400);
  }
  std::string conflict;
  try {
    co_await ports_.commits.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict& refused) {  // said to the client below, or by the caller
    conflict = refused.precondition;
  }
  if (conflict == storage::RequireThirdPartyIdAbsent::kName) {
    throw ApiError(ErrorCode::threepid_in_use, "This address belongs to an account already");
  }
  co_return conflict;
}

runtime::Task<> ThirdPartyIds::remove(accounts::Session session, mail::Address address) {
  co_await remove_of(session.user, std::move(address),
                     {.who = session.user.text(),
                      .device = session.device.text(),
                      .act = "account.remove_address",
                      .object = session.user.text()},
                     "This address is not one of yours");
}

runtime::Task<> ThirdPartyIds::remove_for(accounts::Session by, protocol::UserId user,
                                          mail::Address address) {
  co_await remove_of(user, std::move(address),
                     {.kind = "admin",
                      .who = by.user.text(),
                      .device = by.device.text(),
                      .act = "account.remove_address",
                      .object = user.text()},
                     "This address is not one of theirs");
}

runtime::Task<> ThirdPartyIds::remove_of(protocol::UserId user, mail::Address address,
                                         audit::Act act, const char* missing) {
  const storage::ThirdPartyKey key = ports_.address_key.key_of(address);
  const auto stored = co_await ports_.store.find_third_party_id(key);
  if (!stored || stored->user != user) {
    throw ApiError(ErrorCode::threepid_not_found, missing);
  }
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveThirdPartyId{.user = user, .key = key});
  // Nobody is written to at an address that is theirs no more.
  change.mutations.emplace_back(
      storage::RemovePusher{{.user = std::move(user),
                             .app_id = std::string(kMailPusherApp),
                             .pushkey_hash = base::sha256(address.text())}});
  co_await ports_.commits.commit(std::move(change), std::move(act));
}

runtime::Task<std::vector<std::string>> ThirdPartyIds::load_bindings(protocol::UserId user,
                                                                     mail::Address address) {
  co_return co_await ports_.store.load_bindings(std::move(user),
                                                ports_.address_key.key_of(address));
}

runtime::Task<> ThirdPartyIds::note_binding(accounts::Session session, mail::Address address,
                                            std::string id_server, Bound bound) {
  const storage::ThirdPartyKey key = ports_.address_key.key_of(address);
  storage::Change change;
  audit::Act act{.who = session.user.text(),
                 .device = session.device.text(),
                 .act = bound == Bound::yes ? "account.bind_address" : "account.unbind_address",
                 .object = id_server};
  if (bound == Bound::yes) {
    change.mutations.emplace_back(
        storage::AddThirdPartyBinding{session.user, key, std::move(id_server)});
  } else {
    change.mutations.emplace_back(
        storage::RemoveThirdPartyBinding{session.user, key, std::move(id_server)});
  }
  co_await ports_.commits.commit(std::move(change), std::move(act));
}

}  // namespace chancery::third_party_ids
