// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/http_loop.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <sys/epoll.h>
#include <unistd.h>
#include <utility>

namespace chancery::bench {

class Connection {
 public:
  ClientSocket socket;
  bool is_busy = false;
  std::uint32_t watched = 0;
  std::string outgoing;
  std::size_t sent = 0;
  ResponseParser parser;
  OnResponse on_response;

  void shut() {
    socket.close();
    watched = 0;
    parser = ResponseParser{};
  }
};

namespace {

constexpr auto kLongestWait = std::chrono::seconds(300);

std::string render(const Request& request, const Endpoint& endpoint) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}:{}\r\n", request.method,
                                 request.target, endpoint.host, endpoint.port);
  if (!request.token.empty()) text += fmt::format("Authorization: Bearer {}\r\n", request.token);
  if (!request.body.empty() || request.method != "GET") {
    text += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n",
                        request.body.size());
  }
  text += "\r\n";
  text += request.body;
  return text;
}

}  // namespace

HttpLoop::HttpLoop(Endpoint endpoint)
    : connector_(std::move(endpoint)), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw HttpFailed("no epoll");
}

HttpLoop::~HttpLoop() { ::close(epoll_); }

Connection& HttpLoop::connect() {
  connections_.push_back(std::make_unique<Connection>());
  open(*connections_.back());
  return *connections_.back();
}

void HttpLoop::close(Connection& connection) {
  connection.shut();
  connection.is_busy = false;
  connection.on_response = nullptr;
}

void HttpLoop::open(Connection& connection) {
  connection.socket = ClientSocket(connector_);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &connection;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket.descriptor(), &event);
  connection.watched = EPOLLIN;
}

void HttpLoop::send(Connection& connection, const Request& request, OnResponse on_response) {
  if (connection.is_busy) throw HttpFailed("a connection carries one request at a time");
  if (!connection.socket.is_open()) open(connection);
  connection.outgoing = render(request, connector_.endpoint());
  connection.sent = 0;
  connection.is_busy = true;
  connection.on_response = std::move(on_response);
  flush(connection);
}

void HttpLoop::flush(Connection& connection) {
  while (connection.sent < connection.outgoing.size()) {
    const auto count =
        connection.socket.send(std::string_view(connection.outgoing).substr(connection.sent));
    if (!count) break;
    connection.sent += *count;
  }
  const bool is_whole = connection.sent == connection.outgoing.size();
  watch(connection, is_whole ? EPOLLIN : EPOLLIN | EPOLLOUT);
}

void HttpLoop::watch(Connection& connection, std::uint32_t events) {
  if (connection.watched == events) return;
  epoll_event event{};
  event.events = events;
  event.data.ptr = &connection;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.socket.descriptor(), &event);
  connection.watched = events;
}

void HttpLoop::receive(Connection& connection) {
  std::array<char, 65536> bytes;
  const auto count = connection.socket.receive(bytes);
  if (!count) return;
  if (*count == 0) {
    connection.shut();
    if (connection.is_busy) throw HttpFailed("the server closed a connection under a request");
    return;
  }
  auto response = connection.parser.feed({bytes.data(), *count});
  if (!response) return;
  if (!connection.is_busy) throw HttpFailed("an answer without a request");
  if (connection.parser.must_close()) connection.shut();
  connection.is_busy = false;
  const OnResponse on_response = std::exchange(connection.on_response, nullptr);
  on_response(*response);
}

void HttpLoop::at(Clock::time_point when, std::function<void()> action) {
  timers_.emplace(when, std::move(action));
}

void HttpLoop::run_timers() {
  while (!timers_.empty() && timers_.begin()->first <= Clock::now()) {
    const auto action = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    action();
  }
}

void HttpLoop::turn() {
  run_timers();
  auto wait = std::chrono::nanoseconds(std::chrono::milliseconds(100));
  if (!timers_.empty()) {
    wait = std::clamp<std::chrono::nanoseconds>(timers_.begin()->first - Clock::now(),
                                                std::chrono::nanoseconds(0), wait);
  }
  const timespec timeout{.tv_sec = 0, .tv_nsec = wait.count()};
  std::array<epoll_event, 128> events;
  const int count =
      epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (!connection.socket.is_open()) continue;
    if ((events[static_cast<std::size_t>(i)].events & EPOLLOUT) != 0) flush(connection);
    if ((events[static_cast<std::size_t>(i)].events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) {
      receive(connection);
    }
  }
}

void HttpLoop::run_until(const std::function<bool()>& done) {
  const auto end = Clock::now() + kLongestWait;
  while (!done()) {
    if (Clock::now() > end) throw HttpFailed("no end within 300 s");
    turn();
  }
}

void HttpLoop::run_for(Clock::duration length) {
  const auto end = Clock::now() + length;
  at(end, [] {});
  run_until([end] { return Clock::now() >= end; });
}

Response HttpLoop::ask(Connection& connection, const Request& request) {
  std::optional<Response> answer;
  send(connection, request, [&answer](Response& response) { answer = std::move(response); });
  run_until([&answer] { return answer.has_value(); });
  return std::move(*answer);
}

namespace {

// A batch under way; it outlives every request of its own.
struct BatchRun {
  HttpLoop& loop;
  const Batch& batch;
  std::size_t next = 0;
  std::size_t finished = 0;

  void start_one(Connection& connection) {
    if (next == batch.count) return;
    const std::size_t index = next++;
    loop.send(connection, batch.make(index), [this, &connection, index](Response& response) {
      batch.on_response(index, response);
      ++finished;
      start_one(connection);
    });
  }
};

}  // namespace

void run_batch(HttpLoop& loop, const Batch& batch) {
  BatchRun run{.loop = loop, .batch = batch};
  std::vector<Connection*> used;
  for (std::size_t i = 0; i < std::min(batch.connections, batch.count); ++i) {
    used.push_back(&loop.connect());
    run.start_one(*used.back());
  }
  std::size_t last = 0;
  while (run.finished < batch.count) {  // as long as it goes on, it may take its time
    loop.run_until([&] { return run.finished == batch.count || run.finished >= last + 1000; });
    last = run.finished;
  }
  for (Connection* connection : used) loop.close(*connection);
}

}  // namespace chancery::bench
