// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The search index read from tables.

#include "storage/search_index.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlSearchIndexStore final : public SearchIndexStore {
 public:
  explicit SqlSearchIndexStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::vector<IndexedRoom>> load_indexed_rooms() override;
  runtime::Task<std::vector<SearchSegment>> load_segments(std::vector<RoomNumber> rooms) override;
  runtime::Task<std::vector<std::vector<PostingBlock>>> load_postings(
      std::vector<PostingList> lists, EventNumber below, std::size_t most) override;
  runtime::Task<bool> has_postings(RoomNumber room) override;
  runtime::Task<std::vector<PostingBlock>> load_segment_blocks(BlockPlace behind,
                                                               std::size_t limit) override;
  runtime::Task<std::vector<SearchRemoval>> load_search_removals(std::size_t limit) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
