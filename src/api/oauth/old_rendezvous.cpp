// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST   /_matrix/client/unstable/org.matrix.msc4108/rendezvous
// GET    /_matrix/client/unstable/org.matrix.msc4108/rendezvous/{id}
// PUT    /_matrix/client/unstable/org.matrix.msc4108/rendezvous/{id}
// DELETE /_matrix/client/unstable/org.matrix.msc4108/rendezvous/{id}
//
// Notes that two devices leave each other, as plain text under a version in ETag.
#include "api/oauth/rendezvous_calls.hpp"
#include "api/oauth/routes.hpp"
#include "base/dates.hpp"
#include "protocol/api_error.hpp"

#include <chrono>

namespace chancery::oauth_api {

using boundary::Call;
using oauth::Rendezvous;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kPath = "/_matrix/client/unstable/org.matrix.msc4108/rendezvous";

constexpr boundary::Spec spec(std::string_view operation) { return {"msc", "4108", operation}; }

std::string tag_of(const Rendezvous::Note& note) { return "\"" + note.version + "\""; }

// The text of the request, and what kind it is. Throws ApiError, BodyError.
struct Sent {
  std::string text;
  std::string content_type;
};
runtime::Task<Sent> read_note(Call& call) {
  Sent sent{.text = {},
            .content_type =
                std::string(call.request().headers.find("Content-Type").value_or("text/plain"))};
  if (!sent.content_type.starts_with("text/plain")) {
    throw ApiError(ErrorCode::invalid_param, "A note is text/plain");
  }
  sent.text = co_await http::read_body(call.request(), Rendezvous::kMostBytes);
  co_return sent;
}

void add_fields(http::Response& response, const Rendezvous::Note& note) {
  add_rendezvous_fields(response);
  response.headers.set("ETag", tag_of(note));
  response.headers.set("Expires", base::http_date(note.expires_at));
  response.headers.set("Last-Modified", base::http_date(note.written_at));
}

runtime::Task<http::Response> begin(Rendezvous& rendezvous, const Site& site, Call& call) {
  Sent sent = co_await read_note(call);
  const Rendezvous::Begun begun =
      rendezvous.begin(std::move(sent.text), std::move(sent.content_type));
  http::Response response =
      boundary::json_response(base::JsonObject{{"url", site.at(kPath) + "/" + begun.id}}, 201);
  add_fields(response, begun.note);
  co_return response;
}

runtime::Task<http::Response> read(Rendezvous& rendezvous, Call& call) {
  require_no_navigation(call);
  const auto note = rendezvous.find(call.path("id"));
  if (!note) throw no_such_meeting();
  http::Response response;
  add_fields(response, *note);
  if (call.request().headers.find("If-None-Match") == tag_of(*note)) {
    response.status = 304;
    co_return response;
  }
  response.headers.set("Content-Type", note->content_type);
  response.body = note->text;
  co_return response;
}

runtime::Task<http::Response> write(Rendezvous& rendezvous, Call& call) {
  const auto seen = call.request().headers.find("If-Match");
  if (!seen) throw ApiError(ErrorCode::missing_param, "'If-Match' is missing");
  std::string version(*seen);
  Sent sent = co_await read_note(call);
  // What is no ETag of ours is none of this note either.
  const bool is_quoted = version.size() > 2 && version.starts_with('"') && version.ends_with('"');
  version = is_quoted ? version.substr(1, version.size() - 2) : std::string();
  const Rendezvous::Written written =
      rendezvous.write(call.path("id"), {.text = std::move(sent.text),
                                         .content_type = std::move(sent.content_type),
                                         .seen = std::move(version)});
  if (std::holds_alternative<Rendezvous::Gone>(written)) throw no_such_meeting();
  if (const auto* stale = std::get_if<Rendezvous::Stale>(&written)) {
    http::Response response = boundary::json_response(
        base::JsonObject{{"errcode", "M_CONCURRENT_WRITE"},
                         {"org.matrix.msc4108.errcode", "M_CONCURRENT_WRITE"},
                         {"error", "The note has changed since it was read"}},
        412);
    add_fields(response, stale->now);
    co_return response;
  }
  http::Response response;
  response.status = 202;
  add_fields(response, std::get<Rendezvous::Note>(written));
  co_return response;
}

runtime::Task<http::Response> end(Rendezvous& rendezvous, Call& call) {
  if (!rendezvous.end(call.path("id"))) throw no_such_meeting();
  http::Response response;
  response.status = 204;
  add_rendezvous_fields(response);
  co_return response;
}

}  // namespace

Routes old_rendezvous_routes(const Services& services) {
  Rendezvous& rendezvous = services.rendezvous;
  const std::string one = std::string(kPath) + "/{id}";
  Routes routes;
  routes.push_back({.method = http::Method::post,
                    .paths = {std::string(kPath)},
                    .guard = rendezvous_guard(boundary::LimitClass::sign_in),
                    .spec = spec("POST /_matrix/client/unstable/org.matrix.msc4108/rendezvous"),
                    .endpoint = [&rendezvous, &site = services.site](Call& call) {
                      return begin(rendezvous, site, call);
                    }});
  routes.push_back({.method = http::Method::get,
                    .paths = {one},
                    .guard = rendezvous_guard(boundary::LimitClass::read),
                    .spec = spec("GET /_matrix/client/unstable/org.matrix.msc4108/rendezvous/{id}"),
                    .endpoint = [&rendezvous](Call& call) { return read(rendezvous, call); }});
  routes.push_back({.method = http::Method::put,
                    .paths = {one},
                    .guard = rendezvous_guard(boundary::LimitClass::write),
                    .spec = spec("PUT /_matrix/client/unstable/org.matrix.msc4108/rendezvous/{id}"),
                    .endpoint = [&rendezvous](Call& call) { return write(rendezvous, call); }});
  routes.push_back(
      {.method = http::Method::del,
       .paths = {one},
       .guard = rendezvous_guard(boundary::LimitClass::write),
       .spec = spec("DELETE /_matrix/client/unstable/org.matrix.msc4108/rendezvous/{id}"),
       .endpoint = [&rendezvous](Call& call) { return end(rendezvous, call); }});
  return routes;
}

}  // namespace chancery::oauth_api
