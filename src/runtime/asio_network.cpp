// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/asio_network.hpp"

#include "base/assert.hpp"
#include "runtime/detail/asio_listener.hpp"
#include "runtime/detail/socket_address.hpp"
#include "runtime/detail/tls_stream.hpp"

#include <cerrno>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace chancery::runtime {
namespace {

constexpr std::chrono::seconds kConnectTime{10};

[[noreturn]] void fail(const Endpoint& to, int number) {
  throw PeerGone(detail::to_text(to) + ": " + std::generic_category().message(number));
}

// A non-blocking socket whose connecting has begun.
int begin_connecting(const Endpoint& to) {
  const auto address = detail::find_socket_address(to);
  if (!address) throw PeerGone(detail::to_text(to) + ": not a numeric address");
  const int socket =
      ::socket(address->family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (socket < 0) fail(to, errno);
  if (::connect(socket, address->get(), address->length) != 0 && errno != EINPROGRESS) {
    const int number = errno;
    ::close(socket);
    fail(to, number);
  }
  return socket;
}

// A stream that can still tell whether its socket got connected.
template <typename Base>
class Connecting final : public Base {
 public:
  using Base::Base;
  Task<> wait_until_connected(Endpoint to) {
    const auto waited = co_await this->writable();
    if (waited) throw PeerGone(detail::to_text(to) + ": " + waited.message());
    int number = 0;
    socklen_t length = sizeof number;
    ::getsockopt(this->socket(), SOL_SOCKET, SO_ERROR, &number, &length);
    if (number != 0) fail(to, number);
  }
};

}  // namespace

struct AsioNetwork::State {
  IoThreads& threads;
  const TlsMinimum minimum;
  std::mutex mutex;
  std::vector<std::weak_ptr<detail::TlsIdentity>> identities;
  // By the path of what is trusted: to read the system's certificates takes milliseconds.
  std::map<std::string, detail::TlsContextPtr> client_contexts;

  detail::TlsContextPtr client_context(const TlsTrust& trust) {
    const std::lock_guard lock(mutex);
    detail::TlsContextPtr& context = client_contexts[trust.certificates];
    if (!context) context = detail::make_client_context(trust, minimum);
    return context;
  }
};

AsioNetwork::AsioNetwork(IoThreads& threads, TlsMinimum minimum)
    : state_(new State{.threads = threads,
                       .minimum = minimum,
                       .mutex = {},
                       .identities = {},
                       .client_contexts = {}}) {}

AsioNetwork::~AsioNetwork() = default;

std::unique_ptr<Listener> AsioNetwork::listen(const Endpoint& at, AcceptStream accept) {
  return std::make_unique<detail::AsioListener>(state_->threads, at, std::move(accept), nullptr);
}

std::unique_ptr<Listener> AsioNetwork::listen_tls(const Endpoint& at, const TlsFiles& files,
                                                  AcceptStream accept) {
  auto identity = std::make_shared<detail::TlsIdentity>(files, state_->minimum);
  auto listener =
      std::make_unique<detail::AsioListener>(state_->threads, at, std::move(accept), identity);
  const std::lock_guard lock(state_->mutex);
  state_->identities.push_back(identity);
  return listener;
}

void AsioNetwork::reload_certificates() {
  const std::lock_guard lock(state_->mutex);
  for (const auto& each : state_->identities) {
    if (const auto identity = each.lock()) identity->reload();
  }
  state_->client_contexts.clear();
}

Task<StreamPtr> AsioNetwork::connect(Endpoint to, CancelToken cancel) {
  auto stream = std::make_unique<Connecting<detail::SocketStream>>(detail::AsioScheduler::current(),
                                                                   begin_connecting(to), to);
  try {
    const detail::CloseAtDeadline deadline(*stream, kConnectTime, cancel);
    co_await stream->wait_until_connected(to);
  } catch (const PeerGone&) {  // closed because nobody waits for it any more
    cancel.throw_if_cancelled();
    throw;
  }
  co_return std::move(stream);
}

Task<StreamPtr> AsioNetwork::connect_tls(Endpoint to, TlsTrust trust, CancelToken cancel) {
  const auto context = state_->client_context(trust);
  auto stream = std::make_unique<Connecting<detail::TlsStream>>(detail::AsioScheduler::current(),
                                                                begin_connecting(to), to, context);
  try {
    const detail::CloseAtDeadline deadline(*stream, kConnectTime, cancel);
    co_await stream->wait_until_connected(to);
    co_await stream->connect(trust.name);
  } catch (const PeerGone&) {  // as above
    cancel.throw_if_cancelled();
    throw;
  }
  co_return std::move(stream);
}

Task<StreamPtr> AsioNetwork::start_tls(StreamPtr plain, TlsTrust trust, CancelToken cancel) {
  const auto context = state_->client_context(trust);
  auto* const socket = dynamic_cast<detail::SocketStream*>(plain.get());
  CHANCERY_ASSERT(socket != nullptr && !socket->is_secure());
  auto stream = std::make_unique<detail::TlsStream>(detail::AsioScheduler::current(),
                                                    socket->release(), socket->peer(), context);
  try {
    const detail::CloseAtDeadline deadline(*stream, kConnectTime, cancel);
    co_await stream->connect(trust.name);
  } catch (const PeerGone&) {  // as above
    cancel.throw_if_cancelled();
    throw;
  }
  co_return std::move(stream);
}

}  // namespace chancery::runtime
