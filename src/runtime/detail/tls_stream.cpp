// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/detail/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <new>
#include <system_error>

namespace chancery::runtime::detail {

TlsStream::TlsStream(AsioScheduler& scheduler, int socket, Endpoint peer, TlsContextPtr context)
    : SocketStream(scheduler, socket, std::move(peer)),
      context_(std::move(context)),
      ssl_(SSL_new(context_.get()), &SSL_free) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) throw std::bad_alloc();
}

// OpenSSL keeps the number of the descriptor, which may be another connection's once it is closed.
void TlsStream::throw_if_closed() const {
  if (is_closed()) throw PeerGone("closed");
}

// Every call of SSL_* below stands between ERR_clear_error and find_wanted: the error queue is per
// thread, and another connection's error must not be taken for ours.
int TlsStream::find_wanted(int result) {
  const int wanted = SSL_get_error(ssl_.get(), result);
  if (wanted == SSL_ERROR_SSL || wanted == SSL_ERROR_SYSCALL) failed_ = true;
  return wanted;
}

Task<> TlsStream::wait_for(int wanted) {
  const int number = errno;
  boost::system::error_code error;
  if (wanted == SSL_ERROR_WANT_READ) {
    error = co_await readable();
  } else if (wanted == SSL_ERROR_WANT_WRITE) {
    error = co_await writable();
  } else if (wanted == SSL_ERROR_SYSCALL && number != 0 && ERR_peek_error() == 0) {
    throw PeerGone(std::generic_category().message(number));
  } else {
    throw PeerGone(last_tls_error());
  }
  if (error) throw PeerGone(error.message());
}

Task<> TlsStream::shake_hands() {
  while (true) {
    throw_if_closed();
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) co_return;
    co_await wait_for(find_wanted(result));
  }
}

Task<> TlsStream::accept() {
  SSL_set_accept_state(ssl_.get());
  return shake_hands();
}

Task<> TlsStream::connect(std::string name) {
  SSL_set_connect_state(ssl_.get());
  X509_VERIFY_PARAM* const verify = SSL_get0_param(ssl_.get());
  if (X509_VERIFY_PARAM_set1_ip_asc(verify, name.c_str()) != 1) {
    ERR_clear_error();
    SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl_.get(), name.c_str()) != 1) throw PeerGone(last_tls_error());
  }
  co_await shake_hands();
}

Task<> TlsStream::wait_readable() {
  if (is_closed() || SSL_has_pending(ssl_.get()) == 1) co_return;
  static_cast<void>(co_await readable());
}

Task<std::size_t> TlsStream::read_some(std::span<char> into) {
  while (true) {
    throw_if_closed();
    ERR_clear_error();
    errno = 0;
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    if (result == 1) co_return count;
    const int wanted = find_wanted(result);
    if (wanted == SSL_ERROR_ZERO_RETURN) co_return 0;
    co_await wait_for(wanted);
  }
}

Task<> TlsStream::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    throw_if_closed();
    ERR_clear_error();
    errno = 0;
    std::size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    if (result == 1) {
      bytes.remove_prefix(count);
      continue;
    }
    co_await wait_for(find_wanted(result));
  }
}

SocketStream::Sight TlsStream::look() {
  if (is_closed()) return Sight::gone;
  ERR_clear_error();
  char byte = 0;
  std::size_t count = 0;
  const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &count);
  if (result == 1) return Sight::bytes;
  const int wanted = find_wanted(result);
  return wanted == SSL_ERROR_WANT_READ || wanted == SSL_ERROR_WANT_WRITE ? Sight::nothing
                                                                         : Sight::gone;
}

Task<> TlsStream::shut_down() {
  // After a fatal error OpenSSL must not be called again.
  if (!failed_ && !is_closed() && SSL_is_init_finished(ssl_.get()) == 1) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // one close_notify is enough; the peer's need not be awaited
    ERR_clear_error();
  }
  co_await SocketStream::shut_down();
}

}  // namespace chancery::runtime::detail
