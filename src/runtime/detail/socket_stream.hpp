// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Streams over a connected socket: the plain one, and what it shares with the TLS one.
//
// Every call tries the system call first and waits for readiness only if it must; no buffer is
// held while waiting.
//
// Concurrency: the scheduler that it was made on.

#include "runtime/detail/asio_scheduler.hpp"
#include "runtime/network.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <coroutine>

namespace chancery::runtime::detail {

using Descriptor = boost::asio::posix::stream_descriptor;

// Waits until a descriptor is ready; gives the error if it was closed or the wait cancelled.
class Ready {
 public:
  Ready(Descriptor& descriptor, Descriptor::wait_type what)
      : descriptor_(descriptor), what_(what) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> task) {
    descriptor_.async_wait(what_, [this, task](const boost::system::error_code& error) {
      error_ = error;
      task.resume();
    });
  }
  [[nodiscard]] boost::system::error_code await_resume() const noexcept { return error_; }

 private:
  Descriptor& descriptor_;
  Descriptor::wait_type what_;
  boost::system::error_code error_;
};

class SocketStream : public Stream {
 public:
  // Takes `socket`, which is connected and non-blocking.
  SocketStream(AsioScheduler& scheduler, int socket, Endpoint peer);

  Task<> wait_readable() override;
  Task<std::size_t> read_some(std::span<char> into) override;
  Task<> write_all(std::string_view bytes) override;
  Task<bool> watch_for_hang_up() override;
  void stop_watching() override;
  Task<> shut_down() override;
  void close() override;
  [[nodiscard]] Endpoint peer() const override { return peer_; }
  [[nodiscard]] bool is_secure() const override { return false; }
  // Gives the socket away; the stream is closed then.
  [[nodiscard]] int release() { return descriptor_.release(); }

 protected:
  // What a look at the socket, without reading, shows to a watch.
  enum class Sight : std::uint8_t { nothing, bytes, gone };
  virtual Sight look();

  [[nodiscard]] Ready readable() { return {descriptor_, Descriptor::wait_read}; }
  [[nodiscard]] Ready writable() { return {descriptor_, Descriptor::wait_write}; }
  [[nodiscard]] bool is_closed() const { return !descriptor_.is_open(); }
  [[nodiscard]] int socket() { return descriptor_.native_handle(); }

 private:
  Descriptor descriptor_;
  Endpoint peer_;
  boost::asio::cancellation_signal stop_watch_;
  bool watching_ = false;
};

}  // namespace chancery::runtime::detail
