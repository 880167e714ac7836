// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small HTTP/1.1 client for one server: tests drive the real server with it, tools its own.
//
// Connections are kept and used again; requests that run at the same time have one each.
//
// Concurrency: one scheduler.
// Failure:     PeerGone when there is no (whole, readable) answer in time; Cancelled.

#include "http/message.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/network.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chancery::http {

struct ClientRequest {
  Method method = Method::get;
  std::string target = "/";
  Headers headers;  // Host and Content-Length are added
  std::string body;
  std::chrono::seconds time{120};         // for the whole of it
  std::size_t longest_body = 256 << 20U;  // of the response
};

struct ClientResponse {
  unsigned status = 0;
  Headers headers;
  std::string body;
};

class Client {
 public:
  // With `trust`, over TLS.
  Client(runtime::Network& network, runtime::Endpoint server,
         std::optional<runtime::TlsTrust> trust = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  runtime::Task<ClientResponse> request(ClientRequest request, runtime::CancelToken cancel = {});
  // Closes the connections that are kept.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace chancery::http
