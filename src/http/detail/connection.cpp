// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/connection.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace chancery::http::detail {
namespace {

using runtime::Task;

// An unread body up to this is read over, so that the connection can be used again.
constexpr std::uint64_t kMostDrained = 64 * 1024;
// How long and how much a closing connection listens on, so that the peer gets the response
// instead of a reset.
constexpr std::chrono::seconds kLinger{2};
constexpr std::size_t kMostLingered = 256 * 1024;
// Bodies up to this go out with their head in one piece; longer ones in slices, each of which
// must make progress within Limits::write_stall.
constexpr std::size_t kShortBody = 16 * 1024;
constexpr std::size_t kSlice = 256 * 1024;

// A handler that runs for so long is watched over: one or two seconds.
constexpr unsigned kTicksBeforeWatch = 2;

constexpr std::chrono::milliseconds kNoDeadline = std::chrono::milliseconds::max();

std::string_view body_text(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) {
    return *shared ? std::string_view(**shared) : std::string_view();
  }
  return {};
}

}  // namespace

// Waits until there is no watch.
struct Connection::WatchEnded {
  Connection& connection;
  bool await_ready() const noexcept { return !connection.watching_; }
  void await_suspend(std::coroutine_handle<> task) { connection.awaiting_watch_ = task; }
  void await_resume() const noexcept {}
};

Connection::Connection(std::shared_ptr<ServerContext> server, std::shared_ptr<Sweeper> sweeper,
                       runtime::StreamPtr stream)
    : server_(std::move(server)),
      sweeper_(std::move(sweeper)),
      stream_(std::move(stream)),
      place_(sweeper_->add(*this)),
      input_(sweeper_->shelf()),
      scanner_({server_->limits.header_bytes, server_->limits.header_fields}),
      body_(*stream_, input_, *this) {
  ++server_->connections;
}

Connection::~Connection() {
  sweeper_->remove(place_);
  --server_->connections;
  if (server_->stopping) server_->ended.ring();
}

void Connection::enter(Phase phase, std::chrono::milliseconds time_allowed) {
  phase_ = phase;
  // The sweeper's time may be a tick behind: one more, so that nobody is cut short.
  deadline_ = time_allowed == kNoDeadline
                  ? runtime::SteadyTime::max()
                  : sweeper_->now() + time_allowed + std::chrono::seconds(1);
}

void Connection::tick(runtime::SteadyTime now) {
  if (now >= deadline_) {
    deadline_ = runtime::SteadyTime::max();
    stream_->close();
    return;
  }
  if (phase_ != Phase::handling || !body_.is_complete()) return;
  input_.release();
  // Most answers are out before the second tick.
  if (++ticks_ == kTicksBeforeWatch && input_.is_empty()) start_watch();
}

void Connection::close_if_idle() {
  if (phase_ == Phase::idle) stream_->close();
}

void Connection::break_off() {
  gone_.cancel();
  stream_->close();
}

void Connection::begin_body_wait() { enter(Phase::body, server_->limits.body_stall); }
void Connection::end_body_wait() { enter(Phase::handling, kNoDeadline); }

Task<> Connection::run(std::unique_ptr<Connection> connection) {
  try {
    co_await connection->serve_requests();
  } catch (const runtime::PeerGone&) {  // peers go; there is nobody left to tell
  }
  co_await connection->end_watch();
}

Task<> Connection::turn_away(std::unique_ptr<Connection> connection) {
  try {
    co_await connection->refuse({503, "too many connections"}, {});
    co_await connection->close_gently();
  } catch (const runtime::PeerGone&) {  // as above
  }
}

Task<> Connection::serve_requests() {
  Next next = Next::request;
  while (next == Next::request) next = co_await serve_request();
  if (next != Next::close) co_return;
  co_await end_watch();
  co_await close_gently();
}

