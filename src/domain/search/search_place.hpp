// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Places in the results of a search, as clients carry them around.
//
// A token is bound to the request and the person that it came from, so that it means nothing
// elsewhere; it holds nothing secret and is trusted with nothing.

#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::search {

// A stretch of events that was looked up, and the last of its results that was shown.
struct SearchPlace {
  storage::EventNumber below{UINT64_MAX};
  storage::EventNumber from;  // 0: as far as one lookup goes
  struct Shown {
    double rank = 0;
    std::uint32_t order = 0;
    storage::EventNumber event;
    friend bool operator==(const Shown&, const Shown&) = default;
  };
  std::optional<Shown> shown;  // absent: none yet
  std::uint64_t counted = 0;   // in the stretches before this one
  friend bool operator==(const SearchPlace&, const SearchPlace&) = default;
};

enum class SearchGroup : std::uint8_t { none, room, sender };
struct SearchToken {
  SearchPlace place;
  SearchGroup group = SearchGroup::none;
  std::string value;  // of the group
  friend bool operator==(const SearchToken&, const SearchToken&) = default;
};

// `request`: what the request says, in any form that is the same for the same request.
[[nodiscard]] std::string write_search_token(const SearchToken& token, std::string_view request);
// Absent when it is no token of ours for this request.
[[nodiscard]] std::optional<SearchToken> read_search_token(std::string_view text,
                                                           std::string_view request);

}  // namespace chancery::search
