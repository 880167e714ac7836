// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/ares_resolver.hpp"

#include "runtime/deadline.hpp"
#include "runtime/detail/asio_scheduler.hpp"
#include "runtime/detail/socket_address.hpp"
#include "runtime/detail/socket_stream.hpp"
#include "runtime/wait.hpp"

#include <ares.h>
#include <array>
#include <list>
#include <memory>
#include <netdb.h>
#include <stdexcept>
#include <sys/time.h>

namespace chancery::runtime {
namespace {

// Unanswered, the first question to a server waits as long, later ones longer.
constexpr int kServerTime = 2000;  // milliseconds
constexpr int kTries = 3;
constexpr int kInternet = 1;  // RFC 1035, 3.2.4
constexpr int kService = 33;  // RFC 2782

[[noreturn]] void fail(int status) {
  throw std::runtime_error(std::string("the resolver cannot start: ") + ares_strerror(status));
}

// One question to c-ares, with a channel of its own: channels belong to one thread.
class Lookup {
 public:
  explicit Lookup(const AresResolver::Settings& settings) {
    ares_options options{};
    options.flags = ARES_FLAG_NOSEARCH;
    options.timeout = kServerTime;
    options.tries = kTries;
    const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES;
    if (const int status = ares_init_options(&channel_, &options, mask)) fail(status);
    if (settings.servers.empty()) return;
    const int status = ares_set_servers_ports_csv(channel_, settings.servers.c_str());
    if (status == ARES_SUCCESS) return;
    ares_destroy(channel_);
    fail(status);
  }
  ~Lookup() { ares_destroy(channel_); }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  void ask(const std::string& host) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ares_getaddrinfo(channel_, host.c_str(), nullptr, &hints, &Lookup::take, this);
  }
  void ask_for_service(const std::string& name) {
    ares_query(channel_, name.c_str(), kInternet, kService, &Lookup::take_service, this);
  }
  [[nodiscard]] ares_channel channel() { return channel_; }
  [[nodiscard]] bool is_ended() const { return ended_; }
  [[nodiscard]] std::vector<std::string> addresses() { return std::move(addresses_); }
  [[nodiscard]] std::vector<ServiceRecord> services() { return std::move(services_); }

 private:
  // Also called with an error by the destruction of the channel.
  static void take(void* self, int status, int /*timeouts*/, ares_addrinfo* found) {
    auto& lookup = *static_cast<Lookup*>(self);
    lookup.ended_ = true;
    if (found == nullptr) return;
    const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(found,
                                                                             &ares_freeaddrinfo);
    if (status != ARES_SUCCESS) return;
    for (const ares_addrinfo_node* node = found->nodes; node != nullptr; node = node->ai_next) {
      detail::SocketAddress address;
      if (node->ai_addrlen > sizeof address.storage) continue;
      std::memcpy(&address.storage, node->ai_addr, node->ai_addrlen);
      lookup.addresses_.push_back(detail::to_numeric(address));
    }
  }

  // The same, for the answer to ask_for_service.
  static void take_service(void* self, int status, int /*timeouts*/, unsigned char* answer,
                           int length) {
    auto& lookup = *static_cast<Lookup*>(self);
    lookup.ended_ = true;
    if (status != ARES_SUCCESS) return;
    ares_srv_reply* found = nullptr;
    if (ares_parse_srv_reply(answer, length, &found) != ARES_SUCCESS) return;
    const std::unique_ptr<ares_srv_reply, decltype(&ares_free_data)> owned(found, &ares_free_data);
    for (const ares_srv_reply* record = found; record != nullptr; record = record->next) {
      lookup.services_.push_back({.priority = record->priority,
                                  .weight = record->weight,
                                  .port = record->port,
                                  .target = record->host});
    }
  }