Refusal Connection::take_head(Request& request, RequestShape& shape) {
  const std::string_view head = input_.bytes().substr(0, scanner_.end());
  const RequestHead parsed = parse_request_head(head.substr(scanner_.begin()), request);
  input_.consume(scanner_.end());
  const Framing& framing = parsed.framing;
  const bool stays = framing.keeps_alive && !framing.is_http10;
  shape = {.method = request.method,
           .is_http10 = framing.is_http10,
           .after = stays ? AfterResponse::keep_alive : AfterResponse::close};
  if (parsed.refusal.status != 0) return parsed.refusal;
  if (framing.content_length.value_or(0) > server_->limits.body_bytes) {
    return {413, "body too long"};
  }

  body_.begin(framing, server_->limits.body_bytes);
  request.content_length = framing.content_length;
  request.has_body = !body_.is_complete();
  request.body = &body_;
  request.peer = stream_->peer();
  request.secure = stream_->is_secure();
  request.gone = gone_.token();
  return {};
}

Task<Connection::Next> Connection::serve_request() {
  const Arrival arrival = co_await receive_head();
  if (arrival == Arrival::ended) co_return Next::drop;
  if (arrival == Arrival::refused) co_return co_await refuse(scanner_.refusal(), {});

  Request request;
  RequestShape shape;
  if (const Refusal why = take_head(request, shape); why.status != 0) {
    co_return co_await refuse(why, shape);
  }

  if (body_.is_complete()) input_.release();
  ticks_ = 0;
  enter(Phase::handling, kNoDeadline);
  Response response;
  co_await ask_handler(request, response);
  if (gone_.token().is_cancelled()) co_return Next::drop;

  const bool can_go_on = !server_->stopping && body_.is_sound() && !body_.is_awaiting_continue() &&
                         body_.announced() <= kMostDrained;
  if (!can_go_on) shape.after = AfterResponse::close;
  const Next next = co_await respond(response, shape);
  if (next != Next::request || body_.is_complete()) co_return next;
  co_return co_await drain_body();
}

Task<Connection::Arrival> Connection::receive_head() {
  scanner_ = HeadScanner({server_->limits.header_bytes, server_->limits.header_fields});
  if (input_.is_empty()) {
    served_without_wait_ = 0;
    input_.release();
    enter(Phase::idle, server_->limits.idle);
    if (server_->stopping) co_return Arrival::ended;
    if (watching_) {
      co_await WatchEnded{*this};
    } else {
      co_await stream_->wait_readable();
    }
    enter(Phase::head, server_->limits.header_time);
    if (!co_await receive()) co_return Arrival::ended;
  } else {
    enter(Phase::head, server_->limits.header_time);
    // A heap of pipelined requests must not keep the other connections waiting.
    if (++served_without_wait_ % std::max<std::size_t>(server_->limits.pipelined, 1) == 0) {
      co_await runtime::yield_now();
    }
  }
  while (true) {
    const HeadScanner::Result result = scanner_.scan(input_.bytes());
    if (result == HeadScanner::Result::complete) co_return Arrival::head;
    if (result == HeadScanner::Result::refused) co_return Arrival::refused;
    if (!co_await receive()) co_return Arrival::ended;
  }
}

Task<bool> Connection::receive() {
  const std::size_t count = co_await stream_->read_some(input_.room());
  input_.add(count);
  co_return count > 0;
}

// The handler's own exceptions end here: whoever gives a handler to the server turns them into
// responses; this is for what slipped through.
Task<> Connection::ask_handler(Request& request, Response& response) {
  Refusal refusal;
  try {  // see above
    response = co_await server_->handler(request);
    co_return;
  } catch (const BodyError& error) {
    refusal = {error.status, error.status == 413 ? "body too long" : "broken body"};
  } catch (const runtime::PeerGone&) {
    gone_.cancel();
  } catch (const runtime::Cancelled&) {
    gone_.cancel();
  } catch (const std::exception& error) {
    base::log_error("http_handler_failed", {{"reason", error.what()}});
    refusal = {500, "internal error"};
  }
  // Else it is for nobody.
  if (refusal.status != 0) response = server_->refuse(refusal.status, refusal.reason);
}

Task<Connection::Next> Connection::refuse(Refusal refusal, RequestShape shape) {
  shape.after = AfterResponse::close;
  Response response = server_->refuse(refusal.status, refusal.reason);
  co_return co_await respond(response, shape);
}

