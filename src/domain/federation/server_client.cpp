// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/server_client.hpp"

#include "protocol/canonical_json.hpp"
#include "protocol/request_signature.hpp"

#include <utility>

namespace chancery::federation {
namespace {

using http::OutboundFailure;

PeerResult read_answer(http::OutboundResponse answer) {
  auto json = base::parse_json(answer.body);
  PeerAnswer read{.status = answer.status, .body = {}};
  if (json && json->is_object()) {
    read.body = std::move(json->get_object());
  } else if (answer.status == 200) {
    return std::unexpected(OutboundFailure::bad_answer);
  }
  return read;
}

// Whether another place of the same server is asked: it may do better, and if the first one was
// reached nevertheless, no harm is done.
bool goes_on(OutboundFailure failure, const PeerRequest& request) {
  if (failure == OutboundFailure::unreachable) {
    return request.method != http::Method::post || request.may_be_repeated;
  }
  return failure == OutboundFailure::unresolvable || failure == OutboundFailure::refused_address;
}

}  // namespace

runtime::Task<PeerResult> ServerClient::send(PeerRequest request, runtime::CancelToken cancel) {
  cancel.throw_if_cancelled();
  const runtime::Deadline deadline(request.time, cancel);
  try {
    co_return co_await send_in_time(request, deadline);
  } catch (const runtime::Cancelled&) {  // by the deadline it is an answer
    cancel.throw_if_cancelled();
  }
  co_return std::unexpected(OutboundFailure::timed_out);
}

runtime::Task<PeerResult> ServerClient::send_in_time(const PeerRequest& request,
                                                     const runtime::Deadline& deadline) {
  OutboundFailure failure = OutboundFailure::unresolvable;
  const http::OutboundRequest written = write(request);
  for (Destination& each :
       co_await ports_.discovery.find(request.to, deadline.left(), deadline.token())) {
    http::OutboundRequest outbound = written;
    outbound.url = each.origin + request.target;
    outbound.place = std::move(each.place);
    outbound.time = deadline.left();
    http::OutboundResult answer =
        co_await ports_.outbound.send(std::move(outbound), deadline.token());
    if (answer) co_return read_answer(*std::move(answer));
    failure = answer.error();
    if (!goes_on(failure, request)) break;
  }
  co_return std::unexpected(failure);
}

http::OutboundRequest ServerClient::write(const PeerRequest& request) const {
  const base::JsonObject* content = request.content ? &*request.content : nullptr;
  http::OutboundRequest outbound{.method = request.method,
                                 .url = {},
                                 .headers = {},
                                 .body = {},
                                 .longest_body = request.longest_body,
                                 .may_be_repeated = request.may_be_repeated};
  outbound.headers.add("Authorization",
                       protocol::authorization_of({.method = http::method_name(request.method),
                                                   .target = request.target,
                                                   .origin = ports_.origin,
                                                   .destination = request.to,
                                                   .content = content},
                                                  ports_.key));
  if (content != nullptr) {
    outbound.headers.add("Content-Type", "application/json");
    outbound.body = protocol::canonical_json_without(*content, {});
  }
  return outbound;
}

}  // namespace chancery::federation
