// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The batch writer: changes written as rows, a batch in one transaction.
//
// Each aggregate has its file apply_<aggregate>.cpp with one `apply` for each of its mutations and
// one `holds` for each of its preconditions; a change is checked and written after those before it.
// A change that the database refuses (a row that is there already, say) fails alone: the batch is
// written again with a savepoint before each change. When the connection breaks while committing,
// the last position tells whether the batch was made; nothing is written until that is known.
// A database that is away is waited for, as long as it may take to start it again; where that was
// in vain, what follows fails at once until it is back.

#include "storage/commit/committer.hpp"
#include "storage/sql/database.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace chancery::storage::sql {

class SqlBatchWriter final : public BatchWriter {
 public:
  // How often a database that is away is asked whether it is back, every 200 ms.
  static constexpr int kAttempts = 50;

  // Opens the database's writer, which no one else may have open.
  explicit SqlBatchWriter(Database& database, int attempts = kAttempts);

  std::vector<std::exception_ptr> write(std::span<const Change* const> changes,
                                        StreamPosition last) override;
  StreamPosition load_last_position() override;

 private:
  using Results = std::vector<std::exception_ptr>;
  Results write_once(std::span<const Change* const> changes, StreamPosition last);
  Results write_together(std::span<const Change* const> changes, StreamPosition last);
  Results write_apart(std::span<const Change* const> changes, StreamPosition last);
  std::exception_ptr write_group(std::span<const Change* const> group, StreamPosition last);
  void finish(StreamPosition before, StreamPosition last);
  void settle(StreamPosition before, StreamPosition last);
  std::optional<StreamPosition> await_last_position();
  void refuse_if_unsettled();

  std::unique_ptr<Writer> writer_;
  int attempts_;
  bool is_away_ = false;  // and was waited for in vain
  // The position before a batch whose fate could not be learned.
  std::optional<StreamPosition> unsettled_;
};

}  // namespace chancery::storage::sql
