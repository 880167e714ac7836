// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/detail/tls_context.hpp"

#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <new>
#include <string_view>

namespace chancery::runtime::detail {
namespace {

constexpr std::string_view kAlpn = "\x08http/1.1";

int choose_protocol(SSL* /*ssl*/, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned int offered_length, void* /*unused*/) {
  unsigned char* found = nullptr;
  const auto* const ours = reinterpret_cast<const unsigned char*>(kAlpn.data());
  const int result = SSL_select_next_proto(
      &found, chosen_length, ours, static_cast<unsigned>(kAlpn.size()), offered, offered_length);
  // A client that speaks only other protocols must not be answered in ours.
  if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

TlsContextPtr make_context(const SSL_METHOD* method, TlsMinimum minimum) {
  ERR_clear_error();
  TlsContextPtr context(SSL_CTX_new(method), &SSL_CTX_free);
  if (!context) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context.get(),
                                minimum == TlsMinimum::tls12 ? TLS1_2_VERSION : TLS1_3_VERSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context.get(),
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_SINGLE_ECDH_USE);
  // Of TLS 1.2 only what has forward secrecy and authenticated encryption.
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  return context;
}

[[noreturn]] void fail(std::string_view what, const std::string& path) {
  throw ListenError(fmt::format("cannot use the {} {}: {}", what, path, last_tls_error()));
}

}  // namespace

std::string last_tls_error() {
  // Where the system is to blame, the first error says how; the last one only that it was.
  const unsigned long first = ERR_peek_error();
  const unsigned long code = ERR_SYSTEM_ERROR(first) ? first : ERR_peek_last_error();
  ERR_clear_error();
  if (code != 0 && ERR_GET_LIB(code) == ERR_LIB_PEM &&
      ERR_GET_REASON(code) == PEM_R_NO_START_LINE) {
    return "there is none in it in PEM";
  }
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "TLS failed" : reason;
}

TlsContextPtr make_server_context(const TlsFiles& files, TlsMinimum minimum) {
  TlsContextPtr context = make_context(TLS_server_method(), minimum);
  const std::string& chain = files.certificate_chain;
  if (SSL_CTX_use_certificate_chain_file(context.get(), chain.c_str()) != 1)
    fail("certificate", chain);
  const std::string& key = files.private_key;
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    fail("private key", key);
  if (SSL_CTX_check_private_key(context.get()) != 1) fail("private key", key);
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(context.get(), &choose_protocol, nullptr);
  const unsigned char name[] = "chancery";
  SSL_CTX_set_session_id_context(context.get(), name, sizeof name - 1);
  return context;
}

TlsContextPtr make_client_context(const TlsTrust& trust, TlsMinimum minimum) {
  TlsContextPtr context = make_context(TLS_client_method(), minimum);
  const int loaded = trust.certificates.empty()
                         ? SSL_CTX_set_default_verify_paths(context.get())
                         : SSL_CTX_load_verify_file(context.get(), trust.certificates.c_str());
  if (loaded != 1) throw PeerGone(trust.certificates + ": " + last_tls_error());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(kAlpn.data()),
                          static_cast<unsigned>(kAlpn.size()));
  return context;
}

TlsIdentity::TlsIdentity(TlsFiles files, TlsMinimum minimum)
    : files_(std::move(files)),
      minimum_(minimum),
      context_(make_server_context(files_, minimum_)) {}

TlsContextPtr TlsIdentity::context() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

void TlsIdentity::reload() {
  TlsContextPtr fresh = make_server_context(files_, minimum_);
  const std::lock_guard lock(mutex_);
  context_.swap(fresh);
}

}  // namespace chancery::runtime::detail
