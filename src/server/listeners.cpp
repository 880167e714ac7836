// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/listeners.hpp"

#include <fmt/core.h>

namespace chancery::server {

void Listeners::open(const ListenerConfig& config) {
  const runtime::AcceptStream accept = [&server = server_](runtime::StreamPtr stream) {
    server.serve(std::move(stream));
  };
  const runtime::Endpoint at{config.address, config.port};
  const runtime::TlsFiles files{config.certificate, config.private_key};
  open_.push_back(
      {config.tls ? network_.listen_tls(at, files, accept) : network_.listen(at, accept),
       config.tls});
}

std::vector<std::string> Listeners::urls() const {
  std::vector<std::string> urls;
  for (const Open& open : open_) {
    const runtime::Endpoint at = open.listener->local();
    const bool v6 = at.address.find(':') != std::string::npos;
    urls.push_back(fmt::format("{}://{}{}{}:{}", open.tls ? "https" : "http", v6 ? "[" : "",
                               at.address, v6 ? "]" : "", at.port));
  }
  return urls;
}

std::optional<runtime::Endpoint> Listeners::find_plain() const {
  for (const Open& open : open_) {
    if (!open.tls) return open.listener->local();
  }
  return std::nullopt;
}

runtime::Task<> Listeners::stop() {
  for (Open& open : open_) co_await open.listener->stop();
}

}  // namespace chancery::server
