// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Two people who share many rooms: one writes, the other syncs.

#include "tests/bench/chancery_bench/cases.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace chancery::bench {

struct Household {
  User writer;
  User reader;
  std::vector<std::string> rooms;
};
Household make_household(Bench& bench, std::size_t rooms, std::size_t events);

// Each number names a filter of its own, so that no cache of whole answers serves it.
std::string lazy_filter(std::size_t number);
// Joined rooms in an answer of /v3/sync.
std::size_t count_rooms(const boost::json::value& answer);

}  // namespace chancery::bench
