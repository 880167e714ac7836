// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_matrix/client/unstable/io.element.msc4388/rendezvous
// POST   /_matrix/client/unstable/io.element.msc4388/rendezvous
// GET    /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}
// PUT    /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}, …/{id}/{txnId}
// DELETE /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}
//
// Notes that two devices leave each other, as JSON under a sequence token.
#include "api/oauth/rendezvous_calls.hpp"
#include "api/oauth/routes.hpp"

namespace chancery::oauth_api {

using boundary::Call;
using oauth::Rendezvous;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kPath = "/_matrix/client/unstable/io.element.msc4388/rendezvous";

constexpr boundary::Spec spec(std::string_view operation) { return {"msc", "4388", operation}; }

http::Response answer(const base::JsonObject& body, unsigned status = 200) {
  http::Response response = boundary::json_response(body, status);
  add_rendezvous_fields(response);
  return response;
}

std::string read_data(const base::JsonObject& body) {
  std::string data = boundary::get_string(body, "data");
  if (data.size() > Rendezvous::kMostBytes) {
    throw ApiError(ErrorCode::too_large, "'data' is too long");
  }
  return data;
}

runtime::Task<http::Response> offer() {
  co_return answer(base::JsonObject{{"create_available", true}});
}

runtime::Task<http::Response> begin(Rendezvous& rendezvous, Call& call) {
  const Rendezvous::Begun begun =
      rendezvous.begin(read_data(co_await call.json_body()), "text/plain");
  co_return answer(base::JsonObject{{"id", begun.id},
                                    {"sequence_token", begun.note.version},
                                    {"expires_in_ms", Rendezvous::kLifetime.count()}});
}

runtime::Task<http::Response> read(Rendezvous& rendezvous, runtime::Clock& clock, Call& call) {
  require_no_navigation(call);
  const auto note = rendezvous.find(call.path("id"));
  if (!note) throw no_such_meeting();
  co_return answer(base::JsonObject{{"data", note->text},
                                    {"sequence_token", note->version},
                                    {"expires_in_ms", (note->expires_at - clock.now()).count()}});
}

runtime::Task<http::Response> write(Rendezvous& rendezvous, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const Rendezvous::Written written =
      rendezvous.write(call.path("id"), {.text = read_data(body),
                                         .content_type = "text/plain",
                                         .seen = boundary::get_string(body, "sequence_token"),
                                         .transaction = call.find_path("txnId").value_or("")});
  if (std::holds_alternative<Rendezvous::Gone>(written)) throw no_such_meeting();
  if (std::holds_alternative<Rendezvous::Stale>(written)) {
    co_return answer(base::JsonObject{{"errcode", "IO_ELEMENT_MSC4388_CONCURRENT_WRITE"},
                                      {"error", "The note has changed since it was read"}},
                     409);
  }
  co_return answer(
      base::JsonObject{{"sequence_token", std::get<Rendezvous::Note>(written).version}});
}

runtime::Task<http::Response> end(Rendezvous& rendezvous, Call& call) {
  if (!rendezvous.end(call.path("id"))) throw no_such_meeting();
  co_return answer(base::JsonObject{});
}

}  // namespace

Routes rendezvous_routes(const Services& services) {
  Rendezvous& rendezvous = services.rendezvous;
  const std::string one = std::string(kPath) + "/{id}";
  const auto route = [](http::Method method, std::vector<std::string> paths,
                        boundary::LimitClass limit, std::string_view operation,
                        boundary::Endpoint endpoint) {
    return boundary::Route{.method = method,
                           .paths = std::move(paths),
                           .guard = rendezvous_guard(limit),
                           .spec = spec(operation),
                           .endpoint = std::move(endpoint)};
  };
  Routes routes;
  routes.push_back(route(http::Method::get, {std::string(kPath)}, boundary::LimitClass::read,
                         "GET /_matrix/client/unstable/io.element.msc4388/rendezvous",
                         [](Call&) { return offer(); }));
  routes.push_back(route(http::Method::post, {std::string(kPath)}, boundary::LimitClass::sign_in,
                         "POST /_matrix/client/unstable/io.element.msc4388/rendezvous",
                         [&rendezvous](Call& call) { return begin(rendezvous, call); }));
  routes.push_back(route(http::Method::get, {one}, boundary::LimitClass::read,
                         "GET /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}",
                         [&rendezvous, &clock = services.clock](Call& call) {
                           return read(rendezvous, clock, call);
                         }));
  routes.push_back(route(http::Method::put, {one, one + "/{txnId}"}, boundary::LimitClass::write,
                         "PUT /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}",
                         [&rendezvous](Call& call) { return write(rendezvous, call); }));
  routes.push_back(route(http::Method::del, {one}, boundary::LimitClass::write,
                         "DELETE /_matrix/client/unstable/io.element.msc4388/rendezvous/{id}",
                         [&rendezvous](Call& call) { return end(rendezvous, call); }));
  return routes;
}

}  // namespace chancery::oauth_api
