// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

#include "http/detail/exchange.hpp"
#include "runtime/deadline.hpp"

#include <fmt/format.h>

namespace chancery::http {

using runtime::PeerGone;
using runtime::Task;

struct Client::State {
  runtime::Network& network;
  const runtime::Endpoint server;
  const std::optional<runtime::TlsTrust> trust;
  std::vector<std::unique_ptr<detail::Exchange>> kept;

  [[nodiscard]] std::string host() const {
    if (trust) return trust->name;
    const bool is_v6 = server.address.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", server.address, is_v6 ? "]" : "",
                       server.port);
  }

  std::unique_ptr<detail::Exchange> take_kept() {
    if (kept.empty()) return nullptr;
    auto exchange = std::move(kept.back());
    kept.pop_back();
    return exchange;
  }

  Task<std::unique_ptr<detail::Exchange>> connect() {
    runtime::StreamPtr stream;
    if (trust) {
      stream = co_await network.connect_tls(server, *trust);
    } else {
      stream = co_await network.connect(server);
    }
    co_return std::make_unique<detail::Exchange>(std::move(stream));
  }

  // Absent when a kept connection turned out to be closed before the request reached the server.
  Task<std::optional<ClientResponse>> try_kept(const ClientRequest& request,
                                               const runtime::CancelToken& cancel) {
    std::unique_ptr<detail::Exchange> exchange = take_kept();
    if (!exchange) co_return std::nullopt;
    try {
      co_return co_await run(std::move(exchange), request, cancel);
    } catch (const Stale&) {  // closed while it was kept: the caller opens a new one
      co_return std::nullopt;
    }
  }

  struct Stale : PeerGone {
    using PeerGone::PeerGone;
  };

  Task<ClientResponse> run(std::unique_ptr<detail::Exchange> exchange, const ClientRequest& request,
                           const runtime::CancelToken& cancel) {
    const std::string bytes = detail::write_request(request.method, request.target, host(),
                                                    request.headers, request.body);
    detail::Answer answer;
    try {
      const runtime::Deadline deadline(request.time, cancel);
      const detail::CloseWhenCancelled guard(exchange->stream(), deadline.token());
      answer = co_await exchange->run(bytes, request.method, {.longest = request.longest_body});
    } catch (const PeerGone& error) {  // why it is gone decides what the caller hears
      cancel.throw_if_cancelled();
      if (exchange->is_untouched()) throw Stale(error.what());
      throw;
    }
    if (exchange->is_reusable()) kept.push_back(std::move(exchange));
    co_return ClientResponse{.status = answer.status,
                             .headers = std::move(answer.headers),
                             .body = std::move(answer.body)};
  }
};

Client::Client(runtime::Network& network, runtime::Endpoint server,
               std::optional<runtime::TlsTrust> trust)
    : state_(new State{
          .network = network, .server = std::move(server), .trust = std::move(trust), .kept = {}}) {
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

void Client::close() { state_->kept.clear(); }

Task<ClientResponse> Client::request(ClientRequest request, runtime::CancelToken cancel) {
  const std::shared_ptr<State> state = state_;
  cancel.throw_if_cancelled();
  if (auto response = co_await state->try_kept(request, cancel)) co_return std::move(*response);
  co_return co_await state->run(co_await state->connect(), request, cancel);
}

}  // namespace chancery::http
