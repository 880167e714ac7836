// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/io_threads.hpp"

#include "base/assert.hpp"
#include "runtime/detail/asio_scheduler.hpp"

#include <fmt/core.h>

#include <atomic>
#include <csignal>
#include <pthread.h>
#include <thread>
#include <vector>

namespace chancery::runtime {

struct IoThreads::State {
  std::vector<std::unique_ptr<detail::AsioScheduler>> schedulers;
  std::vector<std::thread> threads;
  std::atomic<std::size_t> next = 0;
};

IoThreads::IoThreads(std::size_t count) : state_(std::make_unique<State>()) {
  CHANCERY_ASSERT(count > 0);
  std::signal(SIGPIPE, SIG_IGN);
  for (std::size_t i = 0; i < count; ++i) {
    state_->schedulers.push_back(std::make_unique<detail::AsioScheduler>());
  }
  for (std::size_t i = 0; i < count; ++i) {
    state_->threads.emplace_back([scheduler = state_->schedulers[i].get()] { scheduler->run(); });
    ::pthread_setname_np(state_->threads[i].native_handle(), fmt::format("io-{}", i).c_str());
  }
}

IoThreads::~IoThreads() { stop(); }

std::size_t IoThreads::count() const { return state_->schedulers.size(); }

Scheduler& IoThreads::at(std::size_t index) { return *state_->schedulers.at(index); }

Scheduler& IoThreads::next() { return at(state_->next++ % count()); }

void IoThreads::stop() {
  for (const auto& scheduler : state_->schedulers) scheduler->stop();
  for (std::thread& thread : state_->threads) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace chancery::runtime
