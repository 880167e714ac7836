// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

#include "http/detail/chunk_decoder.hpp"
#include "http/detail/heads.hpp"
#include "http/detail/input_buffer.hpp"
#include "runtime/scheduler.hpp"

#include <fmt/format.h>

#include <iterator>

namespace chancery::http {
namespace {

using runtime::PeerGone;
using runtime::Task;

constexpr std::size_t kLongestHead = 64 * 1024;

// One connection and what was received on it.
class Exchange {
 public:
  explicit Exchange(runtime::StreamPtr stream) : stream_(std::move(stream)) {}

  runtime::Stream& stream() { return *stream_; }
  // True: the server may have closed it for having been idle, before it read anything.
  [[nodiscard]] bool is_untouched() const { return !received_any_; }
  [[nodiscard]] bool is_reusable() const { return reusable_; }

  Task<ClientResponse> run(const ClientRequest& request, const std::string& bytes) {
    received_any_ = reusable_ = false;
    co_await stream_->write_all(bytes);
    detail::ResponseHead head = co_await read_head();
    while (head.status >= 100 && head.status < 200) head = co_await read_head();
    ClientResponse response{.status = head.status, .headers = std::move(head.headers), .body = {}};
    const bool has_body =
        request.method != Method::head && head.status != 204 && head.status != 304;
    const bool to_end = has_body && !head.framing.chunked && !head.framing.content_length;
    if (has_body) response.body = co_await read_body(head.framing, request.longest_body);
    reusable_ = head.framing.keeps_alive && !to_end && input_.is_empty();
    co_return response;
  }

 private:
  Task<bool> receive() {
    const std::size_t count = co_await stream_->read_some(input_.room());
    input_.add(count);
    if (count > 0) received_any_ = true;
    co_return count > 0;
  }

  Task<detail::ResponseHead> read_head() {
    std::size_t end = input_.bytes().find("\r\n\r\n");
    while (end == std::string_view::npos) {
      if (input_.bytes().size() > kLongestHead) throw PeerGone("response head too long");
      if (!co_await receive()) throw PeerGone("no response");
      end = input_.bytes().find("\r\n\r\n");
    }
    detail::ResponseHead head = detail::parse_response_head(input_.bytes().substr(0, end + 4));
    input_.consume(end + 4);
    if (head.status == 0) throw PeerGone("malformed response head");
    co_return head;
  }

  // Takes what is there into `body`; true when the body is whole.
  bool take(const detail::Framing& framing, std::string& body, std::size_t longest) {
    std::string_view bytes = input_.bytes();
    const std::size_t before = bytes.size();
    bool is_whole = false;
    if (framing.chunked) {
      const auto result = decoder_.feed(bytes, body, longest + 1);
      if (result == detail::ChunkDecoder::Result::broken) throw PeerGone("broken chunked body");
      is_whole = result == detail::ChunkDecoder::Result::complete;
    } else {
      const std::size_t left = framing.content_length.value_or(longest + 1) - body.size();
      body += bytes.substr(0, left);
      bytes.remove_prefix(std::min(left, bytes.size()));
      is_whole = framing.content_length == body.size();
    }
    input_.consume(before - bytes.size());
    if (body.size() > longest) throw PeerGone("response body too long");
    return is_whole;
  }

  Task<std::string> read_body(const detail::Framing& framing, std::size_t longest) {
    if (framing.content_length.value_or(0) > longest) throw PeerGone("response body too long");
    decoder_ = {};
    std::string body;
    while (!take(framing, body, longest)) {
      if (co_await receive()) continue;
      if (framing.chunked || framing.content_length) throw PeerGone("the response broke off");
      break;
    }
    co_return body;
  }

