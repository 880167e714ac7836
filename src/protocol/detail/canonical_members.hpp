// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The members of an object in canonical order, filtered and written one by one.
//
// Redaction and hashing leave members out; they write what they keep straight from the event
// instead of copying it first.

#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

// Writes the members that `keep(key)` wants, each value by `write(out, key, value)`. Order of
// UTF-8 bytes is order of code points, so keys are compared as bytes.
template <typename Keep, typename Write>
void append_canonical_members(std::string& out, const base::JsonObject& object, Keep keep,
                              Write write) {
  using Member = const boost::json::key_value_pair*;
  constexpr std::size_t kFew = 24;
  std::array<Member, kFew> few;
  std::vector<Member> many;
  Member* members = few.data();
  if (object.size() > kFew) {
    many.resize(object.size());
    members = many.data();
  }
  std::size_t count = 0;
  for (const auto& member : object) {
    if (keep(std::string_view(member.key()))) members[count++] = &member;
  }
  const auto by_key = [](Member left, Member right) {
    return std::string_view(left->key()) < std::string_view(right->key());
  };
  if (!std::is_sorted(members, members + count, by_key)) {
    std::sort(members, members + count, by_key);
  }

  out += '{';
  for (std::size_t at = 0; at < count; ++at) {
    if (at != 0) out += ',';
    base::append_quoted(out, members[at]->key());
    out += ':';
    write(out, std::string_view(members[at]->key()), members[at]->value());
  }
  out += '}';
}

}  // namespace chancery::protocol
