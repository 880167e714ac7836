// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/heads.hpp"

#include "http/detail/ascii.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>

namespace chancery::http::detail {
namespace {

namespace beast = boost::beast;
using beast::http::field;
using beast::http::verb;
using Error = boost::system::error_code;

std::string_view standard(beast::string_view text) { return {text.data(), text.size()}; }

Method to_method(verb method) {
  switch (method) {
    case verb::get:
      return Method::get;
    case verb::head:
      return Method::head;
    case verb::post:
      return Method::post;
    case verb::put:
      return Method::put;
    case verb::delete_:
      return Method::del;
    case verb::options:
      return Method::options;
    case verb::patch:
      return Method::patch;
    default:
      return Method::other;
  }
}

// RFC 3986 host and port, loosely: what could end the host early or begin another is refused.
bool is_host(std::string_view host) {
  return !host.empty() && std::ranges::all_of(host, [](char each) {
    return each > 0x20 && each < 0x7f &&
           std::string_view("/?#@,\\\"<>{}|^`").find(each) == std::string_view::npos;
  });
}

// Digits alone: no sign, no space, no list; 18 of them cannot overflow.
bool is_length(std::string_view text) {
  return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, is_digit);
}

// What both kinds of heads need of Beast. Only the head is ever given to it: of chunked bodies
// Beast's debug build asserts on input that a stranger can send (a last chunk byte by byte).
template <bool IsRequest>
class HeadParser : public beast::http::basic_parser<IsRequest> {
 public:
  explicit HeadParser(Headers& headers) : headers_(headers) { this->skip(true); }

  // False when Beast or a rule of ours refuses.
  bool parse(std::string_view head) {
    constexpr std::size_t kUsualFields = 12;
    headers_.reserve(kUsualFields, head.size());
    this->header_limit(static_cast<std::uint32_t>(head.size() + 1));
    Error error;
    this->put({head.data(), head.size()}, error);
    if (error && refusal_.status == 0) refusal_ = {400, "bad header"};
    return refusal_.status == 0 && this->is_header_done();
  }

  [[nodiscard]] const Refusal& refusal() const { return refusal_; }
  [[nodiscard]] Framing framing() const {
    Framing framing;
    framing.chunked = chunked_;
    framing.content_length = length_;
    framing.keeps_alive = this->keep_alive();
    framing.is_http10 = version_ == 10;
    return framing;
  }

 protected:
  void refuse(Error& error, std::string_view reason, unsigned status = 400) {
    refusal_ = {status, reason};
    error = make_error_code(beast::http::error::bad_value);
  }

  void on_field_impl(field name, beast::string_view text, beast::string_view value,
                     Error& error) override {
    headers_.add(standard(text), standard(value));
    if (name == field::content_length) return take_length(standard(value), error);
    if (name == field::transfer_encoding) return take_coding(standard(value), error);
    on_other_field(name, standard(value), error);
  }
  virtual void on_other_field(field /*name*/, std::string_view /*value*/, Error& /*error*/) {}

  void on_request_impl(verb, beast::string_view, beast::string_view, int, Error&) override {}
  void on_response_impl(int, beast::string_view, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(beast::string_view, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}

  int version_ = 0;

 private:
  // RFC 9112, 6.3: a second length, even the same, or a length beside a coding, is an attack or
  // a broken peer; neither is worth serving.
  void take_length(std::string_view value, Error& error) {
    if (!is_length(value)) return refuse(error, "bad Content-Length");
    if (length_) return refuse(error, "two Content-Lengths");
    if (chunked_) return refuse(error, "Content-Length beside Transfer-Encoding");
    std::uint64_t length = 0;
    for (const char each : value) length = length * 10 + static_cast<std::uint64_t>(each - '0');
    length_ = length;
  }

  void take_coding(std::string_view value, Error& error) {
    if (version_ == 10) return refuse(error, "Transfer-Encoding in HTTP/1.0");
    if (!equal_without_case(value, "chunked")) return refuse(error, "unknown Transfer-Encoding");
    if (chunked_) return refuse(error, "two Transfer-Encodings");
    if (length_) return refuse(error, "Transfer-Encoding beside Content-Length");
    chunked_ = true;
  }

  Headers& headers_;
  Refusal refusal_;
  bool chunked_ = false;
  std::optional<std::uint64_t> length_;
};

class RequestParser final : public HeadParser<true> {
 public:
  explicit RequestParser(Request& request) : HeadParser<true>(request.headers), request_(request) {}

