// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include "http/detail/connection.hpp"

#include <map>
#include <mutex>

namespace chancery::http {

struct Server::State {
  std::shared_ptr<detail::ServerContext> context;
  std::mutex mutex;
  std::map<runtime::Scheduler*, std::shared_ptr<detail::Sweeper>> sweepers;

  // The sweeper of the current scheduler; null once the server stops.
  std::shared_ptr<detail::Sweeper> find_sweeper() {
    runtime::Scheduler& scheduler = runtime::Scheduler::current();
    const std::lock_guard lock(mutex);
    if (context->stopping) return nullptr;
    std::shared_ptr<detail::Sweeper>& sweeper = sweepers[&scheduler];
    if (!sweeper) sweeper = std::make_shared<detail::Sweeper>(scheduler);
    return sweeper;
  }

  // Runs `act` on every sweeper, on its own scheduler.
  void tell_sweepers(void (detail::Sweeper::*act)()) {
    const std::lock_guard lock(mutex);
    for (const auto& [scheduler, sweeper] : sweepers) {
      scheduler->post([sweeper, act] { ((*sweeper).*act)(); });
    }
  }
};

Server::Server(Limits limits, Handler handler, Refuse refuse) : state_(std::make_shared<State>()) {
  state_->context =
      std::make_shared<detail::ServerContext>(limits, std::move(handler), std::move(refuse));
}

Server::~Server() = default;

void Server::serve(runtime::StreamPtr stream) {
  const std::shared_ptr<detail::ServerContext>& context = state_->context;
  const auto sweeper = state_->find_sweeper();
  // Past the limit connections are told so; far past it not even that.
  const std::size_t limit = context->limits.connections;
  if (!sweeper || context->connections >= limit + limit / 16 + 16) return;
  const bool is_full = context->connections >= limit;
  auto connection = std::make_unique<detail::Connection>(context, sweeper, std::move(stream));
  context->group.spawn(is_full ? detail::Connection::turn_away(std::move(connection))
                               : detail::Connection::run(std::move(connection)));
}

std::size_t Server::connections() const { return state_->context->connections; }

runtime::Task<> Server::stop(std::chrono::milliseconds patience) {
  const std::shared_ptr<State> state = state_;
  detail::ServerContext& context = *state->context;
  {
    const std::lock_guard lock(state->mutex);
    context.stopping = true;
  }
  state->tell_sweepers(&detail::Sweeper::close_idle);
  const auto deadline = runtime::Scheduler::current().clock().steady_now() + patience;
  auto waited = runtime::WaitResult::woken;
  while (waited == runtime::WaitResult::woken) {
    const std::uint64_t ticket = context.ended.ticket();
    if (context.connections == 0) break;
    waited = co_await context.ended.wait(ticket, deadline);
  }
  state->tell_sweepers(&detail::Sweeper::break_off);
  co_await context.group.stop();
}

}  // namespace chancery::http
