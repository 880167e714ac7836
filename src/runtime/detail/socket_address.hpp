// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Socket addresses of the system, from and to an Endpoint.

#include "runtime/network.hpp"

#include <optional>
#include <sys/socket.h>

namespace chancery::runtime::detail {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  [[nodiscard]] int family() const { return storage.ss_family; }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// Absent when the address is not numeric.
[[nodiscard]] std::optional<SocketAddress> find_socket_address(const Endpoint& endpoint);
// An IPv4 address in IPv6 clothes comes out as IPv4.
[[nodiscard]] Endpoint to_endpoint(const SocketAddress& address);
// "127.0.0.1", "::ffff:10.0.0.1": as it is, so that nothing is checked that is not connected to.
// Empty when it is no internet address.
[[nodiscard]] std::string to_numeric(const SocketAddress& address);
// "127.0.0.1:80", "[::1]:80"
[[nodiscard]] std::string to_text(const Endpoint& endpoint);

}  // namespace chancery::runtime::detail
