// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/detail/asio_listener.hpp"

#include "base/log.hpp"
#include "runtime/detail/socket_address.hpp"
#include "runtime/detail/tls_stream.hpp"
#include "runtime/wait.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace chancery::runtime::detail {
namespace {

constexpr std::chrono::seconds kHandshakeTime{10};
constexpr int kBacklog = 4096;
// Handshakes under way; each holds some memory before its peer has shown anything for it.
constexpr std::size_t kMostHandshakes = 4096;
// What one turn of the loop accepts before other work gets its own.
constexpr int kAcceptBatch = 64;

[[noreturn]] void fail(const Endpoint& at, int number) {
  throw ListenError(
      fmt::format("cannot listen on {}: {}", to_text(at), std::generic_category().message(number)));
}

// A new socket that listens at `at`. No SO_REUSEPORT: it would let a second server of the same
// user take half of our connections instead of failing.
int open_listening_socket(const Endpoint& at) {
  const auto address = find_socket_address(at);
  if (!address) {
    throw ListenError(fmt::format(
        "cannot listen on {}: not a numeric address, as 127.0.0.1 or [::1]", to_text(at)));
  }
  const int socket =
      ::socket(address->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket < 0) fail(at, errno);
  const int on = 1;
  const int off = 0;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->family() == AF_INET6) {
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  if (::bind(socket, address->get(), address->length) != 0 || ::listen(socket, kBacklog) != 0) {
    const int number = errno;
    ::close(socket);
    fail(at, number);
  }
  return socket;
}

Endpoint local_endpoint(int socket) {
  SocketAddress address;
  ::getsockname(socket, address.get(), &address.length);
  return to_endpoint(address);
}

}  // namespace

AsioListener::AsioListener(IoThreads& threads, const Endpoint& at, AcceptStream accept,
                           std::shared_ptr<TlsIdentity> identity)
    : threads_(threads),
      accept_(std::move(accept)),
      identity_(std::move(identity)),
      acceptor_(dynamic_cast<AsioScheduler&>(threads.at(0)).context(), open_listening_socket(at)),
      local_(local_endpoint(acceptor_.native_handle())),
      group_("listener") {
  group_.spawn_on(threads_.at(0), accept_connections());
}

Task<> AsioListener::stop() {
  Handover<bool> closed;
  threads_.at(0).post([this, closed]() mutable {
    boost::system::error_code ignored;
    static_cast<void>(acceptor_.close(ignored));
    closed.set(true);
  });
  co_await closed.wait();
  co_await group_.stop();
}

Task<> AsioListener::accept_connections() {
  const CancelToken cancel = group_.cancel_token();
  while (!cancel.is_cancelled()) {
    const auto error = co_await Ready(acceptor_, Descriptor::wait_read);
    if (error || cancel.is_cancelled()) co_return;
    const int number = accept_waiting();
    if (number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM) {
      // The connection stays in the backlog until there is room for it again.
      base::log_warn("listener_full", {{"reason", std::generic_category().message(number)}});
      co_await sleep_for(std::chrono::milliseconds(100), cancel);
    }
  }
}

int AsioListener::accept_waiting() {
  for (int i = 0; i < kAcceptBatch; ++i) {
    SocketAddress peer;
    const int socket = ::accept4(acceptor_.native_handle(), peer.get(), &peer.length,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return errno;
    }
    hand_out(socket, to_endpoint(peer));
  }
  return 0;
}

void AsioListener::hand_out(int socket, Endpoint peer) {
  if (group_.running() > kMostHandshakes) {
    ::close(socket);
    return;
  }
  Task<> task =
      identity_ ? serve_tls(socket, std::move(peer)) : serve_plain(socket, std::move(peer));
  group_.spawn_on(threads_.next(), std::move(task));
}

Task<> AsioListener::serve_plain(int socket, Endpoint peer) {
  accept_(std::make_unique<SocketStream>(AsioScheduler::current(), socket, std::move(peer)));
  co_return;
}

Task<> AsioListener::serve_tls(int socket, Endpoint peer) {
  auto stream = std::make_unique<TlsStream>(AsioScheduler::current(), socket, std::move(peer),
                                            identity_->context());
  try {
    const CloseAtDeadline deadline(*stream, kHandshakeTime, group_.cancel_token());
    co_await stream->accept();
  } catch (const PeerGone&) {  // strangers who do not speak TLS are no news
    co_return;
  }
  accept_(std::move(stream));
}

CloseAtDeadline::CloseAtDeadline(Stream& stream, std::chrono::seconds length,
                                 const CancelToken& cancel)
    : scheduler_(Scheduler::current()),
      stream_(std::make_shared<Stream*>(&stream)),
      timer_(scheduler_.start_timer(scheduler_.clock().steady_now() + length,
                                    [&stream] { stream.close(); })),
      on_cancel_(cancel, [&scheduler = scheduler_, stream = stream_] {
        scheduler.post([stream] {
          if (*stream != nullptr) (*stream)->close();
        });
      }) {}

CloseAtDeadline::~CloseAtDeadline() {
  scheduler_.cancel_timer(timer_);
  *stream_ = nullptr;
}

}  // namespace chancery::runtime::detail
