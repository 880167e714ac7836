// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/client_socket.hpp"

#include <fmt/core.h>
#include <openssl/err.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace chancery::bench {

namespace {

struct AddressList {
  explicit AddressList(const Endpoint& endpoint) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    const int code = getaddrinfo(endpoint.host.c_str(), endpoint.port.c_str(), &hints, &first);
    if (code != 0) throw HttpFailed(fmt::format("{}: {}", endpoint.host, gai_strerror(code)));
  }
  ~AddressList() { freeaddrinfo(first); }
  AddressList(const AddressList&) = delete;
  AddressList& operator=(const AddressList&) = delete;

  addrinfo* first = nullptr;
};

int connect_to(const Endpoint& endpoint) {
  const AddressList addresses(endpoint);
  int number = 0;
  for (const addrinfo* each = addresses.first; each != nullptr; each = each->ai_next) {
    const int socket = ::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
      number = errno;
      continue;
    }
    if (::connect(socket, each->ai_addr, each->ai_addrlen) == 0) return socket;
    number = errno;
    ::close(socket);
  }
  throw HttpFailed(
      fmt::format("cannot reach {}:{}: {}", endpoint.host, endpoint.port, std::strerror(number)));
}

bool is_not_now(int number) { return number == EAGAIN || number == EWOULDBLOCK || number == EINTR; }

}  // namespace

Connector::Connector(Endpoint endpoint) : endpoint_(std::move(endpoint)) {
  if (endpoint_.security == Endpoint::Security::plain) return;
  tls_ = std::shared_ptr<SSL_CTX>(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  if (!tls_) throw HttpFailed("no TLS");
  SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_mode(tls_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                   SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

ClientSocket::ClientSocket(const Connector& connector) : socket_(connect_to(connector.endpoint())) {
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connector.tls_) {
    tls_.reset(SSL_new(connector.tls_.get()));
    ERR_clear_error();
    if (!tls_ || SSL_set_fd(tls_.get(), socket_) != 1 || SSL_connect(tls_.get()) != 1) {
      close();
      throw HttpFailed("the server does not speak TLS");
    }
  }
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
}

ClientSocket::ClientSocket(ClientSocket&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), tls_(std::move(other.tls_)) {}

ClientSocket& ClientSocket::operator=(ClientSocket&& other) noexcept {
  if (this == &other) return *this;
  close();
  socket_ = std::exchange(other.socket_, -1);
  tls_ = std::move(other.tls_);
  return *this;
}

void ClientSocket::close() {
  tls_.reset();
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

std::optional<std::size_t> ClientSocket::outcome_of(int result, std::size_t count,
                                                    std::string_view what) {
  if (result == 1) return count;
  const int wanted = SSL_get_error(tls_.get(), result);
  if (wanted == SSL_ERROR_WANT_READ || wanted == SSL_ERROR_WANT_WRITE) return std::nullopt;
  if (wanted == SSL_ERROR_ZERO_RETURN) return 0;
  throw HttpFailed(fmt::format("{}: TLS failed", what));
}

std::optional<std::size_t> ClientSocket::send(std::string_view bytes) {
  if (tls_) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &count);
    return outcome_of(result, count, "send");
  }
  const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (is_not_now(errno)) return std::nullopt;
  throw HttpFailed(fmt::format("send: {}", std::strerror(errno)));
}

std::optional<std::size_t> ClientSocket::receive(std::span<char> into) {
  if (tls_) {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(tls_.get(), into.data(), into.size(), &count);
    return outcome_of(result, count, "receive");
  }
  const auto count = ::recv(socket_, into.data(), into.size(), 0);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (is_not_now(errno)) return std::nullopt;
  throw HttpFailed(fmt::format("receive: {}", std::strerror(errno)));
}

}  // namespace chancery::bench
