// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Third-party identifiers as stored: mail addresses that belong to people, and how they are proven.
//
// An address is sealed; to find it there is a keyed hash. Of secrets and tokens only the SHA-256 is
// kept.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

struct ThirdPartyKey {
  std::string medium;        // "email"
  std::string address_hash;  // keyed, 32 bytes
  friend bool operator==(const ThirdPartyKey&, const ThirdPartyKey&) = default;
};
struct StoredThirdPartyId {
  ThirdPartyKey key;
  protocol::UserId user;
  base::Timestamp validated_at;
  base::Timestamp added_at;
  std::string record;  // storage/record.hpp over the address
};
// What the record of an identifier is bound to.
[[nodiscard]] inline std::string third_party_binding(const protocol::UserId& user,
                                                     const ThirdPartyKey& key) {
  return "third-party id\n" + user.text() + "\n" + key.medium + "\n" + key.address_hash;
}

// Somebody who says that an address is theirs.
struct StoredValidation {
  std::string id;           // of the session, as clients are told
  std::string secret_hash;  // SHA-256 of the client's secret
  std::string token_hash;   // SHA-256 of the newest link's token
  std::string purpose;      // "register", "password" or "add"
  ThirdPartyKey key;
  std::int64_t send_attempt = 0;
  base::Timestamp expires_at;
  base::Timestamp validated_at;  // 0: not yet
  std::string record;            // storage/record.hpp over address and next link
};
[[nodiscard]] inline std::string validation_binding(const std::string& id) {
  return "validation\n" + id;
}

// --- mutations -------------------------------------------------------------------------------

struct AddThirdPartyId {
  StoredThirdPartyId added;
};
struct RemoveThirdPartyId {
  protocol::UserId user;
  ThirdPartyKey key;
};
// All that the person has.
struct RemoveThirdPartyIdsOf {
  protocol::UserId user;
};
// Replaces the session of that id, and what else the same client has for that address and purpose.
struct PutValidation {
  StoredValidation validation;
};
struct ConfirmValidation {
  std::string id;
  base::Timestamp at;
};
// Used up.
struct RemoveValidation {
  std::string id;
};
struct RemoveExpiredValidations {
  base::Timestamp before;
};
struct AddThirdPartyBinding {
  protocol::UserId user;
  ThirdPartyKey key;
  std::string id_server;
};
struct RemoveThirdPartyBinding {
  protocol::UserId user;
  ThirdPartyKey key;
  std::string id_server;
};

// --- preconditions ---------------------------------------------------------------------------

// Nobody has it.
struct RequireThirdPartyIdAbsent {
  static constexpr std::string_view kName = "third_party_id_absent";
  ThirdPartyKey key;
};
// The session is there, confirmed, and not expired at `now`.
struct RequireValidated {
  static constexpr std::string_view kName = "validated";
  std::string id;
  base::Timestamp now;
};

// --- what is read ----------------------------------------------------------------------------

class ThirdPartyIdStore {
 public:
  virtual ~ThirdPartyIdStore() = default;
  virtual runtime::Task<std::optional<StoredThirdPartyId>> find_third_party_id(
      ThirdPartyKey key) = 0;
  // In the order of adding.
  virtual runtime::Task<std::vector<StoredThirdPartyId>> load_third_party_ids(
      protocol::UserId user) = 0;
  virtual runtime::Task<std::optional<StoredValidation>> find_validation(std::string id) = 0;
  virtual runtime::Task<std::optional<StoredValidation>> find_validation_by_token(
      std::string token_hash) = 0;
  struct OfClient {
    std::string secret_hash;
    std::string address_hash;
    std::string purpose;
  };
  virtual runtime::Task<std::optional<StoredValidation>> find_validation_of(OfClient client) = 0;
  // The identity servers that were told of it.
  virtual runtime::Task<std::vector<std::string>> load_bindings(protocol::UserId user,
                                                                ThirdPartyKey key) = 0;
};

}  // namespace chancery::storage
