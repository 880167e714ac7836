// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/checkpoints.hpp"

#include "base/log.hpp"
#include "storage/errors.hpp"

#include <utility>

namespace chancery::storage::sqlite {

Checkpoints::Checkpoints(ConnectionOptions options, int frames)
    : options_(std::move(options)), threshold_(frames), next_(frames) {}

void Checkpoints::note_commit(Connection& writer, int frames) {
  if (frames < threshold_) next_ = threshold_;  // the log began anew
  const Step step = step_.load();
  if (step == Step::moved) {
    try {
      writer.checkpoint();
    } catch (const StorageError& failure) {  // the commit stands; the log stays long for now
      base::log_warn("checkpoint_failed", {{"reason", failure.what()}});
    }
    // A reader may hold the log back: not again after each commit.
    next_ = frames + threshold_ / 4;
    step_ = Step::idle;
  } else if (step == Step::idle && frames >= next_) {
    step_ = Step::moving;
    worker_.post([this] { move_most(); });
  }
}

void Checkpoints::move_most() {
  try {
    Connection connection(options_);
    connection.checkpoint();
  } catch (const StorageError& failure) {  // tried again later
    base::log_warn("checkpoint_failed", {{"reason", failure.what()}});
  }
  step_ = Step::moved;
}

}  // namespace chancery::storage::sqlite
