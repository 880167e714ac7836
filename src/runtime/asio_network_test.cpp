// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/asio_network.hpp"

#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_certificate.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace chancery::runtime {
namespace {

using std::chrono::seconds;

Task<> echo(StreamPtr stream) {
  std::array<char, 4096> part{};
  while (const std::size_t count = co_await stream->read_some(part)) {
    co_await stream->write_all({part.data(), count});
  }
  co_await stream->shut_down();
}

Task<std::string> read_to_end(Stream& stream) {
  std::string all;
  std::array<char, 4096> part{};
  while (const std::size_t count = co_await stream.read_some(part)) all.append(part.data(), count);
  co_return all;
}

Task<> write_and_end(Stream& stream, std::string text) {
  co_await stream.write_all(text);
  co_await stream.shut_down();
}

// Sends `text` to an echo server and gives back what came.
Task<std::string> exchange(StreamPtr stream, std::string text) {
  TaskGroup group("exchange");
  group.spawn(write_and_end(*stream, text));
  std::string got = co_await read_to_end(*stream);
  co_await group.join();
  co_return got;
}

Task<std::string> exchange_plain(AsioNetwork& network, Endpoint to, std::string text) {
  co_return co_await exchange(co_await network.connect(to), std::move(text));
}

Task<std::string> exchange_tls(AsioNetwork& network, Endpoint to, TlsTrust trust) {
  co_return co_await exchange(co_await network.connect_tls(to, trust), "over TLS");
}

// An echo server on real sockets.
struct World {
  explicit World(std::size_t count = 2) : threads(count), network(threads), group("echo") {}
  ~World() {
    if (listener) threads.run_until(listener->stop());
    threads.run_until(group.join());
  }
  AcceptStream echoing() {
    return [this](StreamPtr stream) { group.spawn(echo(std::move(stream))); };
  }

  IoThreads threads;
  AsioNetwork network;
  TaskGroup group;
  std::unique_ptr<Listener> listener;
};

}  // namespace

TEST_CASE("many connections echo a megabyte each over several threads") {
  World world(3);
  world.listener = world.network.listen({"127.0.0.1", 0}, world.echoing());
  std::string text(1'000'000, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 % 251);
  TaskGroup clients("clients");
  std::atomic<int> good = 0;
  const auto client = [](World& in, const std::string& sent, std::atomic<int>& count) -> Task<> {
    if (co_await exchange_plain(in.network, in.listener->local(), sent) == sent) ++count;
  };

  for (int i = 0; i < 12; ++i) clients.spawn_on(world.threads.next(), client(world, text, good));
  world.threads.run_until(clients.join());

  CHECK(good == 12);
}

TEST_CASE("an address in use is a listen error that names it") {
  World world;
  world.listener = world.network.listen({"127.0.0.1", 0}, world.echoing());
  const Endpoint taken = world.listener->local();

  try {
    static_cast<void>(world.network.listen(taken, world.echoing()));
    FAIL("no error");
  } catch (const ListenError& error) {
    const std::string text = error.what();
    CHECK(text.find("127.0.0.1:" + std::to_string(taken.port)) != std::string::npos);
    CHECK(text.find("ddress already in use") != std::string::npos);
  }
  CHECK_THROWS_AS(static_cast<void>(world.network.listen({"localhost", 0}, world.echoing())),
                  ListenError);
}

TEST_CASE("IPv6 addresses are listened on and connected to") {
  World world;
  try {
    world.listener = world.network.listen({"::1", 0}, world.echoing());
  } catch (const ListenError&) {  // a machine without IPv6
    return;
  }

  CHECK(world.threads.run_until(exchange_plain(world.network, world.listener->local(), "six")) ==
        "six");
}

TEST_CASE("nothing listens: the connection is refused") {
  World world;
  world.listener = world.network.listen({"127.0.0.1", 0}, world.echoing());
  const Endpoint gone = world.listener->local();
  world.threads.run_until(world.listener->stop());
  world.listener.reset();

  CHECK_THROWS_AS(world.threads.run_until(exchange_plain(world.network, gone, "x")), PeerGone);
}

