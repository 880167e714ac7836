// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/tls_files.hpp"

#include "runtime/asio_network.hpp"
#include "runtime/detail/tls_context.hpp"

namespace chancery::runtime {

std::optional<std::string> find_fault(const TlsFiles& files) {
  try {
    static_cast<void>(detail::make_server_context(files, TlsMinimum::tls12));
  } catch (const ListenError& error) {  // what was asked for
    return error.what();
  }
  return std::nullopt;
}

std::optional<std::string> find_fault_of_authorities(const std::string& path) {
  try {
    static_cast<void>(
        detail::make_client_context({.name = {}, .certificates = path}, TlsMinimum::tls12));
  } catch (const PeerGone& error) {  // what was asked for
    return error.what();
  }
  return std::nullopt;
}

}  // namespace chancery::runtime
