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
  const base::Timestamp now = ports_.clock.now();
  const storage::ThirdPartyKey key = ports_.address_key.key_of(validated.address);
  change.preconditions.emplace_back(
      storage::RequireValidated{.id = validated.validation, .now = now});
  change.preconditions.emplace_back(storage::RequireThirdPartyIdAbsent{key});
  keys::FreshLock fresh = ports_.keys.lock_for("", user.text(), now);
  for (storage::PutWrappedKey& made : fresh.made) change.mutations.emplace_back(std::move(made));
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(storage::AddThirdPartyId{
      {.key = key,
       .user = user,
       .validated_at = validated.at,
       .added_at = now,
       .record = storage::seal_record(validated.address.text(), fresh.lock,
                                      storage::third_party_binding(user, key), nonce)}});
  change.mutations.emplace_back(storage::RemoveValidation{validated.validation});
}

runtime::Task<> ThirdPartyIds::add(protocol::UserId user, Validated validated) {
  const auto owned = co_await ports_.store.load_third_party_ids(user);
  if (owned.size() >= kMostOfOne) {
    throw ApiError(ErrorCode::limit_exceeded, "These are too many addresses").with_status(400);
  }
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireAccountActive{user});
  add_to(change, user, validated);
  std::string conflict;
  try {
    co_await ports_.commits.commit(
        std::move(change),
        {.who = user.text(), .act = "account.add_address", .object = user.text()});
  } catch (const storage::StorageConflict& refused) {  // said to the client below
    conflict = refused.precondition;
  }
  if (conflict == storage::RequireThirdPartyIdAbsent::kName) {
    throw ApiError(ErrorCode::threepid_in_use, "This address belongs to an account already");
  }
  if (!conflict.empty()) {
    throw ApiError(ErrorCode::threepid_auth_failed, "This address was not confirmed");
  }
}

runtime::Task<> ThirdPartyIds::remove(accounts::Session session, mail::Address address) {
  const storage::ThirdPartyKey key = ports_.address_key.key_of(address);
  const auto stored = co_await ports_.store.find_third_party_id(key);
  if (!stored || stored->user != session.user) {
    throw ApiError(ErrorCode::threepid_not_found, "This address is not one of yours");
  }
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveThirdPartyId{.user = session.user, .key = key});
  // Nobody is written to at an address that is theirs no more.
  change.mutations.emplace_back(
      storage::RemovePusher{{.user = session.user,
                             .app_id = std::string(kMailPusherApp),
                             .pushkey_hash = base::sha256(address.text())}});
  co_await ports_.commits.commit(std::move(change), {.who = session.user.text(),
                                                     .device = session.device.text(),
                                                     .act = "account.remove_address",
                                                     .object = session.user.text()});
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
