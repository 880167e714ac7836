// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/boundary.hpp"

#include "api/boundary/call.hpp"
#include "api/boundary/error_boundary.hpp"
#include "base/append_number.hpp"
#include "base/assert.hpp"
#include "base/log.hpp"
#include "domain/policy/refusal.hpp"
#include "http/path_pattern.hpp"
#include "protocol/api_error.hpp"
#include "runtime/peer_network.hpp"

#include <atomic>

namespace chancery::boundary {

using protocol::ApiError;
using protocol::ErrorCode;

// Rows by path: for each pattern, the route of each method.
struct Boundary::Index {
  http::PathTable paths;
  std::vector<ByMethod> by_pattern;
  std::atomic<std::uint64_t> next_request{1};
};

struct Boundary::Found {
  const Route* route = nullptr;
  http::PathParameters parameters;
  std::string request_id;
  runtime::SteadyTime started;
};

namespace {

constexpr std::string_view kAllowedMethods = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
constexpr std::string_view kAllowedHeaders =
    "X-Requested-With, Content-Type, Authorization, If-Match, If-None-Match, Range";
constexpr std::string_view kExposedHeaders =
    "ETag, Location, Retry-After, Synapse-Trace-Id, Server, X-Max-Bytes";

http::Headers cors_fields() {
  http::Headers fields;
  fields.add("Access-Control-Allow-Origin", "*");
  fields.add("Access-Control-Allow-Methods", kAllowedMethods);
  fields.add("Access-Control-Allow-Headers", kAllowedHeaders);
  fields.add("Access-Control-Expose-Headers", kExposedHeaders);
  return fields;
}

// Browsers that came by TLS once come by nothing else from then on.
http::Headers cors_fields_by_tls() {
  http::Headers fields = cors_fields();
  fields.add("Strict-Transport-Security", "max-age=15552000");
  return fields;
}

// The fields of every answer to a request.
void add_fixed(http::Response& response, const http::Request& request) {
  static const http::FixedFields by_tls(cors_fields_by_tls());
  add_cors(response);
  if (request.secure) response.fixed = &by_tls;
}

http::Response preflight() {
  http::Response response;
  response.status = 204;
  add_cors(response);
  response.headers.add("Access-Control-Max-Age", "86400");
  return response;
}

// "r17". Short enough to need no memory, and made for every request.
std::string name_of(std::uint64_t number) {
  std::string name = "r";
  base::append_number(name, number);
  return name;
}

// What a request says of who it is from. The device has the name of the proposal too.
accounts::Credential credential_of(const http::Request& request,
                                   const accounts::ShownToken& token) {
  const auto find = [&request](std::string_view name) -> std::optional<std::string> {
    const auto value = request.query.find(name);
    if (!value) return std::nullopt;
    return std::string(*value);
  };
  accounts::Credential credential{
      .token = token, .user = find("user_id"), .device = find("device_id")};
  // COMPAT: bridges from before MSC4326 was accepted; may go when none sends it any more.
  if (!credential.device) credential.device = find("org.matrix.msc3202.device_id");
  return credential;
}

// A body in another coding than its own would be read, or kept, as what it is not. Out of line, as
// the next: see boundary.hpp.
[[gnu::noinline]] void refuse_coded_body(const http::Request& request) {
  const auto coding = request.headers.find("Content-Encoding");
  if (!coding || coding->empty() || *coding == "identity") return;
  throw ApiError(ErrorCode::unknown, "Bodies with a Content-Encoding are not read here")
      .with_status(415);
}

// What the route wants to know of the token that was sent.
[[gnu::noinline]] void read_token(Call& call) {
  const Authentication wanted = call.route().guard.authentication;
  if (wanted == Authentication::none) return;
  const std::string_view text = bearer_token(call.request());
  if (!text.empty()) {
    call.set_token(accounts::ShownToken(text));
  } else if (wanted == Authentication::required) {
    throw ApiError(ErrorCode::missing_token, "An access token is needed");
  }
}

}  // namespace

std::string_view bearer_token(const http::Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  if (const auto field = request.headers.find("Authorization")) {
    if (field->size() < kScheme.size()) return {};
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
      const char c = (*field)[i];
      const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      if (lower != kScheme[i]) return {};
    }
    return field->substr(kScheme.size());
  }
  // COMPAT: matrix-nio before 0.25 sends it in the query; may go when the specification drops it.
  return request.query.find("access_token").value_or("");
}