Task<Connection::Next> Connection::respond(Response& response, RequestShape shape) {
  const ResponsePlan plan = plan_response(response, shape);
  const std::string_view body =
      plan.form == BodyForm::none ? std::string_view() : body_text(response);
  const std::size_t joined = std::min(body.size(), kShortBody);
  std::string out = sweeper_->shelf().take_text();
  append_head(out, response, plan, sweeper_->date(), joined);
  const Next next = plan.after == AfterResponse::close ? Next::close : Next::request;
  if (auto* source = std::get_if<std::unique_ptr<BodySource>>(&response.body);
      source && *source && plan.form != BodyForm::none) {
    co_return co_await write_source(**source, std::move(out), plan);
  }
  out += body.substr(0, joined);
  if (joined < body.size()) {
    UnreadAnswers::Hold hold(sweeper_->unread(), server_->unread, *this, body.size(),
                             sweeper_->now());
    co_await write_held(out, hold);
    co_await write_held(body.substr(joined), hold);
  } else {
    co_await write(out);
  }
  sweeper_->shelf().put_text(std::move(out));
  co_return next;
}

Task<> Connection::write(std::string_view bytes) {
  while (!bytes.empty()) {
    enter(Phase::writing, server_->limits.write_stall);
    const std::string_view slice = bytes.substr(0, kSlice);
    co_await stream_->write_all(slice);
    bytes.remove_prefix(slice.size());
  }
}

Task<> Connection::write_held(std::string_view bytes, UnreadAnswers::Hold& hold) {
  while (!bytes.empty()) {
    const std::string_view slice = bytes.substr(0, kSlice);
    co_await write(slice);
    hold.note_progress(sweeper_->now());
    bytes.remove_prefix(slice.size());
  }
}

// A source that fails, or gives another length than it said, leaves the peer with a response that
// it can see to be incomplete: the connection is dropped.
Task<Connection::Next> Connection::write_source(BodySource& source, std::string head,
                                                ResponsePlan plan) {
  const bool is_chunked = plan.form == BodyForm::chunked;
  std::uint64_t left = plan.length.value_or(~0ULL);
  std::string out = std::move(head);
  bool failed = false;
  while (true) {
    std::string piece;
    enter(Phase::writing, kNoDeadline);  // while it waits for the source, the peer is not to blame
    try {                                // a source is the handler's too; see above
      piece = co_await source.next();
    } catch (const runtime::PeerGone&) {
      throw;
    } catch (const runtime::Cancelled&) {
      failed = true;
    } catch (const std::exception& error) {
      base::log_error("http_body_failed", {{"reason", error.what()}});
      failed = true;
    }
    if (failed || piece.size() > left) co_return Next::drop;
    left -= piece.size();
    const bool is_last = piece.empty();
    if (is_chunked) {
      fmt::format_to(std::back_inserter(out), "{:x}\r\n{}\r\n", piece.size(), piece);
    } else {
      out += piece;
    }
    co_await write(out);
    out.clear();
    if (is_last) break;
  }
  if (plan.length && left > 0) co_return Next::drop;
  co_return plan.after == AfterResponse::close ? Next::close : Next::request;
}

Task<Connection::Next> Connection::drain_body() {
  std::uint64_t drained = 0;
  try {
    while (!body_.is_complete()) {
      drained += (co_await body_.read_some()).size();
      if (drained > kMostDrained) co_return Next::close;
    }
  } catch (const BodyError&) {  // the response is out; only the connection is lost
    co_return Next::close;
  }
  co_return Next::request;
}

Task<> Connection::close_gently() {
  enter(Phase::closing, kLinger);
  co_await stream_->shut_down();
  input_.consume(input_.bytes().size());
  std::size_t total = 0;
  while (total < kMostLingered) {
    const std::size_t count = co_await stream_->read_some(input_.room());
    if (count == 0) break;
    total += count;
  }
  stream_->close();
}

void Connection::start_watch() {
  watch_wanted_ = true;
  watching_ = true;
  server_->group.spawn(watch());
}

Task<> Connection::watch() {
  bool is_gone = false;
  if (watch_wanted_) is_gone = co_await stream_->watch_for_hang_up();
  // Whoever says no more may still listen to the answer, once there is one.
  if (is_gone && phase_ == Phase::handling) gone_.cancel();
  watch_wanted_ = false;
  watching_ = false;
  if (awaiting_watch_) sweeper_->scheduler().post(std::exchange(awaiting_watch_, {}));
}

Task<> Connection::end_watch() {
  if (!watching_) co_return;
  watch_wanted_ = false;
  stream_->stop_watching();
  co_await WatchEnded{*this};
}

}  // namespace chancery::http::detail
