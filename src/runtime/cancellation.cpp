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
      callback_ = std::move(callback);
      link();
      return;
    }
  }
  state_.reset();
  callback();
}

// What the callback holds is destroyed after the lock: its destructors may come back here.
CancelCallback::~CancelCallback() {
  if (!state_) return;
  std::unique_lock lock(state_->mutex);
  if (is_linked_) {
    unlink();
  } else if (state_->now != nullptr && state_->now->on != std::this_thread::get_id()) {
    // Once it has run, what is waited at may be gone.
    state_->now->ran.wait(lock,
                          [&] { return state_->now == nullptr || state_->now->running != this; });
  }
}

void CancelCallback::link() {
  before_ = state_->last;
  (before_ != nullptr ? before_->after_ : state_->first) = this;
  state_->last = this;
  is_linked_ = true;
}

void CancelCallback::unlink() {
  (before_ != nullptr ? before_->after_ : state_->first) = after_;
  (after_ != nullptr ? after_->before_ : state_->last) = before_;
  is_linked_ = false;
}

bool CancelToken::is_cancelled() const {
  return state_ && state_->cancelled.load(std::memory_order_acquire);
}

void CancelToken::throw_if_cancelled() const {
  if (is_cancelled()) throw Cancelled{};
}

CancelSource::CancelSource() : state_(std::make_shared<detail::CancelState>()) {}

void CancelSource::cancel() noexcept {
  const std::shared_ptr<detail::CancelState> state = state_;  // a callback may destroy this source
  std::unique_lock lock(state->mutex);
  if (state->cancelled.exchange(true)) return;
  detail::Cancelling now;
  state->now = &now;
  while (state->first != nullptr) {
    CancelCallback& next = *state->first;
    next.unlink();
    now.running = &next;
    std::move_only_function<void()> callback = std::move(next.callback_);
    lock.unlock();
    callback();  // may destroy `next`
    callback = nullptr;
    lock.lock();
    now.running = nullptr;
    now.ran.notify_all();
  }
  state->now = nullptr;
}

}  // namespace chancery::runtime
