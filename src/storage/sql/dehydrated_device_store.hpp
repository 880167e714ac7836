// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Dehydrated devices read from tables.

#include "storage/dehydrated_devices.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlDehydratedDeviceStore final : public DehydratedDeviceStore {
 public:
  explicit SqlDehydratedDeviceStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::optional<StoredDehydratedDevice>> find_dehydrated_device(
      protocol::UserId user) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
