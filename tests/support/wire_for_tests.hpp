// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A server and one raw connection to it in simulated time, for the tests of this folder.

#include "http/server.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/memory_network.hpp"

#include <memory>
#include <string>
#include <vector>

namespace chancery::http {

// "METHOD path body", after the whole body was read.
runtime::Task<Response> echo(Request& request);
inline Response refuse_plainly(unsigned status, std::string_view reason) {
  Response response;
  response.status = status;
  response.body = std::string(reason);
  return response;
}

class Wire {
 public:
  explicit Wire(Handler handler = &echo, Limits limits = {}, support::MemoryLink link = {});
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  runtime::SimulatedScheduler scheduler;
  Server server;
  std::string received;
  bool closed = false;  // by the server

  // Sends bytes and lets everything that is ready happen.
  void send(std::string text);
  void shut_down();
  void break_connection();
  // The received text, which is then forgotten.
  std::string take();
  runtime::Stream& client() { return *client_; }
  // Until this is called nothing is read from the server.
  void start_reading();

 private:
  runtime::Task<> read_all();
  runtime::StreamPtr client_;
  runtime::TaskGroup group_{"wire"};
};

std::size_t count_of(std::string_view text, std::string_view part);

}  // namespace chancery::http
