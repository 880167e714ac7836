// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mail that waits, read from tables.

#include "storage/mail.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlMailStore final : public MailStore {
 public:
  explicit SqlMailStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::vector<StoredMail>> load_due_mail(Due due, std::size_t most) override;
  runtime::Task<std::optional<base::Timestamp>> find_next_mail() override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
