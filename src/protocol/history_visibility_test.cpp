// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/history_visibility.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using enum HistoryVisibility;

constexpr HistoryVisibility kAll[] = {world_readable, shared, invited, joined};
constexpr Membership kMemberships[] = {Membership::leave, Membership::invite, Membership::join,
                                       Membership::ban, Membership::knock};

// An event that changes neither, for a user who is `now` what they became next.
bool sees(HistoryVisibility visibility, Membership at_event, Membership now) {
  return may_see({.visibility_before = visibility,
                  .visibility_after = visibility,
                  .membership_before = at_event,
                  .membership_after = at_event,
                  .joined_since = now == Membership::join ? JoinedSince::yes : JoinedSince::no});
}

}  // namespace

TEST_CASE("everybody may see what is world readable") {
  for (const Membership at_event : kMemberships) {
    for (const Membership now : kMemberships) CHECK(sees(world_readable, at_event, now));
  }
}

TEST_CASE("a member sees what was sent while they were in the room, also after leaving") {
  for (const HistoryVisibility visibility : kAll) {
    for (const Membership now : kMemberships) CHECK(sees(visibility, Membership::join, now));
  }
}

TEST_CASE("those who join later see shared history and nothing more restricted") {
  CHECK(sees(shared, Membership::leave, Membership::join));
  CHECK_FALSE(sees(invited, Membership::leave, Membership::join));
  CHECK_FALSE(sees(joined, Membership::leave, Membership::join));
}

TEST_CASE("those who never joined see nothing of a shared history") {
  for (const Membership membership :
       {Membership::leave, Membership::invite, Membership::ban, Membership::knock}) {
    CHECK_FALSE(sees(shared, membership, membership));
  }
}

TEST_CASE("an invited user sees what is open to the invited from the invite onwards") {
  CHECK(sees(invited, Membership::invite, Membership::invite));
  CHECK(sees(invited, Membership::invite, Membership::leave));
  CHECK_FALSE(sees(joined, Membership::invite, Membership::join));
  CHECK_FALSE(sees(invited, Membership::knock, Membership::join));
}

TEST_CASE("someone who left sees shared history from before they joined, and none from after") {
  CHECK(may_see(
      {.visibility_before = shared, .visibility_after = shared, .joined_since = JoinedSince::yes}));
  CHECK_FALSE(may_see({.visibility_before = shared, .visibility_after = shared}));
}

TEST_CASE("a change of visibility is seen by those whom either side of it lets see") {
  CHECK(may_see({.visibility_before = world_readable, .visibility_after = joined}));
  CHECK(may_see({.visibility_before = joined, .visibility_after = world_readable}));
  CHECK_FALSE(may_see({.visibility_before = joined, .visibility_after = shared}));
}

TEST_CASE("a user sees their own join, leave and ban whatever the visibility") {
  const auto own = [](Membership before, Membership after) {
    return may_see({.visibility_before = joined,
                    .visibility_after = joined,
                    .membership_before = before,
                    .membership_after = after});
  };

  CHECK(own(Membership::leave, Membership::join));
  CHECK(own(Membership::join, Membership::leave));
  CHECK(own(Membership::join, Membership::ban));
  CHECK_FALSE(own(Membership::invite, Membership::leave));
}

TEST_CASE("a visibility that is missing or not understood is shared") {
  const auto read = [](std::string_view text) {
    const base::Json content = *base::parse_json(text);
    return history_visibility_in(&content.as_object());
  };

  CHECK(history_visibility_in(nullptr) == shared);
  CHECK(read("{}") == shared);
  CHECK(read(R"({"history_visibility":"everyone"})") == shared);
  CHECK(read(R"({"history_visibility":["joined"]})") == shared);
  for (const HistoryVisibility visibility : kAll) {
    base::JsonObject content;
    content["history_visibility"] = history_visibility_name(visibility);
    CHECK(history_visibility_in(&content) == visibility);
  }
}

TEST_CASE("a membership that is missing or not understood is that of one who left") {
  const auto read = [](std::string_view text) {
    return membership_in(base::parse_json(text)->as_object());
  };

  CHECK(read("{}") == Membership::leave);
  CHECK(read(R"({"membership":["join"]})") == Membership::leave);
  CHECK(read(R"({"membership":"JOIN"})") == Membership::leave);
  for (const Membership membership : kMemberships) {
    CHECK(find_membership(membership_name(membership)) == membership);
  }
}

}  // namespace chancery::protocol