  ares_channel channel_ = nullptr;
  bool ended_ = false;
  std::vector<std::string> addresses_;
  std::vector<ServiceRecord> services_;
};

// The sockets on which c-ares waits at the moment. They stay its own.
class Watched {
 public:
  Watched(boost::asio::io_context& context, ares_channel channel) {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const auto bits =
        static_cast<unsigned>(ares_getsock(channel, sockets.data(), ARES_GETSOCK_MAXNUM));
    for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      const bool reads = (bits & (1U << i)) != 0;
      const bool writes = (bits & (1U << (i + ARES_GETSOCK_MAXNUM))) != 0;
      if (!reads && !writes) continue;
      detail::Descriptor& descriptor = descriptors_.emplace_back(context, sockets.at(i));
      if (reads) watch(descriptor, detail::Descriptor::wait_read);
      if (writes) watch(descriptor, detail::Descriptor::wait_write);
    }
  }
  ~Watched() {
    for (detail::Descriptor& each : descriptors_) static_cast<void>(each.release());
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;

  struct Ready {
    ares_socket_t readable = ARES_SOCKET_BAD;
    ares_socket_t writable = ARES_SOCKET_BAD;
  };
  // What is ready; nothing when `time` is over first. Throws Cancelled.
  Task<std::vector<Ready>> wait(base::Milliseconds time, CancelToken cancel) {
    const SteadyTime until = Scheduler::current().clock().steady_now() + time;
    const std::shared_ptr<State> state = state_;
    if (state->ready.empty()) static_cast<void>(co_await state->news.wait(0, until, cancel));
    co_return state->ready;
  }

 private:
  struct State {
    Bell news;  // nobody has rung it before: its first ticket is 0
    std::vector<Ready> ready;
  };

  void watch(detail::Descriptor& descriptor, detail::Descriptor::wait_type what) {
    const ares_socket_t socket = descriptor.native_handle();
    const bool reads = what == detail::Descriptor::wait_read;
    descriptor.async_wait(
        what, [state = state_, socket, reads](const boost::system::error_code& error) {
          if (error) return;
          state->ready.push_back(reads ? Ready{.readable = socket} : Ready{.writable = socket});
          state->news.ring();
        });
  }

  std::shared_ptr<State> state_ = std::make_shared<State>();
  std::list<detail::Descriptor> descriptors_;
};

base::Milliseconds time_until_retry(ares_channel channel, base::Milliseconds most) {
  timeval longest{.tv_sec = most.count() / 1000, .tv_usec = most.count() % 1000 * 1000};
  timeval length{};
  const timeval* const found = ares_timeout(channel, &longest, &length);
  return base::Milliseconds(found->tv_sec * 1000 + found->tv_usec / 1000 + 1);
}

Task<> drive(Lookup& lookup, const Deadline& deadline) {
  auto& context = detail::AsioScheduler::current().context();
  while (!lookup.is_ended()) {
    std::vector<Watched::Ready> ready;
    {
      // Let go before c-ares closes what it needs no more.
      Watched watched(context, lookup.channel());
      ready = co_await watched.wait(time_until_retry(lookup.channel(), deadline.left()),
                                    deadline.token());
    }
    if (ready.empty()) ready.emplace_back();  // so that it sees what has timed out
    for (const auto& [readable, writable] : ready) {
      ares_process_fd(lookup.channel(), readable, writable);
    }
  }
}

// Returns when it is answered, or `time` is over.
Task<> end(Lookup& lookup, base::Milliseconds time, CancelToken cancel) {
  const Deadline deadline(time, cancel);
  try {
    co_await drive(lookup, deadline);
  } catch (const Cancelled&) {  // our own deadline is an answer, the caller's wish is not
    cancel.throw_if_cancelled();
  }
}

}  // namespace

AresResolver::AresResolver() : AresResolver(Settings{}) {}

AresResolver::AresResolver(Settings settings) : settings_(std::move(settings)) {
  if (const int status = ares_library_init(ARES_LIB_INIT_ALL)) fail(status);
}

AresResolver::~AresResolver() { ares_library_cleanup(); }

Task<std::vector<std::string>> AresResolver::resolve(std::string host, CancelToken cancel) {
  if (detail::find_socket_address({.address = host, .port = 0})) co_return std::vector{host};
  Lookup lookup(settings_);
  lookup.ask(host);
  co_await end(lookup, settings_.time, std::move(cancel));
  co_return lookup.addresses();
}

Task<std::vector<ServiceRecord>> AresResolver::find_service(std::string name, CancelToken cancel) {
  Lookup lookup(settings_);
  lookup.ask_for_service(name);
  co_await end(lookup, settings_.time, std::move(cancel));
  co_return lookup.services();
}

}  // namespace chancery::runtime
