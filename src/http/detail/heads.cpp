// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/heads.hpp"

#include "http/detail/ascii.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <array>

namespace chancery::http::detail {
namespace {

namespace beast = boost::beast;
using Error = boost::system::error_code;

std::string_view standard(beast::string_view text) { return {text.data(), text.size()}; }

Method to_method(std::string_view name) {
  for (auto each = Method::get; each != Method::other;
       each = static_cast<Method>(static_cast<std::uint8_t>(each) + 1)) {
    if (method_name(each) == name) return each;
  }
  return Method::other;
}

std::string_view without_blanks_around(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

constexpr std::array<bool, 256> make_host_table() {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x21; i < 0x7f; ++i) table.at(i) = true;
  for (const char each : std::string_view("/?#@,\\\"<>{}|^`")) {
    table.at(static_cast<unsigned char>(each)) = false;
  }
  return table;
}
constexpr std::array<bool, 256> kHostCharacters = make_host_table();

// RFC 3986 host and port, loosely: what could end the host early or begin another is refused.
bool is_host(std::string_view host) {
  bool is_good = !host.empty();
  for (const char each : host) is_good &= kHostCharacters[static_cast<unsigned char>(each)];
  return is_good;
}

// Digits alone: no sign, no space, no list; 18 of them cannot overflow.
bool is_length(std::string_view text) {
  return !text.empty() && text.size() <= 18 && std::ranges::all_of(text, is_digit);
}

// What the fields of either kind of head say of the body's delimitation.
class FramingRules {
 public:
  // Before any field.
  void set_version(int version) { is_http10_ = version == 10; }
  [[nodiscard]] bool is_http10() const { return is_http10_; }
  [[nodiscard]] bool is_chunked() const { return is_chunked_; }
  [[nodiscard]] const std::optional<std::uint64_t>& length() const { return length_; }

  // Null status: good.
  Refusal take(std::string_view name, std::string_view value) {
    if (equal_without_case(name, "Content-Length")) return take_length(value);
    if (equal_without_case(name, "Transfer-Encoding")) return take_coding(value);
    return {};
  }

 private:
  // RFC 9112, 6.3: a second length, even the same, or a length beside a coding, is an attack or
  // a broken peer; neither is worth serving.
  Refusal take_length(std::string_view value) {
    if (!is_length(value)) return {400, "bad Content-Length"};
    if (length_) return {400, "two Content-Lengths"};
    if (is_chunked_) return {400, "Content-Length beside Transfer-Encoding"};
    std::uint64_t length = 0;
    for (const char each : value) length = length * 10 + static_cast<std::uint64_t>(each - '0');
    length_ = length;
    return {};
  }

  Refusal take_coding(std::string_view value) {
    if (is_http10_) return {400, "Transfer-Encoding in HTTP/1.0"};
    if (!equal_without_case(value, "chunked")) return {400, "unknown Transfer-Encoding"};
    if (is_chunked_) return {400, "two Transfer-Encodings"};
    if (length_) return {400, "Transfer-Encoding beside Content-Length"};
    is_chunked_ = true;
    return {};
  }

  bool is_http10_ = false;
  bool is_chunked_ = false;
  std::optional<std::uint64_t> length_;
};

// The head of a request that has passed HeadScanner: whole lines, each as it must be.
class RequestParser {
 public:
  explicit RequestParser(Request& request) : request_(request) {}

  Refusal parse(std::string_view head) {
    constexpr std::size_t kUsualFields = 12;
    request_.headers.reserve(kUsualFields, head.size());
    Refusal refusal = take_request_line(take_line(head));
    while (refusal.status == 0 && !head.empty()) {
      const std::string_view line = take_line(head);
      if (line.empty()) break;
      refusal = take_field(line);
    }
    return refusal;
  }

