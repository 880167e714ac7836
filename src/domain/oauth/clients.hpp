// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Clients: programs that registered themselves, to sign people in.
//
// A client's id is made of what it says of itself: equal registrations are one, however often they
// are made. Those that nobody uses are forgotten, so that strangers cannot fill the database.
//
// Concurrency: any scheduler.
// Failure:     StorageError.
// Spec:        RFC 7591; client-server, "Client registration".

#include "domain/accounts/audited_commits.hpp"
#include "domain/oauth/client_metadata.hpp"
#include "runtime/clock.hpp"
#include "storage/oauth_clients.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>

namespace chancery::oauth {

struct Client {
  std::string id;
  ClientMetadata metadata;
  base::Timestamp registered_at;
};

class Clients {
 public:
  struct Rules {
    std::uint64_t most = 20'000;
    // How long one that signed nobody in is kept.
    base::Milliseconds kept_unused = std::chrono::hours(24);
  };
  Clients(storage::OauthClientStore& store, accounts::AuditedCommits& commits,
          runtime::Clock& clock)
      : Clients(store, commits, clock, Rules{}) {}
  Clients(storage::OauthClientStore& store, accounts::AuditedCommits& commits,
          runtime::Clock& clock, Rules rules)
      : store_(store), commits_(commits), clock_(clock), rules_(rules) {}

  runtime::Task<std::expected<Client, Refusal>> register_client(base::JsonObject object);
  // Absent when no client has this id (any more), whatever `id` holds.
  runtime::Task<std::optional<Client>> find(std::string id);
  // By the device's id: what signed it in. Devices of the older API are missing.
  runtime::Task<std::map<std::string, Client>> load_of(protocol::UserId user);
  // Forgets those that are unused; the server calls it now and then.
  runtime::Task<> sweep();

 private:
  runtime::Task<bool> has_room();

  storage::OauthClientStore& store_;
  accounts::AuditedCommits& commits_;
  runtime::Clock& clock_;
  Rules rules_;
};

}  // namespace chancery::oauth
