// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/detail/socket_stream.hpp"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <system_error>

namespace chancery::runtime::detail {
namespace {

bool would_block(int number) { return number == EAGAIN || number == EWOULDBLOCK; }

[[noreturn]] void fail(int number) { throw PeerGone(std::generic_category().message(number)); }

void throw_if(const boost::system::error_code& error) {
  if (error) throw PeerGone(error.message());
}

// As Ready, but ended by a signal.
struct ReadyUnlessStopped {
  Descriptor& descriptor;
  boost::asio::cancellation_signal& stop;
  boost::system::error_code error{};

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> task) {
    const auto resume = [this, task](const boost::system::error_code& failure) {
      error = failure;
      task.resume();
    };
    descriptor.async_wait(Descriptor::wait_read,
                          boost::asio::bind_cancellation_slot(stop.slot(), resume));
  }
  [[nodiscard]] boost::system::error_code await_resume() const noexcept { return error; }
};

}  // namespace

SocketStream::SocketStream(AsioScheduler& scheduler, int socket, Endpoint peer)
    : descriptor_(scheduler.context(), socket), peer_(std::move(peer)) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

Task<> SocketStream::wait_readable() {
  // An error is for the read that follows to find.
  static_cast<void>(co_await readable());
}

Task<std::size_t> SocketStream::read_some(std::span<char> into) {
  while (true) {
    const ssize_t count = ::recv(socket(), into.data(), into.size(), 0);
    if (count >= 0) co_return static_cast<std::size_t>(count);
    if (errno == EINTR) continue;
    if (!would_block(errno)) fail(errno);
    throw_if(co_await readable());
  }
}

Task<> SocketStream::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
      continue;
    }
    if (errno == EINTR) continue;
    if (!would_block(errno)) fail(errno);
    throw_if(co_await writable());
  }
}

SocketStream::Sight SocketStream::look() {
  char byte = 0;
  const ssize_t count = ::recv(socket(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (count > 0) return Sight::bytes;
  return count < 0 && (would_block(errno) || errno == EINTR) ? Sight::nothing : Sight::gone;
}

Task<bool> SocketStream::watch_for_hang_up() {
  watching_ = true;
  while (watching_) {
    const Sight sight = look();
    if (sight != Sight::nothing) {
      watching_ = false;
      co_return sight == Sight::gone;
    }
    static_cast<void>(co_await ReadyUnlessStopped{descriptor_, stop_watch_});
  }
  co_return false;
}

void SocketStream::stop_watching() {
  watching_ = false;
  stop_watch_.emit(boost::asio::cancellation_type::terminal);
}

Task<> SocketStream::shut_down() {
  ::shutdown(socket(), SHUT_WR);
  co_return;
}

void SocketStream::close() {
  boost::system::error_code ignored;  // it is gone either way
  static_cast<void>(descriptor_.close(ignored));
}

}  // namespace chancery::runtime::detail
