// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/response_writer.hpp"

#include "base/append_number.hpp"
#include "http/detail/ascii.hpp"

#include <array>

namespace chancery::http::detail {
namespace {

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "";
  }
}

bool is_framing_field(std::string_view name) {
  return equal_without_case(name, "Content-Length") ||
         equal_without_case(name, "Transfer-Encoding") || equal_without_case(name, "Connection") ||
         equal_without_case(name, "Date");
}

std::optional<std::uint64_t> find_length(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
  if (const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) {
    return *shared ? (*shared)->size() : 0;
  }
  const auto& source = std::get<std::unique_ptr<BodySource>>(response.body);
  return source ? source->length() : std::uint64_t{0};
}

bool asks_to_close(const Response& response) {
  const auto connection = response.headers.find("Connection");
  return connection && equal_without_case(*connection, "close");
}

}  // namespace

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (!is_token(name) || is_framing_field(name)) return;
  out += name;
  out += ": ";
  if (is_field_value(value)) {
    out += value;
  } else {  // a line end in here would begin a field, or a response, of somebody else's making
    for (const char each : value) out += is_field_character(each) ? each : ' ';
  }
  out += "\r\n";
}

ResponsePlan plan_response(const Response& response, const RequestShape& request) {
  ResponsePlan plan;
  plan.after = asks_to_close(response) ? AfterResponse::close : request.after;
  if (response.status < 200 || response.status == 204 || response.status == 304) return plan;
  plan.length = find_length(response);
  if (request.method == Method::head) return plan;
  plan.form = plan.length ? BodyForm::length : BodyForm::chunked;
  if (plan.form == BodyForm::chunked && request.is_http10) {
    plan.form = BodyForm::to_end;
    plan.after = AfterResponse::close;
  }
  return plan;
}

void append_head(std::string& out, const Response& response, const ResponsePlan& plan,
                 std::string_view date, std::size_t room_for_body) {
  constexpr std::size_t kUsualHead = 512;
  const std::string_view fixed = response.fixed != nullptr ? response.fixed->text() : "";
  out.reserve(out.size() + kUsualHead + fixed.size() + room_for_body);
  out += "HTTP/1.1 ";
  base::append_number(out, response.status);
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\nDate: ";
  out += date;
  out += "\r\n";
  out += fixed;
  for (const auto& [name, value] : response.headers.fields()) {
    if (response.fixed == nullptr || !response.fixed->has(name)) append_field(out, name, value);
  }
  if (plan.length) {
    out += "Content-Length: ";
    base::append_number(out, *plan.length);
    out += "\r\n";
  } else if (plan.form == BodyForm::chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  }
  if (plan.after == AfterResponse::close) out += "Connection: close\r\n";
  out += "\r\n";
}

}  // namespace chancery::http::detail
