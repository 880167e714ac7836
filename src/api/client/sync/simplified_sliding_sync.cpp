// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/unstable/org.matrix.simplified_msc3575/sync
//
// Sliding sync in the words that deployed clients use: position and patience in the query, state
// wishes as pairs.
#include "api/client/sync/sliding.hpp"

namespace chancery::client {

namespace {

constexpr boundary::Spec kSpec{"client-server", "MSC4186",
                               "POST /org.matrix.simplified_msc3575/sync"};

constexpr sync::SlidingFace kFace = sync::SlidingFace::unstable;

}  // namespace

boundary::Route simplified_sliding_sync_route(SyncServices services) {
  return {
      .method = http::Method::post,
      .paths = {"/_matrix/client/unstable/org.matrix.simplified_msc3575/sync"},
      .guard = boundary::kReader,
      .spec = kSpec,
      .endpoint = [services, bodies = std::make_shared<ParsedBodies>(kFace)](boundary::Call& call) {
        return answer_sliding_sync(services, kFace, *bodies, call);
      }};
}

}  // namespace chancery::client