TEST_CASE("TLS carries bytes both ways and is verified by name") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  World world;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, world.echoing());
  const Endpoint at = world.listener->local();
  const std::string& trusted = files.certificate_chain;

  CHECK(world.threads.run_until(exchange_tls(world.network, at, {"matrix.example", trusted})) ==
        "over TLS");
  CHECK_THROWS_AS(
      world.threads.run_until(exchange_tls(world.network, at, {"other.example", trusted})),
      PeerGone);
  CHECK_THROWS_AS(world.threads.run_until(exchange_tls(world.network, at, {"matrix.example", ""})),
                  PeerGone);
}

TEST_CASE("a connection that began in clear goes on in TLS, with the certificate checked") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  World world;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, world.echoing());
  const auto upgrade = [](AsioNetwork& network, Endpoint to, TlsTrust trust) -> Task<std::string> {
    StreamPtr plain = co_await network.connect(to);
    StreamPtr secure = co_await network.start_tls(std::move(plain), std::move(trust));
    CHECK(secure->is_secure());
    CHECK(secure->peer().port == to.port);
    co_return co_await exchange(std::move(secure), "after the greeting");
  };
  const Endpoint at = world.listener->local();
  const std::string& trusted = files.certificate_chain;

  CHECK(world.threads.run_until(upgrade(world.network, at, {"matrix.example", trusted})) ==
        "after the greeting");
  CHECK_THROWS_AS(world.threads.run_until(upgrade(world.network, at, {"other.example", trusted})),
                  PeerGone);
}

TEST_CASE("a megabyte crosses TLS unharmed") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  World world;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, world.echoing());
  const auto client = [](World& in, std::string trusted) -> Task<bool> {
    const std::string text(1'000'000, 'm');
    auto stream =
        co_await in.network.connect_tls(in.listener->local(), TlsTrust{"matrix.example", trusted});
    co_return co_await exchange(std::move(stream), text) == text;
  };

  CHECK(world.threads.run_until(client(world, files.certificate_chain)));
}

TEST_CASE("a peer that does not speak TLS is dropped, and the listener goes on") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  World world;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, world.echoing());
  const Endpoint at = world.listener->local();

  const std::string got =
      world.threads.run_until([](AsioNetwork& network, Endpoint to) -> Task<std::string> {
        auto stream = co_await network.connect(to);
        co_await stream->write_all("GET / HTTP/1.1\r\n\r\n");
        try {
          co_return co_await read_to_end(*stream);
        } catch (const PeerGone&) {
          co_return "";
        }
      }(world.network, at));

  CHECK(got.find("HTTP") == std::string::npos);
  CHECK(world.threads.run_until(exchange_tls(
            world.network, at, {"matrix.example", files.certificate_chain})) == "over TLS");
}

TEST_CASE("stopping a listener breaks off handshakes that never end") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  World world;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, world.echoing());
  const StreamPtr silent = world.threads.run_until(world.network.connect(world.listener->local()));

  world.threads.run_until(world.listener->stop());

  CHECK(world.group.running() == 0);
}

TEST_CASE("new connections get the certificate that was reloaded; a bad one changes nothing") {
  const support::TemporaryFolder folder;
  const support::TemporaryFolder old_folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  const std::string old_certificate = old_folder.path() + "/old.pem";
  std::filesystem::copy_file(files.certificate_chain, old_certificate);
  World world;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, world.echoing());
  const Endpoint at = world.listener->local();
  const TlsTrust trust_old{"matrix.example", old_certificate};
  const TlsTrust trust_new{"matrix.example", files.certificate_chain};

  support::write_certificate(folder.path(), "matrix.example");
  CHECK(world.threads.run_until(exchange_tls(world.network, at, trust_old)) == "over TLS");
  world.network.reload_certificates();
  CHECK(world.threads.run_until(exchange_tls(world.network, at, trust_new)) == "over TLS");
  CHECK_THROWS_AS(world.threads.run_until(exchange_tls(world.network, at, trust_old)), PeerGone);

  std::ofstream(files.private_key) << "no key";
  CHECK_THROWS_AS(world.network.reload_certificates(), ListenError);
  CHECK(world.threads.run_until(exchange_tls(world.network, at, trust_new)) == "over TLS");
}

