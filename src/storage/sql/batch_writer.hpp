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
  // Opens the database's writer, which no one else may have open.
  explicit SqlBatchWriter(Database& database);

  std::vector<std::exception_ptr> write(std::span<const Change* const> changes,
                                        StreamPosition last) override;
  StreamPosition load_last_position() override;

 private:
  using Results = std::vector<std::exception_ptr>;
  Results write_together(std::span<const Change* const> changes, StreamPosition last);
  Results write_apart(std::span<const Change* const> changes, StreamPosition last);
  std::exception_ptr write_group(std::span<const Change* const> group, StreamPosition last);
  void finish(StreamPosition before, StreamPosition last);
  void settle(StreamPosition before, StreamPosition last);
  void refuse_if_unsettled();

  std::unique_ptr<Writer> writer_;
  // The position before a batch whose fate could not be learned.
  std::optional<StreamPosition> unsettled_;
};

}  // namespace chancery::storage::sql
