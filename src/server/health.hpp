// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Health: whether the program lives, and whether it can read and write.

#include "api/boundary/route.hpp"
#include "storage/accounts.hpp"
#include "storage/commit/committer.hpp"
#include "storage/errors.hpp"

#include <atomic>
#include <vector>

namespace chancery::server {

class Health {
 public:
  Health(const storage::Committer& committer, storage::AccountStore& store)
      : committer_(committer), store_(store) {}

  // From now on not ready: the server is stopping.
  void note_stopping() { stopping_ = true; }
  // GET /_chancery/health/live and /_chancery/health/ready.
  [[nodiscard]] std::vector<boundary::Route> routes();

 private:
  runtime::Task<http::Response> answer_ready();

  const storage::Committer& committer_;
  storage::AccountStore& store_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace chancery::server