TEST_CASE("a certificate that cannot be read is a listen error that names the file") {
  World world;

  CHECK_THROWS_WITH_AS(static_cast<void>(world.network.listen_tls(
                           {"127.0.0.1", 0}, {"/nowhere/a.pem", "b.pem"}, world.echoing())),
                       doctest::Contains("/nowhere/a.pem"), ListenError);
}

TEST_CASE("a watch sees a hang-up, does not eat bytes, and can be stopped") {
  World world(1);
  Handover<bool> seen;
  const auto serve = [](StreamPtr stream, Handover<bool> out) -> Task<> {
    const bool first = co_await stream->watch_for_hang_up();
    std::array<char, 10> part{};
    const std::size_t count = co_await stream->read_some(part);
    const bool second = co_await stream->watch_for_hang_up();
    out.set(!first && count == 5 && second);
  };
  world.listener = world.network.listen({"127.0.0.1", 0}, [&](StreamPtr stream) {
    world.group.spawn(serve(std::move(stream), seen));
  });
  const auto client = [](World& in) -> Task<> {
    auto stream = co_await in.network.connect(in.listener->local());
    co_await stream->write_all("hello");
    co_await yield_now();
  };

  world.threads.run_until(client(world));

  CHECK(world.threads.run_until(seen.wait()));
}

TEST_CASE("a watch sees a hang-up over TLS, and does not eat bytes") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  World world(1);
  Handover<bool> seen;
  const auto serve = [](StreamPtr stream, Handover<bool> out) -> Task<> {
    const bool first = co_await stream->watch_for_hang_up();
    std::array<char, 10> part{};
    const std::size_t count = co_await stream->read_some(part);
    const bool second = co_await stream->watch_for_hang_up();
    out.set(!first && count == 5 && second);
  };
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, [&](StreamPtr stream) {
    world.group.spawn(serve(std::move(stream), seen));
  });
  const auto client = [](World& in, std::string trusted) -> Task<> {
    auto stream =
        co_await in.network.connect_tls(in.listener->local(), TlsTrust{"matrix.example", trusted});
    co_await stream->write_all("hello");
    co_await stream->shut_down();
  };

  world.threads.run_until(client(world, files.certificate_chain));

  CHECK(world.threads.run_until(seen.wait()));
}

namespace {

// More than the buffers of both sockets hold: whoever writes it waits for whoever reads.
std::string long_answer() {
  std::string text(std::size_t{24} * 1'024 * 1'024, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 7 % 251);
  return text;
}

// One side of a connection that writes at length to a peer who does not read, and watches it.
struct Watching {
  Handover<bool> seen;          // whether the peer was gone, by the watch
  Handover<bool> was_waiting;   // whether the write waited for it then
  Handover<std::string> after;  // what was read behind the watch; "gone" when nothing can be
  bool is_written = false;

  static Task<> write(Stream& stream, const std::string& text, bool& is_done) {
    try {
      co_await stream.write_all(text);
      is_done = true;
    } catch (const PeerGone&) {  // of those who hang up
    }
  }
  static Task<> serve(Watching& self, StreamPtr stream, const std::string& text) {
    TaskGroup writing("writing");
    writing.spawn(write(*stream, text, self.is_written));
    co_await yield_now();  // it begins, and fills the buffers
    const bool is_gone = co_await stream->watch_for_hang_up();
    self.was_waiting.set(!self.is_written);
    self.seen.set(is_gone);
    co_await writing.join();
    std::array<char, 10> part{};
    std::string got = "gone";
    if (!is_gone) got.assign(part.data(), co_await stream->read_some(part));
    self.after.set(got);
  }
};

}  // namespace

TEST_CASE("over TLS a watch sees what is said while a long answer waits to be read, unharmed") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  const std::string text = long_answer();
  World world(1);
  Watching watching;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, [&](StreamPtr stream) {
    world.group.spawn(Watching::serve(watching, std::move(stream), text));
  });
  const auto client = [](World& in, Watching& other, std::string trusted,
                         const std::string& wanted) -> Task<bool> {
    auto stream =
        co_await in.network.connect_tls(in.listener->local(), TlsTrust{"matrix.example", trusted});
    co_await stream->write_all("more");
    const bool is_gone = co_await other.seen.wait();  // and reads only then
    std::string got;
    std::array<char, 65'536> part{};
    while (got.size() < wanted.size()) {
      const std::size_t count = co_await stream->read_some(part);
      if (count == 0) break;
      got.append(part.data(), count);
    }
    co_return !is_gone && got == wanted;
  };

  CHECK(world.threads.run_until(client(world, watching, files.certificate_chain, text)));
  CHECK(world.threads.run_until(watching.was_waiting.wait()));
  CHECK(world.threads.run_until(watching.after.wait()) == "more");
}

