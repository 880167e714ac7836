// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v4/sync
//
// Tells what a connection does not know yet of the rooms that the client asks for (MSC4186).
#include "api/client/sync/sliding.hpp"

namespace chancery::client {

namespace {

constexpr boundary::Spec kSpec{"client-server", "MSC4186", "POST /v4/sync"};

constexpr sync::SlidingFace kFace = sync::SlidingFace::stable;

}  // namespace

boundary::Route sliding_sync_route(SyncServices services) {
  return {
      .method = http::Method::post,
      .paths = {"/_matrix/client/v4/sync"},
      .guard = boundary::kReader,
      .spec = kSpec,
      .endpoint = [services, bodies = std::make_shared<ParsedBodies>(kFace)](boundary::Call& call) {
        return answer_sliding_sync(services, kFace, *bodies, call);
      }};
}

}  // namespace chancery::client
