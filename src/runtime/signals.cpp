// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals.hpp"

#include "runtime/detail/asio_scheduler.hpp"
#include "runtime/wait.hpp"

#include <boost/asio/signal_set.hpp>

namespace chancery::runtime {

struct Signals::State {
  explicit State(detail::AsioScheduler& home) : scheduler(home), signals(home.context()) {}
  detail::AsioScheduler& scheduler;
  boost::asio::signal_set signals;
};

Signals::Signals(IoThreads& threads, std::initializer_list<int> numbers)
    : state_(std::make_shared<State>(dynamic_cast<detail::AsioScheduler&>(threads.at(0)))) {
  for (const int number : numbers) state_->signals.add(number);
}

Signals::~Signals() = default;

Task<int> Signals::next(CancelToken cancel) {
  const std::shared_ptr<State> state = state_;
  Handover<int> arrived;
  state->scheduler.post([state, arrived] {
    state->signals.async_wait(
        [arrived](const boost::system::error_code& error, int number) mutable {
          if (error) {
            arrived.fail(std::make_exception_ptr(Cancelled{}));
          } else {
            arrived.set(number);
          }
        });
  });
  const CancelCallback on_cancel(
      cancel, [state] { state->scheduler.post([state] { state->signals.cancel(); }); });
  co_return co_await arrived.wait();
}

}  // namespace chancery::runtime
