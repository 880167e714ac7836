// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The listener of the real network: one accepting socket, connections handed round.
//
// Lifetime: await `stop` before it dies.

#include "runtime/detail/socket_stream.hpp"
#include "runtime/detail/tls_context.hpp"
#include "runtime/io_threads.hpp"
#include "runtime/task_group.hpp"

#include <memory>

namespace chancery::runtime::detail {

class AsioListener final : public Listener {
 public:
  // `identity` is null for plain connections. Throws ListenError.
  AsioListener(IoThreads& threads, const Endpoint& at, AcceptStream accept,
               std::shared_ptr<TlsIdentity> identity);

  [[nodiscard]] Endpoint local() const override { return local_; }
  Task<> stop() override;

 private:
  Task<> accept_connections();
  Task<> serve_plain(int socket, Endpoint peer);
  Task<> serve_tls(int socket, Endpoint peer);
  // Accepts what waits; the errno that ended it.
  int accept_waiting();
  void hand_out(int socket, Endpoint peer);

  IoThreads& threads_;
  AcceptStream accept_;
  std::shared_ptr<TlsIdentity> identity_;
  Descriptor acceptor_;
  Endpoint local_;
  TaskGroup group_;
};

// Calls stream.close() at `deadline`, or when `cancel` is cancelled, while it lives.
class CloseAtDeadline {
 public:
  CloseAtDeadline(Stream& stream, std::chrono::seconds length, const CancelToken& cancel);
  ~CloseAtDeadline();
  CloseAtDeadline(const CloseAtDeadline&) = delete;
  CloseAtDeadline& operator=(const CloseAtDeadline&) = delete;

 private:
  Scheduler& scheduler_;
  std::shared_ptr<Stream*> stream_;  // null inside once the guard is gone
  Scheduler::TimerId timer_;
  CancelCallback on_cancel_;
};

}  // namespace chancery::runtime::detail
