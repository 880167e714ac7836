// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The body of a sliding sync request, read in the words of either face.
//
// Everything in it is counted and limited before anything is looked at: what a client may ask for
// in one request costs the server little, whatever it says.
//
// Failure: values, whatever the input.

#include "base/json.hpp"
#include "domain/sync/sliding_request.hpp"
#include "protocol/api_error.hpp"

#include <expected>
#include <string>

namespace chancery::sync {

struct BodyLimits {
  static constexpr std::size_t kMostLists = 100;
  static constexpr std::size_t kMostSubscriptions = 100;
  static constexpr std::size_t kMostRanges = 20;     // of one list
  static constexpr std::size_t kMostElements = 500;  // of one `required_state`
  static constexpr std::size_t kMostElementsOfAll = 5'000;
  static constexpr std::size_t kMostFilterEntries = 100;  // of one member of a filter
  static constexpr std::size_t kMostScopeEntries = 200;
  static constexpr std::size_t kMostProfileFields = 100;
  static constexpr std::size_t kLongestName = 255;
  static constexpr std::size_t kLongestTimeline = 100;
};

struct BodyError {
  protocol::ErrorCode code = protocol::ErrorCode::bad_json;
  std::string text;  // for the client
};

[[nodiscard]] std::expected<SlidingBody, BodyError> parse_sliding_body(
    SlidingFace face, const base::JsonObject& body);

}  // namespace chancery::sync
