// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cancellation: a source that says "stop" and the tokens that hear it.
//
// Concurrency: any thread. A callback runs once, on the thread that cancels, or at once if that
//              has happened already. Once its CancelCallback is destroyed it neither runs nor is
//              running on another thread.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace chancery::runtime {

// Thrown at a wait whose token was cancelled. Deliberately no std::exception, so that a
// `catch (const std::exception&)` does not eat it.
struct Cancelled {};

class CancelCallback;
class CancelToken;

namespace detail {
// What there is while `cancel` runs its callbacks: the one that runs now (null: none), and where.
struct Cancelling {
  const CancelCallback* running = nullptr;
  std::thread::id on = std::this_thread::get_id();
  std::condition_variable ran;
};
struct CancelState {
  std::mutex mutex;
  std::atomic<bool> cancelled = false;
  // A list through the callbacks themselves, oldest first.
  CancelCallback* first = nullptr;
  CancelCallback* last = nullptr;
  Cancelling* now = nullptr;
};
}  // namespace detail

// Runs its callback on cancellation for as long as it lives.
class [[nodiscard]] CancelCallback {
 public:
  CancelCallback() = default;
  CancelCallback(const CancelToken& token, std::move_only_function<void()> callback);
  ~CancelCallback();
  CancelCallback(const CancelCallback&) = delete;
  CancelCallback& operator=(const CancelCallback&) = delete;

 private:
  friend class CancelSource;
  // Under the state's mutex.
  void link();
  void unlink();

  std::shared_ptr<detail::CancelState> state_;
  std::move_only_function<void()> callback_;
  CancelCallback* before_ = nullptr;
  CancelCallback* after_ = nullptr;
  bool is_linked_ = false;
};

class CancelToken {
 public:
  // A token that is never cancelled.
  CancelToken() = default;
  [[nodiscard]] bool is_cancelled() const;
  void throw_if_cancelled() const;

 private:
  friend class CancelSource;
  friend class CancelCallback;
  explicit CancelToken(std::shared_ptr<detail::CancelState> state) : state_(std::move(state)) {}
  std::shared_ptr<detail::CancelState> state_;
};

class CancelSource {
 public:
  CancelSource();
  [[nodiscard]] CancelToken token() const { return CancelToken(state_); }
  // Requires: no callback throws.
  void cancel() noexcept;

 private:
  std::shared_ptr<detail::CancelState> state_;
};

}  // namespace chancery::runtime
