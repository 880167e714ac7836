// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Routes: one row an endpoint, with everything the boundary must know before the endpoint runs.
//
// A row names its methods and paths, what it needs (policy::Requirement), how it is limited, and
// the operation of the specification that it answers. The table is the only way in: a path that
// has no row is 404 M_UNRECOGNIZED, a row's path by another method 405.

#include "base/json.hpp"
#include "domain/policy/policy.hpp"
#include "http/message.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::boundary {

class Call;

// The operation answered: {"client-server", "v1.19", "PUT /rooms/{roomId}/send/…"}.
struct Spec {
  std::string_view document;
  std::string_view version;
  std::string_view operation;
};

// Whether a token is looked at. Independent of the capability only in that `optional` lets a
// signed-in user be known where nobody needs to be.
enum class Authentication : std::uint8_t { none, optional, required };

// Which bucket a request is drawn from.
enum class LimitClass : std::uint8_t { none, read, write, message, sign_in, registration, media };

struct Guard {
  policy::Requirement needs;
  Authentication authentication = Authentication::required;
  LimitClass limit = LimitClass::read;
  // The largest body that is read whole; streamed bodies say their own limit.
  std::size_t body_limit = 256 * 1024;
};

// The guards that most rows have.
inline constexpr Guard kOpen{.needs = {.capability = policy::Capability::open},
                             .authentication = Authentication::none};
[[nodiscard]] constexpr Guard open_guard(LimitClass limit) {
  Guard guard = kOpen;
  guard.limit = limit;
  return guard;
}
inline constexpr Guard kReader{.needs = {.capability = policy::Capability::use_client}};
inline constexpr Guard kMember{.needs = {.capability = policy::Capability::act_as_member},
                               .limit = LimitClass::write};
inline constexpr Guard kParticipant{.needs = {.capability = policy::Capability::take_part},
                                    .limit = LimitClass::write};
inline constexpr Guard kWithdrawer{.needs = {.capability = policy::Capability::withdraw},
                                   .limit = LimitClass::write};
inline constexpr Guard kDeviceKeeper{.needs = {.capability = policy::Capability::keep_own_device},
                                     .limit = LimitClass::write};
inline constexpr Guard kDataKeeper{.needs = {.capability = policy::Capability::keep_own_data},
                                   .limit = LimitClass::write};
inline constexpr Guard kAccountHolder{.needs = {.capability = policy::Capability::manage_account},
                                      .limit = LimitClass::write};
inline constexpr Guard kAdministrator{.needs = {.capability = policy::Capability::administer},
                                      .limit = LimitClass::write};

using Endpoint = std::function<runtime::Task<http::Response>(Call&)>;

// What went wrong, as far as it is told outside.
struct Failure {
  unsigned status = 500;
  std::string code;  // the Matrix error code
  std::string text;
  base::JsonObject extra;  // further members of a Matrix error
};
// How failures are told where it is not as Matrix errors: on pages, by OAuth.
using ShowFailure = std::function<http::Response(const Failure&)>;

struct Route {
  http::Method method;
  std::vector<std::string> paths;  // http/path_pattern.hpp; the first is today's, others aliases
  Guard guard;
  Spec spec;
  Endpoint endpoint;
  ShowFailure show_failure = {};  // empty: as Matrix errors
};

// "/_matrix/client/v3" + `path` and its r0 alias. COMPAT: matrix-nio before 0.25 and Complement's
// client speak r0; may go when neither does.
[[nodiscard]] std::vector<std::string> v3_paths(std::string_view path);
// "/_matrix/client/v1" + `path`.
[[nodiscard]] std::vector<std::string> v1_paths(std::string_view path);

}  // namespace chancery::boundary
