// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One connection of the server: requests in, responses out, one after the other.
//
// Pipelined requests wait in the input buffer; their responses therefore keep their order.
//
// Concurrency: the scheduler of its stream.
// Lifetime:    owned by its own task, `run`.

#include "http/detail/head_scanner.hpp"
#include "http/detail/heads.hpp"
#include "http/detail/input_buffer.hpp"
#include "http/detail/request_body.hpp"
#include "http/detail/response_writer.hpp"
#include "http/detail/sweeper.hpp"
#include "http/detail/unread_answers.hpp"
#include "http/server.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"

#include <atomic>
#include <coroutine>
#include <memory>
#include <string>

namespace chancery::http::detail {

// What the connections of one server share.
struct ServerContext {
  ServerContext(Limits given, Handler with, Refuse otherwise)
      : limits(given),
        handler(std::move(with)),
        refuse(std::move(otherwise)),
        unread{.most = given.unread_bytes} {}

  const Limits limits;
  const Handler handler;
  const Refuse refuse;
  UnreadMemory unread;
  std::atomic<bool> stopping = false;
  std::atomic<std::size_t> connections = 0;
  runtime::Bell ended;  // a connection, while stopping
  runtime::TaskGroup group{"http"};
};

class Connection final : public Swept, public RequestBody::Waits {
 public:
  Connection(std::shared_ptr<ServerContext> server, std::shared_ptr<Sweeper> sweeper,
             runtime::StreamPtr stream);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Serves until the connection ends.
  static runtime::Task<> run(std::unique_ptr<Connection> connection);
  // Answers 503 to whatever is asked and closes.
  static runtime::Task<> turn_away(std::unique_ptr<Connection> connection);

  void tick(runtime::SteadyTime now) override;
  void close_if_idle() override;
  void break_off() override;
  void begin_body_wait() override;
  void end_body_wait() override;

 private:
  enum class Phase : std::uint8_t { idle, head, handling, body, writing, closing };
  enum class Next : std::uint8_t { request, close, drop };
  enum class Arrival : std::uint8_t { head, refused, ended };

  void enter(Phase phase, std::chrono::milliseconds time_allowed);
  // What a request that waits for minutes holds is to be small. The compiler puts the frame of an
  // inlined task into its awaiter's, for as long as that lives; so those that are over before, or
  // come after, are kept out of line.
  runtime::Task<> serve_requests();
  runtime::Task<Next> serve_request();
  // Waits for a request and its whole head; the head is then the front of the input.
  [[gnu::noinline]] runtime::Task<Arrival> receive_head();
  // Reads the head, which is there; status 0: the request is good. Out of line, so that the frame
  // that lies there while the handler waits has no room for it.
  [[gnu::noinline]] Refusal take_head(Request& request, RequestShape& shape);
  runtime::Task<bool> receive();
  runtime::Task<> ask_handler(Request& request, Response& response);
  [[gnu::noinline]] runtime::Task<Next> refuse(Refusal refusal, RequestShape shape);
  [[gnu::noinline]] runtime::Task<Next> respond(Response& response, RequestShape shape);
  runtime::Task<> write(std::string_view bytes);
  // What is of a response that `hold` counts.
  runtime::Task<> write_held(std::string_view bytes, UnreadAnswers::Hold& hold);
  runtime::Task<Next> write_source(BodySource& source, std::string head, ResponsePlan plan);
  // Reads over the rest of a request's body, if that is cheap.
  [[gnu::noinline]] runtime::Task<Next> drain_body();
  // Closes so that the peer gets what was written to it.
  [[gnu::noinline]] runtime::Task<> close_gently();

  // The watch for a hang-up begins when a handler takes long, and goes on until the peer says
  // something or is gone: it is the wait for the next request too.
  void start_watch();
  runtime::Task<> watch();
  struct WatchEnded;
  // No read may begin, and the connection not end, before the watch has.
  [[gnu::noinline]] runtime::Task<> end_watch();

  const std::shared_ptr<ServerContext> server_;
  const std::shared_ptr<Sweeper> sweeper_;
  const runtime::StreamPtr stream_;
  Sweeper::Place place_;
  InputBuffer input_;
  HeadScanner scanner_;
  RequestBody body_;
  runtime::CancelSource gone_;
  Phase phase_ = Phase::idle;
  runtime::SteadyTime deadline_ = runtime::SteadyTime::max();
  std::size_t served_without_wait_ = 0;
  unsigned ticks_ = 0;  // while this request is handled
  bool watch_wanted_ = false;
  bool watching_ = false;
  std::coroutine_handle<> awaiting_watch_;
};

}  // namespace chancery::http::detail
