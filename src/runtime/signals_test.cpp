// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals.hpp"

#include <doctest/doctest.h>

#include <csignal>

namespace chancery::runtime {

TEST_CASE("a signal is awaited like anything else, and one that came before is not lost") {
  IoThreads threads(1);
  Signals signals(threads, {SIGUSR1, SIGUSR2});

  std::raise(SIGUSR1);
  CHECK(threads.run_until(signals.next()) == SIGUSR1);

  std::raise(SIGUSR2);
  CHECK(threads.run_until(signals.next()) == SIGUSR2);
}

TEST_CASE("waiting for a signal can be cancelled") {
  IoThreads threads(1);
  Signals signals(threads, {SIGUSR1});
  CancelSource source;

  source.cancel();

  CHECK_THROWS_AS(threads.run_until(signals.next(source.token())), Cancelled);
}

}  // namespace chancery::runtime
