// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// What the HTTP server costs: CPU of its thread for a a long poll that is answered, heap for an
// idle connection. Prints one line for each. Run the release build: http_bench [requests]
// [connections]

#include "base/parse_number.hpp"
#include "http/path_pattern.hpp"
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

// An incremental long poll of a browser.
constexpr std::string_view kRequest =
    "GET /_matrix/client/v3/sync?filter=%7B%22room%22%3A%7B%22timeline%22%3A%7B%22limit%22%3A20%7D"
    "%2C%22state%22%3A%7B%22lazy_load_members%22%3Atrue%7D%7D%7D&timeout=30000&since=s72594_4483"
    "&set_presence=online HTTP/1.1\r\n"
    "Host: matrix.example.org\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n"
    "Authorization: Bearer mat_0123456789abcdefghijklmnopqrstuvwxyz\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:130.0)\r\nConnection: keep-alive\r\n\r\n";

http::FixedFields make_cors_fields() {
  http::Headers fields;
  fields.add("Access-Control-Allow-Origin", "*");
  fields.add("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
  fields.add("Access-Control-Allow-Headers",
             "X-Requested-With, Content-Type, Authorization, If-Match, If-None-Match, Range");
  fields.add("Access-Control-Expose-Headers",
             "ETag, Location, Retry-After, Synapse-Trace-Id, Server, X-Max-Bytes");
  return http::FixedFields(std::move(fields));
}

Task<http::Response> answer(http::Request& request) {
  static const http::PathTable paths = [] {
    http::PathTable table;
    table.add("/_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}");
    table.add("/_matrix/client/v3/sync");
    return table;
  }();
  static const http::FixedFields cors = make_cors_fields();
  if (!paths.find(request.path) || !request.query.find("since")) std::abort();
  http::Response response;
  response.headers.add("Content-Type", "application/json");
  std::string body(1000, ' ');
  body.back() = '}';
  response.body = std::move(body);
  response.fixed = &cors;
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
  std::array<char, 4096> bytes;
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
