// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Third-party identifiers and their validations, read from tables.

#include "storage/sql/database.hpp"
#include "storage/third_party_ids.hpp"

namespace chancery::storage::sql {

class SqlThirdPartyIdStore final : public ThirdPartyIdStore {
 public:
  explicit SqlThirdPartyIdStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::optional<StoredThirdPartyId>> find_third_party_id(ThirdPartyKey key) override;
  runtime::Task<std::vector<StoredThirdPartyId>> load_third_party_ids(
      protocol::UserId user) override;
  runtime::Task<std::optional<StoredValidation>> find_validation(std::string id) override;
  runtime::Task<std::optional<StoredValidation>> find_validation_by_token(
      std::string token_hash) override;
  runtime::Task<std::optional<StoredValidation>> find_validation_of(OfClient client) override;
  runtime::Task<std::vector<std::string>> load_bindings(protocol::UserId user,
                                                        ThirdPartyKey key) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