  [[nodiscard]] bool expects_continue() const { return expects_continue_; }
  [[nodiscard]] const std::optional<std::string>& host() const { return host_; }

 protected:
  void on_request_impl(verb method, beast::string_view /*name*/, beast::string_view target,
                       int version, Error& error) override {
    version_ = version;
    request_.method = to_method(method);
    request_.target = standard(target);
    error = {};
  }

  void on_other_field(field name, std::string_view value, Error& error) override {
    if (name == field::host) {
      if (host_) return refuse(error, "two Hosts");
      if (!is_host(value)) return refuse(error, "bad Host");
      host_ = value;
    } else if (name == field::expect) {
      if (!equal_without_case(value, "100-continue")) {
        return refuse(error, "unknown expectation", 417);
      }
      expects_continue_ = true;
    }
  }

 private:
  Request& request_;
  bool expects_continue_ = false;
  std::optional<std::string> host_;
};

class ResponseParser final : public HeadParser<false> {
 public:
  explicit ResponseParser(ResponseHead& head) : HeadParser<false>(head.headers), head_(head) {}

 protected:
  void on_response_impl(int code, beast::string_view /*reason*/, int version,
                        Error& error) override {
    version_ = version;
    head_.status = static_cast<unsigned>(code);
    error = {};
  }

 private:
  ResponseHead& head_;
};

// The path and query of a target in origin, absolute or asterisk form; absent for another, or
// when an absolute one names another host than the Host field.
std::optional<std::string_view> find_path_and_query(std::string_view target, Method method,
                                                    std::string_view host) {
  if (target.starts_with('/')) return target;
  if (target == "*") return method == Method::options ? std::optional(target) : std::nullopt;
  const std::size_t colon = target.find("://");
  if (colon == target.npos) return std::nullopt;
  const std::string_view scheme = target.substr(0, colon);
  if (!equal_without_case(scheme, "http") && !equal_without_case(scheme, "https")) {
    return std::nullopt;
  }
  const std::string_view rest = target.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  if (!equal_without_case(rest.substr(0, end), host) || !is_host(rest.substr(0, end))) {
    return std::nullopt;
  }
  const std::string_view path = rest.substr(end);
  return path.empty() ? "/" : path;
}

Refusal read_target(Request& request, std::string_view host) {
  const auto path = find_path_and_query(request.target, request.method, host);
  if (!path) return {400, "bad request target"};
  const std::size_t mark = path->find('?');
  request.path = path->substr(0, mark);
  if (request.path.empty()) request.path = "/";
  if (mark == path->npos) return {};
  auto query = Query::parse(path->substr(mark + 1));
  if (!query) return {400, "malformed query"};
  request.query = std::move(*query);
  return {};
}

}  // namespace

RequestHead parse_request_head(std::string_view head, Request& request) {
  RequestParser parser(request);
  if (!parser.parse(head)) {
    const Refusal refusal = parser.refusal();
    return {.refusal = refusal.status != 0 ? refusal : Refusal{400, "bad header"}, .framing = {}};
  }
  RequestHead parsed{.refusal = {}, .framing = parser.framing()};
  parsed.framing.expects_continue = parser.expects_continue() && !parsed.framing.is_http10;
  if (!parser.host() && !parsed.framing.is_http10) {
    parsed.refusal = {400, "no Host"};
    return parsed;
  }
  parsed.refusal = read_target(request, parser.host().value_or(""));
  return parsed;
}

ResponseHead parse_response_head(std::string_view head) {
  ResponseHead parsed;
  ResponseParser parser(parsed);
  if (parser.parse(head)) {
    parsed.framing = parser.framing();
  } else {
    parsed.status = 0;
  }
  return parsed;
}

}  // namespace chancery::http::detail
