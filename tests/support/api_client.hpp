// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A client in the test's own process: makes requests of text and hands them to the boundary.
//
//   ApiClient alice(boundary, scheduler);
//   const ApiAnswer answer = alice.post("/_matrix/client/v3/login", R"({"type": …})");
//   CHECK(answer.status == 200);
//   alice.set_token(answer.text("access_token"));

#include "api/boundary/boundary.hpp"
#include "base/json.hpp"
#include "http/message.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/task.hpp"
#include "tests/support/operations_tested.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace chancery::support {

struct ApiAnswer {
  unsigned status = 0;
  std::string body;
  base::Json json;  // null when the body is no JSON
  http::Headers headers;

  // The member, or "" when it is missing or no text.
  [[nodiscard]] std::string text(std::string_view key) const {
    if (!json.is_object()) return {};
    return std::string(base::find_string(json.get_object(), key).value_or(""));
  }
  [[nodiscard]] std::string errcode() const { return text("errcode"); }
  // The object itself. Throws when the answer is none.
  [[nodiscard]] const base::JsonObject& object() const {
    if (!json.is_object()) throw std::logic_error("the answer is no object: " + body);
    return json.get_object();
  }
};

// A body that is there at once, in pieces as large as the boundary's limit for one.
class TextBody final : public http::BodyReader {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  runtime::Task<std::string> read_some() override {
    constexpr std::size_t kPiece = std::size_t{64} * 1024;
    std::string piece = text_.substr(0, kPiece);
    text_.erase(0, piece.size());
    co_return piece;
  }

 private:
  std::string text_;
};

// The whole of a response, a streamed body too.
inline runtime::Task<ApiAnswer> read_answer(http::Response response) {
  ApiAnswer answer;
  answer.status = response.status;
  answer.headers = std::move(response.headers);
  if (response.fixed != nullptr) {  // as they are sent
    for (const auto& [name, value] : response.fixed->headers().fields()) {
      answer.headers.set(name, value);
    }
  }
  if (auto* text = std::get_if<std::string>(&response.body)) {
    answer.body = std::move(*text);
  } else if (auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body)) {
    answer.body = **shared;
  } else {
    const auto source = std::get<std::unique_ptr<http::BodySource>>(std::move(response.body));
    for (std::string piece = co_await source->next(); !piece.empty();
         piece = co_await source->next()) {
      answer.body += piece;
    }
  }
  if (auto parsed = base::parse_json(answer.body)) answer.json = *std::move(parsed);
  co_return answer;
}

class ApiClient {
 public:
  ApiClient(boundary::Boundary& boundary, runtime::SimulatedScheduler& scheduler)
      : boundary_(boundary), scheduler_(scheduler) {}

  void set_token(std::string token) { token_ = std::move(token); }
  void set_address(std::string address) { address_ = std::move(address); }

  ApiAnswer get(std::string target) { return send(http::Method::get, std::move(target), ""); }
  ApiAnswer post(std::string target, std::string body = "{}") {
    return send(http::Method::post, std::move(target), std::move(body));
  }
  ApiAnswer put(std::string target, std::string body = "{}") {
    return send(http::Method::put, std::move(target), std::move(body));
  }
  ApiAnswer del(std::string target, std::string body = "") {
    return send(http::Method::del, std::move(target), std::move(body));
  }

  ApiAnswer send(http::Method method, std::string target, std::string body) {
    http::Request request;
    request.method = method;
    request.target = target;
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) {
      auto query = http::Query::parse(std::string_view(target).substr(mark + 1));
      if (!query) throw std::logic_error("not a query: " + target);
      request.query = *std::move(query);
    }
    if (!token_.empty()) request.headers.add("Authorization", "Bearer " + token_);
    request.headers.add("User-Agent", "a test");
    request.content_length = body.size();
    request.has_body = !body.empty();
    request.peer = {.address = address_, .port = 50'000};
    TextBody reader(std::move(body));
    request.body = &reader;
    ApiAnswer answer = scheduler_.run(read_answer(scheduler_.run(boundary_.handle(request))));
    OperationsTested::of_this_program().note(boundary_, request, answer.status);
    return answer;
  }

 private:
  boundary::Boundary& boundary_;
  runtime::SimulatedScheduler& scheduler_;
  std::string token_;
  std::string address_ = "192.0.2.1";
};

}  // namespace chancery::support
