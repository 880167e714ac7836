// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_network.hpp"

#include "runtime/wait.hpp"

#include <algorithm>
#include <set>

namespace chancery::support {
namespace {

using runtime::Endpoint;
using runtime::PeerGone;
using runtime::StreamPtr;
using runtime::Task;

// One direction of a connection.
struct Pipe {
  std::string bytes;
  bool ended = false;   // nothing more is written
  bool broken = false;  // nobody reads any more, or the connection is lost
  runtime::Bell changed;
};

enum class Security : std::uint8_t { plain, secure };

class MemoryStream final : public runtime::Stream {
 public:
  struct Ends {
    std::shared_ptr<Pipe> in;
    std::shared_ptr<Pipe> out;
    Endpoint peer;
  };
  MemoryStream(Ends ends, MemoryLink link, Security security)
      : ends_(std::move(ends)), link_(link), security_(security) {}
  ~MemoryStream() override { close(); }

  Task<> wait_readable() override {
    while (!closed_ && !is_readable()) co_await ends_.in->changed.wait(ends_.in->changed.ticket());
  }

  Task<std::size_t> read_some(std::span<char> into) override {
    co_await wait_readable();
    if (closed_) throw PeerGone("closed");
    Pipe& pipe = *ends_.in;
    if (pipe.broken) throw PeerGone("connection lost");
    const std::size_t count = std::min({into.size(), pipe.bytes.size(), link_.longest_read});
    pipe.bytes.copy(into.data(), count);
    pipe.bytes.erase(0, count);
    pipe.changed.ring();
    co_return count;
  }

  Task<> write_all(std::string_view bytes) override {
    const std::shared_ptr<Pipe> pipe = ends_.out;
    while (!bytes.empty()) {
      const std::uint64_t ticket = pipe->changed.ticket();
      if (closed_ || pipe->broken || pipe->ended) throw PeerGone("connection lost");
      const std::size_t room = link_.capacity - std::min(link_.capacity, pipe->bytes.size());
      if (room == 0) {
        co_await pipe->changed.wait(ticket);
        continue;
      }
      pipe->bytes += bytes.substr(0, room);
      bytes.remove_prefix(std::min(room, bytes.size()));
      pipe->changed.ring();
    }
  }

  Task<bool> watch_for_hang_up() override {
    watching_ = true;
    while (watching_ && !closed_ && !is_readable()) {
      co_await ends_.in->changed.wait(ends_.in->changed.ticket());
    }
    if (!watching_) co_return false;
    watching_ = false;
    co_return closed_ || ends_.in->broken || ends_.in->bytes.empty();
  }

  void stop_watching() override {
    watching_ = false;
    ends_.in->changed.ring();
  }

  Task<> shut_down() override {
    ends_.out->ended = true;
    ends_.out->changed.ring();
    co_return;
  }

  void close() override {
    if (closed_) return;
    closed_ = true;
    ends_.out->ended = true;
    ends_.out->changed.ring();
    ends_.in->broken = true;
    ends_.in->changed.ring();
  }

  void break_both() {
    for (const auto& pipe : {ends_.in, ends_.out}) {
      pipe->broken = true;
      pipe->changed.ring();
    }
  }

  [[nodiscard]] Endpoint peer() const override { return ends_.peer; }
  [[nodiscard]] bool is_secure() const override { return security_ == Security::secure; }
  void become_secure() { security_ = Security::secure; }

 private:
  [[nodiscard]] bool is_readable() const {
    return !ends_.in->bytes.empty() || ends_.in->ended || ends_.in->broken;
  }

  Ends ends_;
  MemoryLink link_;
  Security security_;
  bool closed_ = false;
  bool watching_ = false;
};

StreamPair make_pair(MemoryLink link, Security security, const Endpoint& at) {
  const auto up = std::make_shared<Pipe>();
  const auto down = std::make_shared<Pipe>();
  const Endpoint client{"127.0.0.1", 40'000};
  return {std::make_unique<MemoryStream>(MemoryStream::Ends{down, up, at}, link, security),
          std::make_unique<MemoryStream>(MemoryStream::Ends{up, down, client}, link, security)};
}

}  // namespace

StreamPair make_stream_pair(MemoryLink link) {
  return make_pair(link, Security::plain, {"127.0.0.1", 80});
}

void break_connection(runtime::Stream& stream) { dynamic_cast<MemoryStream&>(stream).break_both(); }

struct MemoryNetwork::State {
  struct Listening {
    runtime::AcceptStream accept;
    Security security;
    std::string name;  // of its certificate
  };
  MemoryLink link;
  std::set<std::pair<std::string, std::uint16_t>> swallowed;
  std::vector<Endpoint> attempts;
  std::map<std::pair<std::string, std::uint16_t>, Listening> listeners;
  std::uint16_t next_port = 10'000;
};

namespace {

class MemoryListener final : public runtime::Listener {
 public:
  MemoryListener(std::shared_ptr<MemoryNetwork::State> state, Endpoint at)
      : state_(std::move(state)), at_(std::move(at)) {}
  ~MemoryListener() override { state_->listeners.erase({at_.address, at_.port}); }
  [[nodiscard]] Endpoint local() const override { return at_; }
  Task<> stop() override {
    state_->listeners.erase({at_.address, at_.port});
    co_return;
  }