void add_cors(http::Response& response) {
  static const http::FixedFields fields(cors_fields());
  response.fixed = &fields;
}

Boundary::Boundary(std::vector<Route> routes, Ports ports)
    : routes_(std::move(routes)),
      index_(std::make_unique<Index>()),
      ports_(std::move(ports)),
      errors_(std::make_unique<ErrorBoundary>(ports_.clock)) {
  for (const Route& route : routes_) {
    for (const std::string& path : route.paths) {
      const std::size_t number = index_->paths.add(path);
      if (index_->by_pattern.size() <= number) index_->by_pattern.resize(number + 1);
      const bool is_new = index_->by_pattern[number].emplace(route.method, &route).second;
      if (!is_new) {
        base::log_error("routes_claim_one_path", {{"path", path}});
        CHANCERY_ASSERT(is_new);
      }
    }
  }
}

Boundary::~Boundary() = default;

const Route* Boundary::find_row(const ByMethod& methods, http::Method method) {
  auto row = methods.find(method);
  if (row == methods.end() && method == http::Method::head) row = methods.find(http::Method::get);
  return row == methods.end() ? nullptr : row->second;
}

const Route* Boundary::find_route(http::Method method, std::string_view path) const {
  const auto match = index_->paths.find(path);
  return match ? find_row(index_->by_pattern[match->pattern], method) : nullptr;
}

http::Response Boundary::unrecognised(const http::Request& request, unsigned status,
                                      std::string_view text) const {
  const Failure failure{
      .status = status, .code = "M_UNRECOGNIZED", .text = std::string(text), .extra = {}};
  // People come by a browser, which says what it would rather have.
  const bool is_visit =
      ports_.show_lost && request.path.starts_with(kPages) &&
      request.headers.find("Accept").value_or("").find("text/html") != std::string_view::npos;
  http::Response response =
      is_visit
          ? ports_.show_lost(failure)
          : json_response(base::JsonObject{{"errcode", failure.code}, {"error", text}}, status);
  add_fixed(response, request);
  return response;
}

bool Boundary::find(const http::Request& request, Found& found, http::Response& response) {
  if (request.method == http::Method::options) {
    response = preflight();
    return false;
  }
  auto match = index_->paths.find(request.path);
  if (!match) {
    response = unrecognised(request, 404, "Unrecognised request");
    return false;
  }
  const ByMethod& methods = index_->by_pattern[match->pattern];
  if (const Route* row = find_row(methods, request.method)) {
    found = {.route = row,
             .parameters = std::move(match->parameters),
             .request_id = name_of(index_->next_request.fetch_add(1)),
             .started = ports_.clock.steady_now()};
    return true;
  }
  response = unrecognised(request, 405, "Unrecognised method");
  std::string allowed;
  for (const auto& [method, route] : methods) {
    if (!allowed.empty()) allowed += ", ";
    allowed += http::method_name(method);
  }
  response.headers.add("Allow", allowed);
  return false;
}

void Boundary::note(const Found& found, unsigned status) const {
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
      ports_.clock.steady_now() - found.started);
  base::log(base::LogLevel::debug, "request",
            {{"request", found.request_id},
             {"operation", found.route->spec.operation},
             {"status", static_cast<int>(status)},
             {"microseconds", static_cast<std::int64_t>(took.count())}});
}

void Boundary::answer_failure(std::exception_ptr failure, const Found& found,
                              http::Response& response) const {
  response = errors_->response_to(std::move(failure), found.request_id, *found.route);
}

// It lies there for as long as the endpoint waits: what can be done elsewhere is not in its frame.
runtime::Task<http::Response> Boundary::handle(http::Request& request) {
  Found found;
  http::Response response;
  if (!find(request, found, response)) co_return response;
  std::exception_ptr failure;
  try {
    co_await answer(request, found, response);
  } catch (...) {  // handed to error_boundary.cpp, which alone looks into it
    failure = std::current_exception();
  }
  if (failure) answer_failure(std::move(failure), found, response);
  add_fixed(response, request);
  note(found, response.status);
  co_return response;
}

