// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Third-party identifiers: the mail addresses of accounts.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.
// Spec:        client-server, "Adding account administrative contact information".

#include "base/time.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/keys/key_ring.hpp"
#include "domain/mail/address.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "storage/third_party_ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::third_party_ids {

inline constexpr std::string_view kEmail = "email";

// By which addresses are found. From the root key, so that a copy of the database cannot be
// searched for an address.
class AddressKey {
 public:
  // 32 bytes.
  explicit AddressKey(std::string secret) : secret_(std::move(secret)) {}
  [[nodiscard]] storage::ThirdPartyKey key_of(const mail::Address& address) const;

 private:
  std::string secret_;
};

// An address whose owner has confirmed it.
struct Validated {
  std::string validation;  // the id of the session that proved it
  mail::Address address;
  base::Timestamp at;
};

struct ThirdPartyId {
  mail::Address address;
  base::Timestamp validated_at;
  base::Timestamp added_at;
};

class ThirdPartyIds {
 public:
  static constexpr std::size_t kMostOfOne = 20;

  struct Ports {
    storage::ThirdPartyIdStore& store;
    accounts::AuditedCommits& commits;
    keys::KeyRing& keys;
    const AddressKey& address_key;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  explicit ThirdPartyIds(Ports ports) : ports_(ports) {}

  // Whose address it is; absent when it is nobody's.
  runtime::Task<std::optional<protocol::UserId>> find_owner(mail::Address address);
  // What to sign in by who names the address `text`: its owner; for nobody's, or for what is no
  // address, a name that nobody has, so that the answer is the same and takes as long.
  runtime::Task<std::string> sign_in_name(std::string text);
  runtime::Task<std::vector<ThirdPartyId>> load(protocol::UserId user);
  // Uses up the validation. Throws threepid_in_use, threepid_auth_failed.
  runtime::Task<> add(protocol::UserId user, Validated validated);
  // The same as a part of `change`, with what it rests on: RequireValidated,
  // RequireThirdPartyIdAbsent.
  void add_to(storage::Change& change, const protocol::UserId& user, const Validated& validated);
  // Throws threepid_not_found when it is not theirs.
  runtime::Task<> remove(accounts::Session session, mail::Address address);
  // By an owner of the server, who answers for whose it is. Throws as above.
  runtime::Task<> add_for(accounts::Session by, protocol::UserId user, mail::Address address);
  runtime::Task<> remove_for(accounts::Session by, protocol::UserId user, mail::Address address);

  // The identity servers that were told of it by way of this server.
  runtime::Task<std::vector<std::string>> load_bindings(protocol::UserId user,
                                                        mail::Address address);
  enum class Bound : std::uint8_t { no, yes };
  runtime::Task<> note_binding(accounts::Session session, mail::Address address,
                               std::string id_server, Bound bound);

 private:
  void put(storage::Change& change, const protocol::UserId& user, const mail::Address& address,
           base::Timestamp validated_at);
  // Of an addition. Returns the precondition that did not hold; "" when it was made.
  runtime::Task<std::string> commit(storage::Change change, protocol::UserId user, audit::Act act);
  // `missing` is what is said of an address that is not theirs.
  runtime::Task<> remove_of(protocol::UserId user, mail::Address address, audit::Act act,
                            const char* missing);

  Ports ports_;
};

}  // namespace chancery::third_party_ids
