// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parsed filters of /sync, by their text: a client sends the same one with every request, and most
// clients of a kind send the same.
//
// Concurrency: any thread. A full cache starts again empty.

#include "protocol/filter.hpp"

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chancery::client {

class ParsedFilters {
 public:
  // A longer one is parsed each time.
  static constexpr std::size_t kMostBytes = 4'096;
  static constexpr std::size_t kMostKept = 1'024;

  // Never null. Throws ApiError invalid_param when the text is no filter.
  [[nodiscard]] std::shared_ptr<const protocol::Filter> get(const std::string& text);
  // Of who wants everything.
  [[nodiscard]] std::shared_ptr<const protocol::Filter> everything() const { return everything_; }
  [[nodiscard]] std::size_t size() const;

 private:
  const std::shared_ptr<const protocol::Filter> everything_ =
      std::make_shared<const protocol::Filter>();
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const protocol::Filter>> kept_;
};

}  // namespace chancery::client
