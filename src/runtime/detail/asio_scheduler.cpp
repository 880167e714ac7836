// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/detail/asio_scheduler.hpp"

#include "base/assert.hpp"

#include <boost/asio/post.hpp>

namespace chancery::runtime::detail {

AsioScheduler::AsioScheduler() : work_(context_.get_executor()), timer_(context_) {}

void AsioScheduler::post(std::move_only_function<void()> work) {
  boost::asio::post(context_, [work = std::move(work)]() mutable { work(); });
}

Scheduler::TimerId AsioScheduler::start_timer(SteadyTime at, std::move_only_function<void()> work) {
  const TimerId id = timers_.add(at, std::move(work));
  if (at < armed_for_) arm();
  return id;
}

// The armed timer stays as it is: that it rings for nothing is cheaper than to arm it anew.
bool AsioScheduler::cancel_timer(TimerId timer) { return timers_.remove(timer); }

void AsioScheduler::arm() {
  const auto earliest = timers_.find_earliest();
  armed_for_ = earliest.value_or(SteadyTime::max());
  if (!earliest) return;
  timer_.expires_at(*earliest);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) run_due();
  });
}

void AsioScheduler::run_due() {
  const SteadyTime now = clock_.steady_now();
  while (auto due = timers_.take_due(now)) due();
  arm();
}

void AsioScheduler::run() {
  const Running running(*this);
  context_.run();
}

void AsioScheduler::stop() {
  work_.reset();
  context_.stop();
}

AsioScheduler& AsioScheduler::current() {
  auto* const current = dynamic_cast<AsioScheduler*>(find_current());
  CHANCERY_ASSERT(current != nullptr);
  return *current;
}

}  // namespace chancery::runtime::detail
