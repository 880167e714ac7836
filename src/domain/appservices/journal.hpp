// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The journal: how far each application service was told, and what it is being told, kept across
// restarts. What is being told is sealed, since it is people's content.
//
// Concurrency: any scheduler.
// Failure:     StorageError.

#include "domain/appservices/news.hpp"
#include "domain/keys/key_ring.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "storage/application_services.hpp"
#include "storage/commit/committer.hpp"

#include <optional>
#include <string>

namespace chancery::appservices {

// A transaction has one id and one body from its first attempt to its last.
struct Transaction {
  std::string id;
  News news;
};

class Journal {
 public:
  struct Ports {
    storage::ServiceStore& store;
    storage::Committer& committer;
    keys::KeyRing& keys;
    runtime::Random& random;
    runtime::Clock& clock;
  };
  explicit Journal(Ports ports) : ports_(ports) {}

  struct Entry {
    storage::StreamPosition told;
    std::optional<Transaction> under_way;
  };
  // Absent for a service that was never told anything.
  runtime::Task<std::optional<Entry>> load(std::string service);
  // Gives the news an id; what must not be lost is stored first.
  runtime::Task<Transaction> begin(std::string service, News news);
  // The transaction has arrived.
  runtime::Task<> finish(std::string service, Transaction transaction);
  // Nothing up to there concerned the service.
  runtime::Task<> note_told(std::string service, storage::StreamPosition told);

 private:
  Ports ports_;
};

}  // namespace chancery::appservices