  [[nodiscard]] Framing framing() const {
    const bool is_http10 = rules_.is_http10();
    return {.chunked = rules_.is_chunked(),
            .content_length = rules_.length(),
            .keeps_alive = is_http10 ? asks_to_keep_ : !asks_to_close_,
            .expects_continue = expects_continue_ && !is_http10,
            .is_http10 = is_http10};
  }
  // Of `head`.
  [[nodiscard]] const std::optional<std::string_view>& host() const { return host_; }

 private:
  static std::string_view take_line(std::string_view& head) {
    const std::string_view line = head.substr(0, head.find('\r'));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    return line;
  }

  Refusal take_request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t second = line.rfind(' ');
    if (first == line.npos || first == second) return {400, "bad request line"};
    request_.method = to_method(line.substr(0, first));
    request_.target = line.substr(first + 1, second - first - 1);
    rules_.set_version(line.ends_with("1.0") ? 10 : 11);
    return {};
  }

  Refusal take_field(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return {400, "header field without colon"};
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = without_blanks_around(line.substr(colon + 1));
    request_.headers.add(name, value);
    if (equal_without_case(name, "Host")) return take_host(value);
    if (equal_without_case(name, "Expect")) return take_expectation(value);
    if (equal_without_case(name, "Connection") || equal_without_case(name, "Proxy-Connection")) {
      return take_connection(value);
    }
    return rules_.take(name, value);
  }

  Refusal take_host(std::string_view value) {
    if (host_) return {400, "two Hosts"};
    if (!is_host(value)) return {400, "bad Host"};
    host_ = value;
    return {};
  }

  Refusal take_expectation(std::string_view value) {
    if (!equal_without_case(value, "100-continue")) return {417, "unknown expectation"};
    expects_continue_ = true;
    return {};
  }

  // RFC 9110, 7.6.1: a list of tokens, some of which may be missing.
  Refusal take_connection(std::string_view list) {
    while (!list.empty()) {
      const std::string_view part = list.substr(0, list.find(','));
      list.remove_prefix(std::min(list.size(), part.size() + 1));
      const std::string_view option = without_blanks_around(part);
      if (!option.empty() && !is_token(option)) return {400, "bad Connection"};
      if (equal_without_case(option, "close")) asks_to_close_ = true;
      if (equal_without_case(option, "keep-alive")) asks_to_keep_ = true;
    }
    return {};
  }

  Request& request_;
  FramingRules rules_;
  bool asks_to_close_ = false;
  bool asks_to_keep_ = false;
  bool expects_continue_ = false;
  std::optional<std::string_view> host_;
};

// Only the head is ever given to Beast: of chunked bodies its debug build asserts on input that a
// stranger can send (a last chunk byte by byte).
class ResponseParser final : public beast::http::basic_parser<false> {
 public:
  explicit ResponseParser(ResponseHead& head) : head_(head) { skip(true); }

  // False when Beast or a rule of ours refuses.
  bool parse(std::string_view head) {
    header_limit(static_cast<std::uint32_t>(head.size() + 1));
    Error error;
    put({head.data(), head.size()}, error);
    return !error && is_header_done();
  }

  [[nodiscard]] Framing framing() const {
    return {.chunked = rules_.is_chunked(),
            .content_length = rules_.length(),
            .keeps_alive = keep_alive(),
            .is_http10 = rules_.is_http10()};
  }

 protected:
  void on_response_impl(int code, beast::string_view /*reason*/, int version,
                        Error& error) override {
    rules_.set_version(version);
    head_.status = static_cast<unsigned>(code);
    error = {};
  }
  void on_field_impl(beast::http::field /*name*/, beast::string_view name, beast::string_view value,
                     Error& error) override {
    head_.headers.add(standard(name), standard(value));
    const Refusal refusal = rules_.take(standard(name), standard(value));
    if (refusal.status != 0) error = make_error_code(beast::http::error::bad_value);
  }

  void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int,
                       Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
  std::size_t on_body_impl(beast::string_view, Error&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}

 private:
  ResponseHead& head_;
  FramingRules rules_;
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
  RequestHead parsed{.refusal = parser.parse(head), .framing = parser.framing()};
  if (parsed.refusal.status != 0) return parsed;
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
