// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/exchange.hpp"

#include "http/detail/ascii.hpp"
#include "runtime/scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace chancery::http::detail {
namespace {

using runtime::PeerGone;
using runtime::Task;

constexpr std::size_t kLongestHead = 64 * 1024;
constexpr int kMostInterimHeads = 8;

bool is_wanted(const Headers& headers, const std::vector<std::string>& types) {
  if (types.empty()) return true;
  const std::string_view type = headers.find("Content-Type").value_or("");
  return std::ranges::any_of(types, [type](const std::string& wanted) {
    return equal_without_case(type.substr(0, wanted.size()), wanted);
  });
}

}  // namespace

std::string write_request(Method method, std::string_view target, std::string_view host,
                          const Headers& headers, std::string_view body) {
  std::string out;
  auto to = std::back_inserter(out);
  fmt::format_to(to, "{} {} HTTP/1.1\r\n", method_name(method), target);
  if (!headers.find("Host")) fmt::format_to(to, "Host: {}\r\n", host);
  for (const auto& [name, value] : headers.fields()) {
    fmt::format_to(to, "{}: {}\r\n", name, value);
  }
  const bool may_have_body = method == Method::post || method == Method::put;
  if (may_have_body || !body.empty()) {
    fmt::format_to(to, "Content-Length: {}\r\n", body.size());
  }
  out += "\r\n";
  out += body;
  return out;
}

Task<Answer> Exchange::run(const std::string& bytes, Method method, BodyRule rule) {
  received_any_ = reusable_ = false;
  co_await stream_->write_all(bytes);
  ResponseHead head = co_await read_final_head();
  Answer answer{.status = head.status, .headers = std::move(head.headers), .body = {}};
  const bool has_body = method != Method::head && head.status != 204 && head.status != 304;
  // What is not read is left behind with the connection.
  if (has_body && !is_wanted(answer.headers, rule.wanted_types)) co_return answer;
  const bool to_end = has_body && !head.framing.chunked && !head.framing.content_length;
  if (has_body) co_await read_body(head.framing, rule, answer);
  reusable_ = head.framing.keeps_alive && !to_end && !answer.is_cut && input_.is_empty();
  co_return answer;
}

Task<bool> Exchange::receive() {
  const std::size_t count = co_await stream_->read_some(input_.room());
  input_.add(count);
  if (count > 0) received_any_ = true;
  co_return count > 0;
}

Task<ResponseHead> Exchange::read_head() {
  std::size_t looked = 0;
  std::size_t end = input_.bytes().find("\r\n\r\n");
  while (end == std::string_view::npos) {
    looked = input_.bytes().size();
    if (looked > kLongestHead) throw BadAnswer("response head too long");
    if (!co_await receive()) throw PeerGone("no response");
    end = input_.bytes().find("\r\n\r\n", std::max(looked, std::size_t{3}) - 3);
  }
  ResponseHead head = parse_response_head(input_.bytes().substr(0, end + 4));
  input_.consume(end + 4);
  if (head.status < 100) throw BadAnswer("malformed response head");
  co_return head;
}

// RFC 9110, 15.2: interim responses come before it, of which none but 101 concerns us: that one
// was not asked for.
Task<ResponseHead> Exchange::read_final_head() {
  for (int i = 0; i < kMostInterimHeads; ++i) {
    ResponseHead head = co_await read_head();
    if (head.status == 101) throw BadAnswer("another protocol");
    if (head.status >= 200) co_return head;
  }
  throw BadAnswer("too many interim responses");
}

bool Exchange::take(const Framing& framing, std::string& body, std::size_t longest) {
  std::string_view bytes = input_.bytes();
  const std::size_t before = bytes.size();
  bool is_whole = false;
  if (framing.chunked) {
    const auto result = decoder_.feed(bytes, body, longest + 1);
    if (result == ChunkDecoder::Result::broken) throw BadAnswer("broken chunked body");
    is_whole = result == ChunkDecoder::Result::complete;
  } else {
    const std::size_t whole = framing.content_length.value_or(longest + 1);
    const std::size_t left = std::min(whole, longest + 1) - body.size();
    body += bytes.substr(0, left);
    bytes.remove_prefix(std::min(left, bytes.size()));
    is_whole = framing.content_length == body.size();
  }
  input_.consume(before - bytes.size());
  return is_whole || body.size() > longest;
}

Task<> Exchange::read_body(const Framing& framing, const BodyRule& rule, Answer& answer) {
  const bool may_cut = rule.long_body == LongBody::is_cut;
  if (!may_cut && framing.content_length.value_or(0) > rule.longest) {
    throw AnswerTooLarge("response body too long");
  }
  decoder_ = {};
  while (!take(framing, answer.body, rule.longest)) {
    if (co_await receive()) continue;
    if (framing.chunked || framing.content_length) throw PeerGone("the response broke off");
    break;
  }
  if (answer.body.size() <= rule.longest) co_return;
  if (!may_cut) throw AnswerTooLarge("response body too long");
  answer.body.resize(rule.longest);
  answer.is_cut = true;
}

CloseWhenCancelled::CloseWhenCancelled(runtime::Stream& stream, const runtime::CancelToken& cancel)
    : stream_(std::make_shared<runtime::Stream*>(&stream)),
      on_cancel_(cancel, [stream = stream_, &scheduler = runtime::Scheduler::current()] {
        scheduler.post([stream] {
          if (*stream != nullptr) (*stream)->close();
        });
      }) {}

CloseWhenCancelled::~CloseWhenCancelled() { *stream_ = nullptr; }

}  // namespace chancery::http::detail
