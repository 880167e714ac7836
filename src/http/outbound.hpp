// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The outbound port: every HTTP request that this server sends to somebody else.
//
// One way out, so that one place decides where may be connected to: the address that was resolved
// is the one that is checked and connected to (no second look-up), at each redirect anew.
//
// Concurrency: any scheduler.
// Failure:     a value, for peers fail often; Cancelled.

#include "http/message.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::http {

// Who chose the address. What the operator wrote into the configuration may be anywhere; what
// somebody else named (a user's pusher, a link in a message) must be public, or on the list of
// networks that the operator allows.
enum class ChosenBy : std::uint8_t { operator_, others };
// Whether a redirect may lead to where nothing is encrypted.
enum class Downgrade : std::uint8_t { allowed, refused };
// What becomes of a body that is longer than it may be.
enum class LongBody : std::uint8_t { fails, is_cut };

// Where a server is that is not where its URL says, as others found out by records about its name.
// Its certificate must be for the host of the URL nevertheless, and the rules must let both pass.
struct Place {
  std::string host;  // as in Url: a name in lower case, or an address
  std::uint16_t port = 0;
  std::string authority;  // the Host field
};

struct OutboundRequest {
  Method method = Method::get;
  std::string url;  // absolute, http or https
  Headers headers;  // Host and Content-Length are added
  std::string body;
  ChosenBy chosen_by = ChosenBy::others;
  std::chrono::milliseconds time{30'000};  // for the whole of it, redirects included
  std::size_t longest_body = 1024 * 1024;  // of the answer
  LongBody long_body = LongBody::fails;    // as too_large
  // Beginnings of content types ("image/"); a body of another type is not read. Empty: any is.
  std::vector<std::string> wanted_types;
  unsigned redirects = 0;  // most that are followed; only for GET
  Downgrade downgrade = Downgrade::allowed;
  std::optional<Place> place = {};  // for the URL alone, not for where a redirect leads
  // That a peer acts on it twice does no harm, although the method does not say so: it is sent
  // again when a connection that was kept turns out to be closed.
  bool may_be_repeated = false;
};

struct OutboundResponse {
  unsigned status = 0;
  Headers headers;
  std::string body;  // empty where its type was not wanted
  std::string url;   // that answered, after redirects
  bool is_cut = false;
};

enum class OutboundFailure : std::uint8_t {
  bad_url,          // not absolute, no http or https, userinfo, a port out of range
  refused_address,  // where it leads may not be connected to
  unresolvable,     // the name has no address
  unreachable,      // no connection, a broken one, a certificate that does not hold
  timed_out,
  too_large,
  bad_answer,  // no HTTP, or too many redirects
};
// A word for logs: "timed_out".
[[nodiscard]] std::string_view outbound_failure_name(OutboundFailure failure);

using OutboundResult = std::expected<OutboundResponse, OutboundFailure>;

class Outbound {
 public:
  virtual ~Outbound() = default;
  virtual runtime::Task<OutboundResult> send(OutboundRequest request,
                                             runtime::CancelToken cancel) = 0;
};

}  // namespace chancery::http
