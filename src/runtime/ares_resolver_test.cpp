// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/ares_resolver.hpp"

#include "runtime/io_threads.hpp"
#include "runtime/worker_pool.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chancery::runtime {
namespace {

// A name server on a free port of this machine that knows one name. A silent one says nothing.
class NameServer {
 public:
  enum class Manner : std::uint8_t { answering, silent };
  explicit NameServer(Manner manner) : manner_(manner) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t length = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    const timeval patience{.tv_sec = 0, .tv_usec = 20'000};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    worker_.post([this] {
      while (!stopping_) answer_one();
      ended_ = true;
      ended_.notify_all();
    });
  }
  ~NameServer() {
    stopping_ = true;
    ended_.wait(false);
    ::close(socket_);
  }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void answer_one() {
    std::array<char, 512> question{};
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    const ssize_t count = ::recvfrom(socket_, question.data(), question.size(), 0,
                                     reinterpret_cast<sockaddr*>(&from), &length);
    if (count < 12 || manner_ == Manner::silent) return;
    const std::string answer = answer_to({question.data(), static_cast<std::size_t>(count)});
    ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
  }

  // RFC 1035, 4: the question again, and for "push.example" an address of the type asked for, for
  // names of services two records.
  static std::string answer_to(std::string_view question) {
    using namespace std::string_view_literals;
    const std::size_t end = question.find('\0', 12) + 5;
    if (question.at(end - 3) == 33) return services_for(question.substr(0, end));
    const bool known = question.substr(12).starts_with(
        "\x04push\x07"
        "example\0"sv);
    const bool v6 = question.at(end - 3) == 28;
    std::string answer(question.substr(0, end));
    answer.replace(2, 10, known ? "\x81\x80\0\1\0\1\0\0\0\0"sv : "\x81\x83\0\1\0\0\0\0\0\0"sv);
    if (!known) return answer;
    answer += v6 ? "\xc0\x0c\0\x1c\0\1\0\0\0\x3c\0\x10"sv : "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\x04"sv;
    std::array<char, 16> bytes{};
    ::inet_pton(v6 ? AF_INET6 : AF_INET, v6 ? "::ffff:10.0.0.1" : "93.184.216.34", bytes.data());
    answer.append(bytes.data(), v6 ? 16 : 4);
    return answer;
  }

  // One whose target is "a.example", and one that says that the service is not offered.
  static std::string services_for(std::string_view question) {
    using namespace std::string_view_literals;
    std::string answer(question);
    answer.replace(2, 10, "\x81\x80\0\1\0\2\0\0\0\0"sv);
    answer +=
        "\xc0\x0c\0\x21\0\1\0\0\0\x3c\0\x11"
        "\0\x0a\0\x05\x20\xfb\1a\7example\0"sv;
    answer += "\xc0\x0c\0\x21\0\1\0\0\0\x3c\0\7\0\1\0\0\0\0\0"sv;
    return answer;
  }

  const Manner manner_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> ended_ = false;
  WorkerPool worker_{1};
};

std::vector<std::string> resolve(const AresResolver::Settings& settings, const std::string& host) {
  AresResolver resolver(settings);
  IoThreads threads(1);
  std::vector<std::string> found = threads.run_until(resolver.resolve(host, {}));
  std::ranges::sort(found);
  return found;
}

}  // namespace

TEST_CASE("a name is resolved to its addresses of both families, told as they are") {
  const NameServer server(NameServer::Manner::answering);

  const auto found = resolve({.servers = server.address()}, "push.example");

  CHECK(found == std::vector<std::string>{"93.184.216.34", "::ffff:10.0.0.1"});
}

TEST_CASE("an unknown name has no address") {
  const NameServer server(NameServer::Manner::answering);

  CHECK(resolve({.servers = server.address()}, "other.example").empty());
  CHECK(resolve({.servers = server.address()}, std::string(300, 'a')).empty());
  CHECK(resolve({.servers = server.address()}, "a..example").empty());
}

TEST_CASE("a service is resolved to its records, told as they are") {
  const NameServer server(NameServer::Manner::answering);
  AresResolver resolver({.servers = server.address()});
  IoThreads threads(1);

  auto found = threads.run_until(resolver.find_service("_matrix-fed._tcp.push.example", {}));

  std::ranges::sort(found, {}, &ServiceRecord::priority);
  REQUIRE(found.size() == 2);
  CHECK(found.at(0).target.empty());
  CHECK(found.at(1) ==
        ServiceRecord{.priority = 10, .weight = 5, .port = 8443, .target = "a.example"});
}

TEST_CASE("a service that nobody knows, or about which nobody answers, has no record") {
  const NameServer silent(NameServer::Manner::silent);
  AresResolver resolver({.servers = silent.address(), .time = base::Milliseconds(30)});
  IoThreads threads(1);

  CHECK(threads.run_until(resolver.find_service("_matrix._tcp.push.example", {})).empty());
  CHECK(threads.run_until(resolver.find_service(std::string(300, 'a'), {})).empty());
  CHECK(threads.run_until(resolver.find_service("_matrix._tcp.a..example", {})).empty());
}

TEST_CASE("a name server that says nothing is not waited for longer than told") {
  const NameServer server(NameServer::Manner::silent);

  const AresResolver::Settings settings{.servers = server.address(),
                                        .time = base::Milliseconds(30)};

  CHECK(resolve(settings, "push.example").empty());
}

TEST_CASE("a look-up that nobody waits for any more ends at once") {
  const NameServer server(NameServer::Manner::silent);
  AresResolver resolver({.servers = server.address()});
  IoThreads threads(1);
  CancelSource source;
  source.cancel();

  CHECK_THROWS_AS(
      static_cast<void>(threads.run_until(resolver.resolve("push.example", source.token()))),
      Cancelled);
}

TEST_CASE("numeric hosts are their own answer, and this machine is known without a server") {
  AresResolver::Settings nowhere{.servers = "127.0.0.1:1"};

  CHECK(resolve(nowhere, "192.0.2.7") == std::vector<std::string>{"192.0.2.7"});
  CHECK(resolve(nowhere, "2001:db8::1") == std::vector<std::string>{"2001:db8::1"});
  for (const std::string& address : resolve(nowhere, "localhost")) {
    CHECK((address == "127.0.0.1" || address == "::1"));
  }
}
}  // namespace chancery::runtime
