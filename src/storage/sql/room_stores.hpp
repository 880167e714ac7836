// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The receipt store and the directory store over SQL.

#include "storage/receipts.hpp"
#include "storage/room_directory.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlReceiptStore final : public ReceiptStore {
 public:
  explicit SqlReceiptStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::vector<StoredReceipt>> load_receipts(RoomNumber room) override;
  runtime::Task<std::vector<std::pair<RoomNumber, StreamPosition>>> load_last_receipts() override;

 private:
  Reader& reader_;
};

class SqlDirectoryStore final : public DirectoryStore {
 public:
  explicit SqlDirectoryStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::optional<StoredAlias>> find_alias(protocol::RoomAlias alias) override;
  runtime::Task<std::vector<StoredAlias>> load_aliases(RoomNumber room) override;
  runtime::Task<std::vector<RoomNumber>> load_shown_rooms() override;
  runtime::Task<std::vector<RoomNumber>> load_network_rooms(std::string service,
                                                            std::string network) override;
  runtime::Task<std::vector<RoomNumber>> load_all_network_rooms() override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
