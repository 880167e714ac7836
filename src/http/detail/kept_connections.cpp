// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/kept_connections.hpp"

#include "runtime/deadline.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/wait.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

namespace chancery::http::detail {

using runtime::Task;

// But for its place on the shelf, of its own scheduler alone.
struct KeptConnections::Kept {
  Key key;
  std::unique_ptr<Exchange> exchange;
  runtime::Scheduler* scheduler = &runtime::Scheduler::current();
  bool is_wanted = false;
  bool is_watched = true;
  bool is_gone = false;
  runtime::Bell watch_over;
};

struct KeptConnections::Shelf {
  const base::Milliseconds idle;
  const std::size_t most;
  std::mutex mutex;
  std::vector<std::shared_ptr<Kept>> kept;  // the last used at the end

  bool add(const std::shared_ptr<Kept>& fresh) {
    const std::lock_guard lock(mutex);
    if (kept.size() >= most) return false;
    kept.push_back(fresh);
    return true;
  }
  std::shared_ptr<Kept> take(const Key& key) {
    const std::lock_guard lock(mutex);
    const auto found = std::find_if(kept.rbegin(), kept.rend(), [&](const auto& each) {
      return each->scheduler == &runtime::Scheduler::current() && each->key == key;
    });
    if (found == kept.rend()) return nullptr;
    std::shared_ptr<Kept> taken = *found;
    kept.erase(std::next(found).base());
    return taken;
  }
  void remove(const std::shared_ptr<Kept>& gone) {
    const std::lock_guard lock(mutex);
    std::erase(kept, gone);
  }
};

KeptConnections::KeptConnections(base::Milliseconds idle, std::size_t most)
    : shelf_(new Shelf{.idle = idle, .most = most, .mutex = {}, .kept = {}}) {}
KeptConnections::~KeptConnections() = default;

Task<> KeptConnections::watch(std::shared_ptr<Shelf> shelf, std::shared_ptr<Kept> kept,
                              runtime::CancelToken cancel) {
  if (!kept->is_wanted) {
    const runtime::Deadline deadline(shelf->idle, cancel);
    const runtime::CancelCallback enough(deadline.token(), [kept] {
      kept->scheduler->post([kept] {
        if (kept->is_watched) kept->exchange->stream().stop_watching();
      });
    });
    kept->is_gone = co_await kept->exchange->stream().watch_for_hang_up();
  }
  kept->is_watched = false;
  if (!kept->is_wanted) {
    shelf->remove(kept);
    kept->exchange.reset();
  }
  kept->watch_over.ring();
}

void KeptConnections::keep(Key key, std::unique_ptr<Exchange> exchange) {
  auto kept = std::make_shared<Kept>();
  kept->key = std::move(key);
  kept->exchange = std::move(exchange);
  if (shelf_->add(kept)) watches_.spawn(watch(shelf_, kept, watches_.cancel_token()));
}

Task<std::unique_ptr<Exchange>> KeptConnections::take(Key key) {
  while (const std::shared_ptr<Kept> kept = shelf_->take(key)) {
    // Nobody else reads while the watch looks.
    kept->is_wanted = true;
    const std::uint64_t ticket = kept->watch_over.ticket();
    kept->exchange->stream().stop_watching();
    if (kept->is_watched) co_await kept->watch_over.wait(ticket);
    if (!kept->is_gone) co_return std::move(kept->exchange);
  }
  co_return nullptr;
}

Task<> KeptConnections::stop() { return watches_.stop(); }

}  // namespace chancery::http::detail
