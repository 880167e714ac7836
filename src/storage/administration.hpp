// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the owners of the server look at and decide: reports, exceptions from the rates, and lists
// of accounts and media with filters and an order.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/accounts.hpp"
#include "storage/media.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

// --- mutations -------------------------------------------------------------------------------

// Its id is the position of its change.
struct AddReport {
  protocol::UserId reporter;
  base::Timestamp at;
  std::string room;                       // "" for a person
  std::string event;                      // "" for a room or a person
  std::optional<protocol::UserId> about;  // the person, or who sent the event
  std::string record;                     // storage/record.hpp over the reason; see report_binding
};
struct RemoveReport {
  std::int64_t id = 0;
};
// What the record of a report is bound to.
[[nodiscard]] inline std::string report_binding(const protocol::UserId& reporter,
                                                base::Timestamp at) {
  return "report\n" + reporter.text() + "\n" + std::to_string(at.milliseconds);
}

// In place of the server's rates; 0 for no limit.
struct PutRateException {
  protocol::UserId user;
  std::int64_t per_second = 0;
  std::int64_t burst = 0;
};
struct RemoveRateException {
  protocol::UserId user;
};

// Server notices are sent by this account.
struct NoteNoticesSender {
  protocol::UserId user;
};

// --- what is read ----------------------------------------------------------------------------

struct StoredReport {
  std::int64_t id = 0;
  AddReport report;
};
struct StoredRateException {
  protocol::UserId user;
  std::int64_t per_second = 0;
  std::int64_t burst = 0;
};

enum class Sorting : std::uint8_t { ascending, descending };

// The `limit` rows behind the first `from` of those that the filters leave.
struct Page {
  std::int64_t from = 0;
  std::int64_t limit = 0;
};
template <typename Row>
struct PageOf {
  std::vector<Row> rows;
  std::int64_t total = 0;  // without regard to the page
};

struct ReportQuery {
  std::string reporter;                   // is a part of the user id; "" for all
  std::string room;                       // is a part of the room id
  Sorting sorting = Sorting::descending;  // by age
  Page page;
};

enum class AccountOrder : std::uint8_t {
  name,
  displayname,
  avatar_url,
  user_type,
  is_guest,
  admin,
  deactivated,
  locked,
  suspended,
  erased,
  created_at,
};
struct AccountQuery {
  enum class Shown : std::uint8_t { without, with, alone };
  std::string user_id;  // is a part of the user id; "" for all. Without regard to ASCII case
  std::string name;     // is a part of the localpart or of the display name
  Shown guests = Shown::with;
  Shown deactivated = Shown::without;
  Shown locked = Shown::with;
  Shown admins = Shown::with;
  AccountOrder order = AccountOrder::name;
  Sorting sorting = Sorting::ascending;
  Page page;
};
struct ListedAccount {
  StoredAccount account;
  std::string display_name;  // JSON text; "" when there is none
  std::string avatar_url;    // likewise
};

enum class MediaOrder : std::uint8_t { created_at, media_id, size, quarantined_by, safe };
struct MediaQuery {
  protocol::UserId user;
  MediaOrder order = MediaOrder::created_at;
  Sorting sorting = Sorting::descending;
  Page page;
};
struct ListedMedia {
  std::string media_id;
  StoredMedia media;
};
// Media with a file, made before `before` and larger than `larger_than`; those that somebody's
// profile shows are left out unless `profiles` says otherwise. In the order of ids.
struct OldMediaQuery {
  enum class Profiles : std::uint8_t { keep, take } profiles = Profiles::keep;
  base::Timestamp before;
  std::int64_t larger_than = 0;
  std::string server;  // ours, as profiles name it
  std::string after;   // those behind this id
  std::int64_t limit = 0;
};

enum class MediaUseOrder : std::uint8_t { user, displayname, count, size };
struct MediaUseQuery {
  std::string search;  // is a part of the user id or the display name
  base::Timestamp from_time;
  base::Timestamp until_time;  // 0: no end
  MediaUseOrder order = MediaUseOrder::user;
  Sorting sorting = Sorting::ascending;
  Page page;
};
struct ListedMediaUse {
  protocol::UserId user;
  std::string display_name;  // JSON text; "" when there is none
  std::int64_t count = 0;
  std::int64_t bytes = 0;
};

// What the events of a room take, without indexes and state.
struct RoomSize {
  RoomNumber room;
  std::int64_t bytes = 0;
};

class AdministrationStore {
 public:
  virtual ~AdministrationStore() = default;
  virtual runtime::Task<PageOf<StoredReport>> load_reports(ReportQuery query) = 0;
  virtual runtime::Task<std::optional<StoredReport>> find_report(std::int64_t id) = 0;
  virtual runtime::Task<std::vector<StoredRateException>> load_rate_exceptions() = 0;
  virtual runtime::Task<PageOf<ListedAccount>> list_accounts(AccountQuery query) = 0;
  virtual runtime::Task<PageOf<ListedMedia>> list_media(MediaQuery query) = 0;
  virtual runtime::Task<std::vector<std::string>> list_old_media(OldMediaQuery query) = 0;
  virtual runtime::Task<PageOf<ListedMediaUse>> list_media_use(MediaUseQuery query) = 0;
  // Whether server notices were ever sent by this account.
  virtual runtime::Task<bool> is_notices_sender(protocol::UserId user) = 0;
  // The largest first. Reads through all events.
  virtual runtime::Task<std::vector<RoomSize>> list_largest_rooms(std::int64_t limit) = 0;
};

}  // namespace chancery::storage
