// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The user directory read from tables.

#include "storage/sql/database.hpp"
#include "storage/user_directory.hpp"

namespace chancery::storage::sql {

class SqlDirectoryWordStore final : public DirectoryWordStore {
 public:
  explicit SqlDirectoryWordStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::vector<DirectoryRow>> load_directory(std::string prefix,
                                                          std::optional<DirectoryPlace> after,
                                                          std::size_t limit) override;
  runtime::Task<std::vector<NamedPerson>> load_named_people(protocol::UserId after,
                                                            std::size_t limit) override;
  runtime::Task<std::optional<DirectoryFilling>> find_directory_filling() override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
