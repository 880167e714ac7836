// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/cancellation.hpp"

namespace chancery::runtime {

CancelCallback::CancelCallback(const CancelToken& token, std::move_only_function<void()> callback)
    : state_(token.state_) {
  if (!state_) return;
  {
    const std::lock_guard lock(state_->mutex);
    if (!state_->cancelled) {
      id_ = state_->next++;
      state_->callbacks.emplace(id_, std::move(callback));
      return;
    }
  }
  state_.reset();
  callback();
}

CancelCallback::~CancelCallback() {
  if (!state_) return;
  // What the callback holds is destroyed after the lock: its destructors may come back here.
  std::map<std::uint64_t, std::move_only_function<void()>>::node_type removed;
  std::unique_lock lock(state_->mutex);
  removed = state_->callbacks.extract(id_);
  if (removed.empty() && state_->running_on != std::this_thread::get_id()) {
    state_->ran.wait(lock, [&] { return state_->running != id_; });
  }
  lock.unlock();
}

bool CancelToken::is_cancelled() const {
  return state_ && state_->cancelled.load(std::memory_order_acquire);
}

void CancelToken::throw_if_cancelled() const {
  if (is_cancelled()) throw Cancelled{};
}

CancelSource::CancelSource() : state_(std::make_shared<detail::CancelState>()) {}

void CancelSource::cancel() {
  const std::shared_ptr<detail::CancelState> state = state_;  // a callback may destroy this source
  std::unique_lock lock(state->mutex);
  if (state->cancelled.exchange(true)) return;
  state->running_on = std::this_thread::get_id();
  while (!state->callbacks.empty()) {
    auto callback = state->callbacks.extract(state->callbacks.begin());
    state->running = callback.key();
    lock.unlock();
    callback.mapped()();
    callback = {};
    lock.lock();
    state->running = 0;
    state->ran.notify_all();
  }
  state->running_on = {};
}

}  // namespace chancery::runtime
