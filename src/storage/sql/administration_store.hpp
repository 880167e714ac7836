// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The administration store over SQL.

#include "storage/administration.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlAdministrationStore final : public AdministrationStore {
 public:
  explicit SqlAdministrationStore(Reader& reader) : reader_(reader) {}
  runtime::Task<PageOf<StoredReport>> load_reports(ReportQuery query) override;
  runtime::Task<std::optional<StoredReport>> find_report(std::int64_t id) override;
  runtime::Task<std::vector<StoredRateException>> load_rate_exceptions() override;
  runtime::Task<PageOf<ListedAccount>> list_accounts(AccountQuery query) override;
  runtime::Task<PageOf<ListedMedia>> list_media(MediaQuery query) override;
  runtime::Task<std::vector<std::string>> list_old_media(OldMediaQuery query) override;
  runtime::Task<PageOf<ListedMediaUse>> list_media_use(MediaUseQuery query) override;
  runtime::Task<bool> is_notices_sender(protocol::UserId user) override;
  runtime::Task<std::vector<RoomSize>> list_largest_rooms(std::int64_t limit) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
