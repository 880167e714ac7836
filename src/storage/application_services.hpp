// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Application services as stored: how far each was told, and the transaction that is under way.
//
// A transaction keeps its id and its bytes until it has arrived, across restarts.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <optional>
#include <string>

namespace chancery::storage {

// A transaction is under way; when it has arrived, everything up to `reaches` was told.
struct PutServiceTransaction {
  std::string service;
  StreamPosition reaches;
  std::string transaction;
  std::string record;  // storage/record.hpp over its body, bound to service_binding
};
// Everything up to `told` has arrived, or concerns the service in nothing; nothing is under way.
struct NoteServiceTold {
  std::string service;
  StreamPosition told;
};

struct StoredDelivery {
  StreamPosition told;
  StreamPosition reaches;   // of the transaction
  std::string transaction;  // "": none is under way
  std::string record;
};

class ServiceStore {
 public:
  virtual ~ServiceStore() = default;
  // Absent for a service that was never told anything.
  virtual runtime::Task<std::optional<StoredDelivery>> find_delivery(std::string service) = 0;
};

[[nodiscard]] inline std::string service_binding(const std::string& service,
                                                 const std::string& transaction) {
  return "application service\n" + service + "\n" + transaction;
}

}  // namespace chancery::storage
