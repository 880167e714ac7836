// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Connections kept between requests, each watched so that one that the peer closes goes at once.
//
// Concurrency: any scheduler; a connection is given only to the scheduler that it lives on.
// Lifetime:    await `stop` before it dies.

#include "base/time.hpp"
#include "http/detail/exchange.hpp"
#include "runtime/task_group.hpp"

#include <compare>
#include <cstddef>
#include <memory>
#include <string>

namespace chancery::http::detail {

class KeptConnections {
 public:
  // Where a connection leads: two origins share none, and neither do two addresses of one.
  struct Key {
    std::string origin;
    std::string address;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  // `most` in all, each for `idle`.
  KeptConnections(base::Milliseconds idle, std::size_t most);
  ~KeptConnections();
  KeptConnections(const KeptConnections&) = delete;
  KeptConnections& operator=(const KeptConnections&) = delete;

  // Null when none is kept.
  runtime::Task<std::unique_ptr<Exchange>> take(Key key);
  // Closes it when there are too many.
  void keep(Key key, std::unique_ptr<Exchange> exchange);
  // Closes all of them.
  runtime::Task<> stop();

 private:
  struct Kept;
  struct Shelf;
  static runtime::Task<> watch(std::shared_ptr<Shelf> shelf, std::shared_ptr<Kept> kept,
                               runtime::CancelToken cancel);

  std::shared_ptr<Shelf> shelf_;
  runtime::TaskGroup watches_{"kept connections"};
};

}  // namespace chancery::http::detail
