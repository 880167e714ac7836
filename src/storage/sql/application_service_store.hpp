// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Deliveries to application services read from tables.

#include "storage/application_services.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlServiceStore final : public ServiceStore {
 public:
  explicit SqlServiceStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::optional<StoredDelivery>> find_delivery(std::string service) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