runtime::Task<> Boundary::answer(http::Request& request, Found& found, http::Response& response) {
  Call call(request, *found.route, std::move(found.parameters));
  call.set_origin(found.request_id, *this);
  refuse_coded_body(request);
  read_token(call);
  if (!authenticate_at_hand(call)) co_await authenticate_stranger(call);
  admit(call);
  std::exception_ptr failure;
  try {
    response = co_await found.route->endpoint(call);
  } catch (const runtime::Cancelled&) {  // whether the session ended is looked at below
    failure = std::current_exception();
  }
  // Whatever was found while it waited is no longer for whoever lost the session meanwhile.
  if (call.session_watch() && call.session_watch()->has_ended()) {
    co_await authenticate(call);
    ask_policy(call);
  }
  if (failure) std::rethrow_exception(failure);
}

bool Boundary::authenticate_at_hand(Call& call) {
  if (!call.token()) return true;
  auto verdict = ports_.authenticator.find_at_hand(*call.token());
  if (!verdict) return false;
  accept(call, *std::move(verdict));
  return true;
}

// A look into the store costs whoever comes with tokens that nobody has; it is free for others.
runtime::Task<> Boundary::authenticate_stranger(Call& call) {
  if (ports_.authenticator.is_known(*call.token())) {
    co_await authenticate(call);
    co_return;
  }
  const std::string who = runtime::network_of(call.request().peer.address);
  take(LimitClass::read, who);
  co_await authenticate(call);
  ports_.limits.give_back(LimitClass::read, who);
}

runtime::Task<> Boundary::authenticate(Call& call) {
  accounts::TokenVerdict verdict =
      co_await ports_.authenticator.check_credential(credential_of(call.request(), *call.token()));
  accept(call, std::move(verdict));
}

void Boundary::accept(Call& call, accounts::TokenVerdict verdict) {
  if (auto* seen = std::get_if<accounts::SeenSession>(&verdict)) {
    call.set_session(std::move(*seen));
  } else if (auto* locked = std::get_if<accounts::LockedAccount>(&verdict)) {
    // The policy knows what is left to them; nothing where it is not said who they are.
    if (!locked->seen.session) throw policy::to_error({"locked"}, {});
    call.set_session(std::move(locked->seen));
  } else if (std::holds_alternative<accounts::ExpiredToken>(verdict)) {
    throw ApiError(ErrorCode::unknown_token, "The access token has expired")
        .with("soft_logout", true);
  } else {
    throw ApiError(ErrorCode::unknown_token, "Unknown access token").with("soft_logout", false);
  }
}

void Boundary::admit(Call& call) {
  if (const accounts::Session* session = call.find_session()) {
    call.set_authenticator(ports_.authenticator);
    ports_.authenticator.note_use(*session, call.request().peer.address,
                                  call.request().headers.find("User-Agent").value_or(""));
  }
  charge(call, call.route().guard.limit);
  ask_policy(call);
}

void Boundary::charge(Call& call, LimitClass bucket) {
  if (bucket == LimitClass::none) return;
  if (const accounts::Session* session = call.find_session()) {
    if (session->limits == accounts::Session::Limits::apply) take(bucket, session->user.text());
    return;
  }
  const std::string_view token = bearer_token(call.request());
  if (!token.empty() && ports_.authenticator.waives_limits(accounts::ShownToken(token))) return;
  take(bucket, runtime::network_of(call.request().peer.address));
}

void Boundary::take(LimitClass limit, const std::string& who) {
  const auto wait = ports_.limits.take(limit, who);
  if (!wait) return;
  throw ApiError(ErrorCode::limit_exceeded, "Too many requests")
      .with("retry_after_ms", wait->count());
}

void Boundary::ask_policy(const Call& call) {
  const accounts::Session* session = call.find_session();
  const policy::Subject subject = session != nullptr ? session->subject() : policy::Subject{};
  policy::require(policy::decide(subject, call.route().guard.needs, "", ports_.clock.now()),
                  subject);
}

}  // namespace chancery::boundary
