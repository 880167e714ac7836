// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/starting_server.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace chancery::storage {
namespace {

// An ErrorResponse: a letter, its length with itself, fields that end with a zero each.
std::string not_yet() {
  using namespace std::string_view_literals;
  const std::string fields("SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"sv);
  return std::string("E\0\0\0"sv) + static_cast<char>(fields.size() + 4) + fields;
}

}  // namespace

void StartingServer::start() {
  listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
  ::unlink(path_.c_str());
  if (listening_ < 0 ||
      ::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listening_, 16) != 0) {
    throw std::runtime_error("cannot listen at " + path_);
  }
  refusing_ = std::async(std::launch::async, [this] { refuse_all(); });
}

void StartingServer::stop() {
  if (listening_ < 0) return;
  ::shutdown(listening_, SHUT_RDWR);
  refusing_.get();
  ::close(listening_);
  ::unlink(path_.c_str());
  listening_ = -1;
}

void StartingServer::refuse_all() const {
  const std::string answer = not_yet();
  while (true) {
    const int client = ::accept(listening_, nullptr, nullptr);
    if (client < 0) return;
    std::array<char, 1024> asked{};
    (void)::recv(client, asked.data(), asked.size(), 0);
    (void)::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(client);
    ++refused_;
    refused_.notify_all();
  }
}

void StartingServer::wait_for_refusals(std::uint32_t count) const {
  for (std::uint32_t seen = refused_; seen < count; seen = refused_) refused_.wait(seen);
}

}  // namespace chancery::storage
