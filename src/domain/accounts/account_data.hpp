// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Account data: what a person's clients keep for themselves, for the account or for a room in it.
//
// Tags of rooms are account data of the type "m.tag". Who never changed a push rule has the default
// ones as "m.push_rules", which are not stored. Contents are sealed under the person's keys.
// What one person keeps is bounded. A sync where nothing changed asks the memory alone.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.

#include "base/json.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/keys/key_ring.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/commit/newest_changes.hpp"
#include "storage/personal.hpp"

#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::accounts {

struct AccountDataItem {
  std::string room;  // "" for the account's
  std::string type;
  std::string content;  // JSON text
  storage::StreamPosition position;

  [[nodiscard]] bool is_removed() const { return content == "{}"; }
};

class AccountData {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{64} * 1024;  // of one content

  // What one person may keep together. What the server keeps for them goes beyond it, if need be.
  struct Rules {
    std::uint64_t most_items = 10'000;
    std::uint64_t most_bytes = std::uint64_t{16} * 1024 * 1024;
  };

  struct Ports {
    storage::AccountDataStore& store;
    AuditedCommits& commits;
    storage::CommittedChanges& feed;  // a reader is added
    keys::KeyRing& keys;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  explicit AccountData(Ports ports) : AccountData(ports, Rules{}) {}
  AccountData(Ports ports, Rules rules);

  // Content as JSON text; absent too for what was removed.
  runtime::Task<std::optional<std::string>> find(protocol::UserId user, std::string room,
                                                 std::string type);
  // Throws ApiError too_large.
  runtime::Task<storage::StreamPosition> put(Session session, std::string room, std::string type,
                                             std::string content);

  // What is removed is told to the person's clients as `{}` once more (MSC3391), and to put `{}` is
  // to remove.
  runtime::Task<> remove(Session session, std::string room, std::string type);

  // The change of `put` for whoever commits more with it (push rules, read markers).
  void add_to(storage::Change& change, const protocol::UserId& user, std::string room,
              std::string type, std::string_view content);

  runtime::Task<base::JsonObject> load_tags(protocol::UserId user, std::string room);
  runtime::Task<> put_tag(Session session, std::string room, std::string tag,
                          base::JsonObject content);
  runtime::Task<> remove_tag(Session session, std::string room, std::string tag);

  // What changed with `after` < position ≤ `until`, in the order of positions. At once, without
  // asking the store, when nothing did since the server started.
  runtime::Task<std::vector<AccountDataItem>> load_changed(protocol::UserId user,
                                                           storage::StreamPosition after,
                                                           storage::StreamPosition until);
  // What there is of one room, or with "" of the account, up to `until`; not what was removed.
  runtime::Task<std::vector<AccountDataItem>> load_of_room(protocol::UserId user, std::string room,
                                                           storage::StreamPosition until);
  // What there is of one type, of the account and of all rooms; not what was removed. Nothing else
  // is opened.
  runtime::Task<std::vector<AccountDataItem>> load_of_type(protocol::UserId user, std::string type);
  // False only if nothing changed after `after`. From memory.
  [[nodiscard]] bool may_have_changed(const protocol::UserId& user,
                                      storage::StreamPosition after) const;

 private:
  [[nodiscard]] std::string open(const protocol::UserId& user,
                                 const storage::StoredAccountData& stored);
  // Throws ApiError too_large when `bytes` more, in place of what is there, are too many.
  runtime::Task<> require_space(protocol::UserId user, std::string room, std::string type,
                                std::uint64_t bytes);
  // Requires: the person's turn.
  runtime::Task<storage::StreamPosition> put_in_turn(Session session, std::string room,
                                                     std::string type, std::string content);

  Ports ports_;
  storage::StreamPosition started_at_;
  storage::NewestChanges newest_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<protocol::UserId, storage::StreamPosition> changed_;
  Rules rules_;
  runtime::Turnstiles<protocol::UserId> turns_;  // one change of a person's at a time
};

}  // namespace chancery::accounts
