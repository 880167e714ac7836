// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wrapped keys read from tables.

#include "storage/sql/database.hpp"
#include "storage/wrapped_keys.hpp"

namespace chancery::storage::sql {

class SqlKeyStore final : public KeyStore {
 public:
  explicit SqlKeyStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::vector<WrappedKey>> load_keys() override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
