// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a search asks for, read from its request.
//
// Failure: ApiError missing_param, bad_json, invalid_param.
// Spec:    client-server, POST /search, "Room Events Criteria".

#include "api/boundary/call.hpp"
#include "domain/search/hit_context.hpp"
#include "domain/search/search.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::client {

struct SearchCriteria {
  search::SearchRequest request;
  std::optional<search::ContextWanted> context;
  std::vector<search::SearchGroup> groups;
  bool include_state = false;
  std::string identity;  // what the tokens of its pages are bound to
};

// `criteria`: the member `room_events`.
[[nodiscard]] SearchCriteria read_search_criteria(const boundary::Call& call,
                                                  const base::JsonObject& criteria);

}  // namespace chancery::client
