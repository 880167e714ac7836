// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/cancellation.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

namespace chancery::runtime {

TEST_CASE("a token that belongs to no source is never cancelled") {
  const CancelToken token;

  CHECK_FALSE(token.is_cancelled());
  CHECK_NOTHROW(token.throw_if_cancelled());
}

TEST_CASE("cancelling runs each callback once") {
  CancelSource source;
  int calls = 0;
  const CancelCallback first(source.token(), [&] { ++calls; });
  const CancelCallback second(source.token(), [&] { ++calls; });

  source.cancel();
  source.cancel();

  CHECK(calls == 2);
  CHECK(source.token().is_cancelled());
  CHECK_THROWS_AS(source.token().throw_if_cancelled(), Cancelled);
}

TEST_CASE("a callback that comes after the cancellation runs at once") {
  CancelSource source;
  source.cancel();
  int calls = 0;

  const CancelCallback late(source.token(), [&] { ++calls; });

  CHECK(calls == 1);
}

TEST_CASE("a callback that was destroyed does not run") {
  CancelSource source;
  int calls = 0;
  {
    const CancelCallback gone(source.token(), [&] { ++calls; });
  }

  source.cancel();

  CHECK(calls == 0);
}

TEST_CASE("a callback may destroy itself and others") {
  CancelSource source;
  std::optional<CancelCallback> first;
  std::optional<CancelCallback> second;
  int calls = 0;
  first.emplace(source.token(), [&] {
    ++calls;
    second.reset();
    first.reset();
  });
  second.emplace(source.token(), [&] { ++calls; });

  source.cancel();

  CHECK(calls == 1);
}

TEST_CASE("a destroyed callback is not running on another thread") {
  for (int round = 0; round < 200; ++round) {
    CancelSource source;
    auto touched = std::make_unique<int>(0);
    std::optional<CancelCallback> callback;
    callback.emplace(source.token(), [&] { ++*touched; });

    std::thread canceller([&] { source.cancel(); });
    callback.reset();
    touched.reset();
    canceller.join();
  }
}

}  // namespace chancery::runtime
