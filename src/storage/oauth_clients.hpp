// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// OAuth clients as stored: what they said of themselves when they registered.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chancery::storage {

struct StoredOauthClient {
  std::string id;
  std::string metadata;  // canonical JSON
  base::Timestamp registered_at;
};

// Which client a device was signed in by.
struct ClientOfDevice {
  protocol::DeviceId device;
  std::string client;
};

// --- mutations -------------------------------------------------------------------------------

// Adds a client, or notes that it registered once more.
struct PutOauthClient {
  StoredOauthClient client;
};
// Those that registered last before `before` and for which there is no token.
struct ForgetOauthClients {
  base::Timestamp before;
};

// --- what is read ----------------------------------------------------------------------------

class OauthClientStore {
 public:
  virtual ~OauthClientStore() = default;
  virtual runtime::Task<std::optional<StoredOauthClient>> find_client(std::string id) = 0;
  virtual runtime::Task<std::uint64_t> count_clients() = 0;
  // Those of the person's devices that were signed in by a client.
  virtual runtime::Task<std::vector<ClientOfDevice>> load_clients_of(protocol::UserId user) = 0;
};

}  // namespace chancery::storage