  runtime::StreamPtr stream_;
  detail::InputBuffer input_;
  detail::ChunkDecoder decoder_;
  bool received_any_ = false;
  bool reusable_ = false;
};

std::string write_request(const ClientRequest& request, const std::string& host) {
  std::string out;
  fmt::format_to(std::back_inserter(out), "{} {} HTTP/1.1\r\n", method_name(request.method),
                 request.target);
  if (!request.headers.find("Host")) {
    fmt::format_to(std::back_inserter(out), "Host: {}\r\n", host);
  }
  for (const auto& [name, value] : request.headers.fields()) {
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
  }
  const bool may_have_body = request.method == Method::post || request.method == Method::put;
  if (may_have_body || !request.body.empty()) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", request.body.size());
  }
  out += "\r\n";
  out += request.body;
  return out;
}

// Closes the stream of a running exchange when its time is up or it is cancelled.
class Guard {
 public:
  Guard(runtime::Stream& stream, std::chrono::seconds time, const runtime::CancelToken& cancel)
      : stream_(std::make_shared<runtime::Stream*>(&stream)),
        scheduler_(runtime::Scheduler::current()),
        timer_(scheduler_.start_timer(scheduler_.clock().steady_now() + time,
                                      [stream = stream_] { (*stream)->close(); })),
        on_cancel_(cancel, [stream = stream_, &scheduler = scheduler_] {
          scheduler.post([stream] {
            if (*stream != nullptr) (*stream)->close();
          });
        }) {}
  ~Guard() {
    scheduler_.cancel_timer(timer_);
    *stream_ = nullptr;
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  std::shared_ptr<runtime::Stream*> stream_;
  runtime::Scheduler& scheduler_;
  runtime::Scheduler::TimerId timer_;
  runtime::CancelCallback on_cancel_;
};

}  // namespace

struct Client::State {
  runtime::Network& network;
  const runtime::Endpoint server;
  const std::optional<runtime::TlsTrust> trust;
  std::vector<std::unique_ptr<Exchange>> kept;

  [[nodiscard]] std::string host() const {
    if (trust) return trust->name;
    const bool is_v6 = server.address.find(':') != std::string::npos;
    return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", server.address, is_v6 ? "]" : "",
                       server.port);
  }

  std::unique_ptr<Exchange> take_kept() {
    if (kept.empty()) return nullptr;
    auto exchange = std::move(kept.back());
    kept.pop_back();
    return exchange;
  }

  Task<std::unique_ptr<Exchange>> connect() {
    runtime::StreamPtr stream;
    if (trust) {
      stream = co_await network.connect_tls(server, *trust);
    } else {
      stream = co_await network.connect(server);
    }
    co_return std::make_unique<Exchange>(std::move(stream));
  }

  // Absent when a kept connection turned out to be closed before the request reached the server.
  Task<std::optional<ClientResponse>> try_kept(const ClientRequest& request,
                                               const runtime::CancelToken& cancel) {
    std::unique_ptr<Exchange> exchange = take_kept();
    if (!exchange) co_return std::nullopt;
    try {
      co_return co_await run(std::move(exchange), request, cancel);
    } catch (const Stale&) {  // closed while it was kept: the caller opens a new one
      co_return std::nullopt;
    }
  }

  struct Stale : PeerGone {
    using PeerGone::PeerGone;
  };

  Task<ClientResponse> run(std::unique_ptr<Exchange> exchange, const ClientRequest& request,
                           const runtime::CancelToken& cancel) {
    const std::string bytes = write_request(request, host());
    ClientResponse response;
    try {
      const Guard guard(exchange->stream(), request.time, cancel);
      response = co_await exchange->run(request, bytes);
    } catch (const PeerGone& error) {  // why it is gone decides what the caller hears
      cancel.throw_if_cancelled();
      if (exchange->is_untouched()) throw Stale(error.what());
      throw;
    }
    if (exchange->is_reusable()) kept.push_back(std::move(exchange));
    co_return response;
  }
};

Client::Client(runtime::Network& network, runtime::Endpoint server,
               std::optional<runtime::TlsTrust> trust)
    : state_(new State{
          .network = network, .server = std::move(server), .trust = std::move(trust), .kept = {}}) {
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

void Client::close() { state_->kept.clear(); }

Task<ClientResponse> Client::request(ClientRequest request, runtime::CancelToken cancel) {
  const std::shared_ptr<State> state = state_;
  cancel.throw_if_cancelled();
  if (auto response = co_await state->try_kept(request, cancel)) co_return std::move(*response);
  co_return co_await state->run(co_await state->connect(), request, cancel);
}

}  // namespace chancery::http
