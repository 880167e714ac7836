// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// HTTP/1.1 keep-alive connections on one epoll loop, for generating load from a single thread.
//
// Concurrency: everything happens in run_until(), on the thread that calls it.
// Failure: a connection that breaks under a request, or an answer that is not HTTP, throws
// HttpFailed: a figure with holes in it is worth nothing.

#include "tests/bench/chancery_bench/client_socket.hpp"
#include "tests/bench/chancery_bench/response_parser.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace chancery::bench {

using Clock = std::chrono::steady_clock;

struct Request {
  std::string method;
  std::string target;
  std::string token;  // access token, or empty
  std::string body;   // JSON, or empty
};

using OnResponse = std::function<void(Response&)>;

class Connection;

class HttpLoop {
 public:
  explicit HttpLoop(Endpoint endpoint);
  ~HttpLoop();
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  const Endpoint& endpoint() const { return connector_.endpoint(); }

  // A new connection; it lives as long as the loop.
  Connection& connect();

  // Lets go of a connection, with or without a request under way.
  void close(Connection& connection);

  // Sends a request on a connection that has none under way.
  void send(Connection& connection, const Request& request, OnResponse on_response);

  void at(Clock::time_point when, std::function<void()> action);

  // Serves connections and timers until `done` answers true.
  void run_until(const std::function<bool()>& done);
  void run_for(Clock::duration length);

  // One request and its answer, nothing else meanwhile but what is under way already.
  Response ask(Connection& connection, const Request& request);

 private:
  void turn();
  void run_timers();
  void open(Connection& connection);
  void flush(Connection& connection);
  void receive(Connection& connection);
  void watch(Connection& connection, std::uint32_t events);

  Connector connector_;
  int epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::multimap<Clock::time_point, std::function<void()>> timers_;
};

// Calls `make` for 0 … count-1 and sends what it makes over so many connections at once.
struct Batch {
  std::size_t count = 0;
  std::size_t connections = 16;
  std::function<Request(std::size_t)> make;
  std::function<void(std::size_t, Response&)> on_response;
};
void run_batch(HttpLoop& loop, const Batch& batch);

}  // namespace chancery::bench
