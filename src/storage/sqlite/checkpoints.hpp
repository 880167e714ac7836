// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Checkpoints: moving what the log holds into the database file, beside the commits.
//
// SQLite would do it within the commit that finds the log long: 64 MB, a second on a slow disk, for
// which every sender waits. Here another connection moves most of it while commits go on; what came
// in meanwhile is little, and the writer moves it after a commit, so that the log can begin anew.
//
// Concurrency: `note_commit` on the writer's thread.
// Failure:     a checkpoint that fails is logged and tried again later; nothing is lost by it.

#include "runtime/worker_pool.hpp"
#include "storage/sqlite/connection.hpp"

#include <atomic>
#include <cstdint>

namespace chancery::storage::sqlite {

class Checkpoints {
 public:
  // `options` are of a writing connection; one is opened at the first checkpoint.
  Checkpoints(ConnectionOptions options, int frames);

  // The log is `frames` long after a commit on `writer`.
  void note_commit(Connection& writer, int frames);

 private:
  enum class Step : std::uint8_t { idle, moving, moved };

  void move_most();

  ConnectionOptions options_;
  const int threshold_;
  int next_ = 0;  // the length at which to begin
  std::atomic<Step> step_ = Step::idle;
  runtime::WorkerPool worker_{1};  // dies first: it uses the rest
};

}  // namespace chancery::storage::sqlite
