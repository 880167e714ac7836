// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The committer: one thread that writes every waiting change in one transaction.
//
// While one commit runs, the next batch gathers; there is no timer. Each change gets the next
// StreamPosition in the order of arrival. Only after the commit, one after the other: the feed's
// readers hear of the changes in order, the last position moves, the waiting tasks resume, and the
// feed's followers hear of the changes, on a thread of theirs. When a batch cannot be written,
// every change in it fails with StorageError, `is_healthy` turns false until a later batch
// succeeds, and nothing was acknowledged.
//
// Concurrency: any thread.
// Lifetime:    `stop` writes what waits, tells everybody of it, then ends the threads; the
//              destructor does so too.

#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <bitset>
#include <concepts>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace chancery::storage {

struct Change;  // storage/commit/change.hpp

// Writes batches; storage/sql implements it for both engines. Used by the committer's thread alone.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;
  // Null: the change was made, its position is the next. Else why not (StorageConflict), and no
  // position was used. Throws StorageError when the batch as a whole was not written.
  virtual std::vector<std::exception_ptr> write(std::span<const Change* const> changes,
                                                StreamPosition last) = 0;
  // The highest position ever committed.
  virtual StreamPosition load_last_position() = 0;
};

// A change as the feed's readers see it; valid during the call.
struct CommittedChange {
  StreamPosition position;
  const Change& change;
};

// Kinds of mutations, by their places in `Mutation`.
using MutationKinds = std::bitset<192>;

// Whoever listens to the feed. Made of a function alone it hears every change, whole; most want
// only some kinds of mutations: storage/commit/hearing.hpp makes those.
class FeedReader {
 public:
  using Hear = std::function<void(const CommittedChange&)>;

  template <std::invocable<const CommittedChange&> EveryChange>
  FeedReader(EveryChange hear) : hear_(std::move(hear)) {}  // a function is a reader
  // Hears the changes that have a mutation of one of these kinds.
  FeedReader(MutationKinds wanted, Hear hear) : wanted_(wanted), hear_(std::move(hear)) {}

  // `kinds`: those of the change's mutations.
  void tell(const CommittedChange& committed, const MutationKinds& kinds) const {
    if (!wanted_ || (*wanted_ & kinds).any()) hear_(committed);
  }

 private:
  std::optional<MutationKinds> wanted_;  // absent: all
  Hear hear_;
};

// The feed of committed changes. Readers are called on the committer's thread, followers on
// another, in order of position, and for each change in the order in which they were added: they
// must be quick, may not throw and may not commit. A reader keeps in memory what the store holds,
// so it hears of a change before anyone can know of it; a follower tells others to look again, so
// it hears of a change when whoever looks will find it, and the next one may have been committed by
// then.
class CommittedChanges {
 public:
  virtual ~CommittedChanges() = default;
  // Before the first commit. Called before `last_position` covers the change.
  virtual void add_reader(FeedReader reader) = 0;
  // Before the first commit. Called after `last_position` covers the change.
  virtual void add_follower(FeedReader follower) = 0;
  // Everything up to here has been told to every reader.
  [[nodiscard]] virtual StreamPosition last_position() const = 0;
};

class Committer final : public CommittedChanges {
 public:
  explicit Committer(std::unique_ptr<BatchWriter> writer);
  ~Committer() override;

  // Returns when the change is durable. Throws StorageConflict or StorageError.
  runtime::Task<StreamPosition> commit(Change change);
  // All of them or none, at positions that follow each other; returns the last. Preconditions are
  // the first's to have. Requires: at least one.
  runtime::Task<StreamPosition> commit_together(std::vector<Change> changes);

  void add_reader(FeedReader reader) override;
  void add_follower(FeedReader follower) override;
  [[nodiscard]] StreamPosition last_position() const override;
  [[nodiscard]] bool is_healthy() const;
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chancery::storage