TEST_CASE("over TLS a watch sees a hang-up while a long answer waits to be read") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  const std::string text = long_answer();
  World world(1);
  Watching watching;
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, [&](StreamPtr stream) {
    world.group.spawn(Watching::serve(watching, std::move(stream), text));
  });
  const auto client = [](World& in, std::string trusted) -> Task<> {
    auto stream =
        co_await in.network.connect_tls(in.listener->local(), TlsTrust{"matrix.example", trusted});
    std::array<char, 10> part{};
    (void)co_await stream->read_some(part);  // the answer has begun
  };

  world.threads.run_until(client(world, files.certificate_chain));

  CHECK(world.threads.run_until(watching.seen.wait()));
  CHECK(world.threads.run_until(watching.was_waiting.wait()));
  CHECK(world.threads.run_until(watching.after.wait()) == "gone");
  CHECK_FALSE(watching.is_written);
}

TEST_CASE("a reset connection is PeerGone to a reader and a hang-up to a watch") {
  World world(1);
  Handover<bool> seen;
  const auto watch = [](StreamPtr stream, Handover<bool> out) -> Task<> {
    out.set(co_await stream->watch_for_hang_up());
  };
  const auto read = [](StreamPtr stream, Handover<bool> out) -> Task<> {
    std::array<char, 10> part{};
    try {
      co_await stream->read_some(part);
      out.set(false);
    } catch (const PeerGone&) {
      out.set(true);
    }
  };
  bool reads = false;
  SUBCASE("to a reader") { reads = true; }
  SUBCASE("to a watch") {}
  world.listener = world.network.listen({"127.0.0.1", 0}, [&](StreamPtr stream) {
    world.group.spawn(reads ? read(std::move(stream), seen) : watch(std::move(stream), seen));
  });

  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(world.listener->local().port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  const linger reset_on_close{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset_on_close, sizeof reset_on_close);
  ::close(socket);

  CHECK(world.threads.run_until(seen.wait()));
}

TEST_CASE("a watch that is stopped says that the peer is there") {
  World world(1);
  world.listener = world.network.listen({"127.0.0.1", 0}, world.echoing());
  const auto client = [](World& in) -> Task<bool> {
    auto stream = co_await in.network.connect(in.listener->local());
    TaskGroup group("watch");
    bool gone = true;
    const auto watch = [](Stream& watched, bool& out) -> Task<> {
      out = co_await watched.watch_for_hang_up();
    };
    group.spawn(watch(*stream, gone));
    co_await yield_now();
    stream->stop_watching();
    co_await group.join();
    co_return gone;
  };

  CHECK_FALSE(world.threads.run_until(client(world)));
}

TEST_CASE("writing to a peer that has closed ends as PeerGone") {
  const support::TemporaryFolder folder;
  const TlsFiles files = support::write_certificate(folder.path(), "matrix.example");
  World world;
  const auto write_for_ever = [](StreamPtr stream) -> Task<> {
    const std::string block(64 * 1024, 'x');
    while (true) co_await stream->write_all(block);
  };
  std::atomic<int> gone = 0;
  const auto serve = [&](StreamPtr stream) {
    world.group.spawn([](Task<> writing, std::atomic<int>& count) -> Task<> {
      try {
        co_await std::move(writing);
      } catch (const PeerGone&) {
        ++count;
      }
    }(write_for_ever(std::move(stream)), gone));
  };
  world.listener = world.network.listen_tls({"127.0.0.1", 0}, files, serve);
  const auto client = [](World& in, std::string trusted) -> Task<> {
    auto stream =
        co_await in.network.connect_tls(in.listener->local(), TlsTrust{"matrix.example", trusted});
    std::array<char, 10> part{};
    co_await stream->read_some(part);
  };

  world.threads.run_until(client(world, files.certificate_chain));
  world.threads.run_until(world.group.join());

  CHECK(gone == 1);
}

}  // namespace chancery::runtime