 private:
  std::shared_ptr<MemoryNetwork::State> state_;
  Endpoint at_;
};

std::unique_ptr<runtime::Listener> listen_on(const std::shared_ptr<MemoryNetwork::State>& state,
                                             Endpoint at,
                                             MemoryNetwork::State::Listening listening) {
  if (at.port == 0) at.port = state->next_port++;
  if (!state->listeners.try_emplace({at.address, at.port}, std::move(listening)).second) {
    throw runtime::ListenError(at.address + ": address already in use");
  }
  return std::make_unique<MemoryListener>(state, std::move(at));
}

}  // namespace

MemoryNetwork::MemoryNetwork(MemoryLink link) : state_(std::make_shared<State>()) {
  state_->link = link;
}

std::unique_ptr<runtime::Listener> MemoryNetwork::listen(const Endpoint& at,
                                                         runtime::AcceptStream accept) {
  return listen_on(state_, at, {std::move(accept), Security::plain, {}});
}

std::unique_ptr<runtime::Listener> MemoryNetwork::listen_tls(const Endpoint& at,
                                                             const runtime::TlsFiles& files,
                                                             runtime::AcceptStream accept) {
  return listen_on(state_, at, {std::move(accept), Security::secure, files.certificate_chain});
}

void MemoryNetwork::swallow(const Endpoint& at) { state_->swallowed.emplace(at.address, at.port); }

const std::vector<Endpoint>& MemoryNetwork::attempts() const { return state_->attempts; }

namespace {

Task<StreamPtr> connect_to(std::shared_ptr<MemoryNetwork::State> state, Endpoint to,
                           std::string name, runtime::CancelToken cancel) {
  state->attempts.push_back(to);
  if (state->swallowed.contains({to.address, to.port})) {
    co_await runtime::sleep_for(std::chrono::minutes(2), cancel);
    throw PeerGone(to.address + ": timed out");
  }
  co_await runtime::yield_now();
  const auto listening = state->listeners.find({to.address, to.port});
  if (listening == state->listeners.end()) throw PeerGone(to.address + ": connection refused");
  const std::string& certified = listening->second.name;
  if (!name.empty() && !certified.empty() && name != certified) {
    throw PeerGone(to.address + ": the certificate is for " + certified);
  }
  StreamPair pair = make_pair(state->link, listening->second.security, to);
  const runtime::AcceptStream accept = listening->second.accept;
  accept(std::move(pair.server));
  co_return std::move(pair.client);
}

}  // namespace

Task<StreamPtr> MemoryNetwork::connect(Endpoint to, runtime::CancelToken cancel) {
  return connect_to(state_, std::move(to), {}, std::move(cancel));
}

void MemoryNetwork::certify(const Endpoint& at, std::string name) {
  state_->listeners.at({at.address, at.port}).name = std::move(name);
}

Task<StreamPtr> MemoryNetwork::start_tls(StreamPtr plain, runtime::TlsTrust trust,
                                         runtime::CancelToken /*cancel*/) {
  const Endpoint peer = plain->peer();
  const auto listening = state_->listeners.find({peer.address, peer.port});
  const std::string certified =
      listening == state_->listeners.end() ? std::string() : listening->second.name;
  if (!certified.empty() && trust.name != certified) {
    throw PeerGone(peer.address + ": the certificate is for " + certified);
  }
  dynamic_cast<MemoryStream&>(*plain).become_secure();
  co_return std::move(plain);
}

Task<StreamPtr> MemoryNetwork::connect_tls(Endpoint to, runtime::TlsTrust trust,
                                           runtime::CancelToken cancel) {
  return connect_to(state_, std::move(to), std::move(trust.name), std::move(cancel));
}

}  // namespace chancery::support
