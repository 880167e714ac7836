// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// What the HTTP server costs: CPU of its thread for a plain GET, heap for an idle connection.
// Prints one line for each. Run the release build: http_bench [requests] [connections]

#include "base/parse_number.hpp"
#include "http/server.hpp"
#include "runtime/asio_network.hpp"

#include <fmt/core.h>

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <malloc.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace chancery;
using runtime::Task;

constexpr std::string_view kRequest =
    "GET /_matrix/client/v3/rooms/%21a%3Ab/state?format=event HTTP/1.1\r\n"
    "Host: matrix.example.org\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n"
    "Authorization: Bearer mat_0123456789abcdefghijklmnopqrstuvwxyz\r\n"
    "User-Agent: bench\r\n\r\n";

Task<http::Response> answer(http::Request& /*request*/) {
  http::Response response;
  response.headers.add("Content-Type", "application/json");
  response.body = std::string("{\"event_id\":\"$0123456789abcdefghijklmnopqrstuvwxyz0123456\"}");
  co_return response;
}

http::Response refuse(unsigned status, std::string_view /*reason*/) {
  http::Response response;
  response.status = status;
  return response;
}

Task<double> thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  co_return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void require(bool good, std::string_view what) {
  if (good) return;
  fmt::print(stderr, "http_bench: {}\n", what);
  std::exit(1);
}

int open_connection(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  require(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0, "connect");
  return socket;
}

void send_request(int socket) {
  const ssize_t sent = ::send(socket, kRequest.data(), kRequest.size(), MSG_NOSIGNAL);
  require(sent == static_cast<ssize_t>(kRequest.size()), "send");
}

void receive_response(int socket) {
  std::array<char, 4096> bytes{};
  const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), 0);
  require(count > 0 && bytes[static_cast<std::size_t>(count) - 1] == '}', "receive");
}

void measure_requests(runtime::IoThreads& threads, std::uint16_t port, std::size_t requests) {
  std::vector<int> sockets(32);
  for (int& socket : sockets) socket = open_connection(port);
  const std::size_t rounds = requests / sockets.size();
  const auto run = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      for (const int socket : sockets) send_request(socket);
      for (const int socket : sockets) receive_response(socket);
    }
  };
  run(rounds / 10);  // warm
  const double before = threads.run_until(thread_seconds());
  const auto start = std::chrono::steady_clock::now();
  run(rounds);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  const double used = threads.run_until(thread_seconds()) - before;
  const auto total = static_cast<double>(rounds * sockets.size());
  fmt::print("GET: {:.2f} us of server CPU, {:.0f} requests/s\n", used / total * 1e6,
             total / wall.count());
  for (const int socket : sockets) ::close(socket);
}

void measure_connections(http::Server& server, std::uint16_t port, std::size_t count) {
  const std::size_t before = ::mallinfo2().uordblks;
  std::vector<int> sockets(count);
  for (int& socket : sockets) socket = open_connection(port);
  for (const int socket : sockets) send_request(socket);
  for (const int socket : sockets) receive_response(socket);
  while (server.connections() < count) ::usleep(1000);
  ::usleep(100'000);
  const std::size_t used = ::mallinfo2().uordblks - before - count * sizeof(int);
  fmt::print("idle connection: {:.2f} KiB of heap\n",
             static_cast<double>(used) / static_cast<double>(count) / 1024);
  for (const int socket : sockets) ::close(socket);
}

std::size_t argument(int count, char** values, int index, std::size_t otherwise) {
  if (count <= index) return otherwise;
  return base::parse_number<std::size_t>(values[index]).value_or(otherwise);
}

}  // namespace

int main(int count, char** values) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);

  runtime::IoThreads threads(1);
  runtime::AsioNetwork network(threads);
  http::Server server({}, &answer, &refuse);
  const auto listener = network.listen(
      {"127.0.0.1", 0}, [&](runtime::StreamPtr stream) { server.serve(std::move(stream)); });
  const std::uint16_t port = listener->local().port;
  measure_requests(threads, port, argument(count, values, 1, 200'000));
  measure_connections(server, port, argument(count, values, 2, 2000));
  threads.run_until(listener->stop());
  threads.run_until(server.stop(std::chrono::seconds(1)));
  return 0;
}
