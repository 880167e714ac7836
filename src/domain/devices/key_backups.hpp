// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Key backups: encrypted room keys that a user keeps on the server, in versions.
//
// Concurrency: any scheduler; one user's writes take turns.
// Failure:     ApiError: M_NOT_FOUND, M_WRONG_ROOM_KEYS_VERSION, M_INVALID_PARAM, M_BAD_JSON.
// Spec:        client-server, "Server-side key backups".

#include "base/json.hpp"
#include "domain/audit/recorder.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/commit/committer.hpp"
#include "storage/key_backups.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::devices {

class KeyBackups {
 public:
  struct Ports {
    storage::KeyBackupStore& store;
    storage::Committer& committer;
    audit::Recorder& recorder;
  };
  explicit KeyBackups(Ports ports) : ports_(ports) {}

  // The new version's number.
  runtime::Task<std::string> create(protocol::UserId user, base::JsonObject body);
  // The newest where `version` is absent. M_NOT_FOUND when there is none.
  runtime::Task<storage::StoredKeyBackup> get(protocol::UserId user,
                                              std::optional<std::string> version);
  runtime::Task<> set_auth(protocol::UserId user, std::string version, base::JsonObject body);
  runtime::Task<> remove(protocol::UserId user, std::string version);

  // Which keys: all, a room's, or one session's ("" leaves open).
  struct Part {
    protocol::UserId user;
    std::string version;
    std::string room;
    std::string session;
  };
  struct Stored {
    std::string etag;
    std::int64_t count = 0;
  };
  // `sessions` in the shape that the part has in the API: {"rooms": …}, {"sessions": …}, or one
  // session's KeyBackupData. A session that is stored stays where the new one is no better.
  runtime::Task<Stored> put(Part part, base::JsonObject body);
  runtime::Task<std::vector<storage::BackedUpSession>> load(Part part);
  runtime::Task<Stored> remove_sessions(Part part);

 private:
  runtime::Task<storage::StoredKeyBackup> get_current(const Part& part);

  Ports ports_;
  runtime::Turnstiles<protocol::UserId> turns_;
};

}  // namespace chancery::devices
