// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Other servers' well-known files: the first line is a Cache-Control field, the rest the file. A
// name that is read is one that can be read again, has no userinfo and no path, and is believed
// within the bounds.

#include "base/assert.hpp"
#include "domain/federation/well_known.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  http::Headers headers;
  headers.add("Cache-Control", text.substr(0, end));
  const std::chrono::seconds belief = federation::belief_in(headers);
  CHANCERY_ASSERT(belief >= federation::kShortestBelief && belief <= federation::kLongestBelief);
  const std::string body(text.substr(std::min(end + 1, text.size())));
  const auto name =
      federation::read_delegation({.status = 200, .headers = {}, .body = body, .url = {}});
  if (!name) return 0;
  CHANCERY_ASSERT(protocol::ServerName::parse(name->text()) == *name);
  CHANCERY_ASSERT(name->text().find_first_of("@/?#\\% \r\n") == std::string::npos);
  return 0;
}
