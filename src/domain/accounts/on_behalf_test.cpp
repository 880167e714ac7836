// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/on_behalf.hpp"

#include <doctest/doctest.h>

namespace chancery::accounts {
namespace {

Session session_of(const char* user, const char* device) {
  return {.user = protocol::UserId::trusted(user),
          .device = protocol::DeviceId::trusted(device),
          .authenticated_at = {}};
}

TEST_CASE("what people do with their own is recorded in their name") {
  const OnBehalf own = session_of("@anna:x", "PHONE");
  const audit::Act act = own.act("device.delete", "OLD");

  CHECK(own.user().text() == "@anna:x");
  CHECK(act.kind == "user");
  CHECK(act.who == "@anna:x");
  CHECK(act.device == "PHONE");
  CHECK(act.object == "OLD");
  CHECK(act.context == "");
}

TEST_CASE("what an owner does with somebody's own is recorded in the owner's name, with whose") {
  const OnBehalf theirs(session_of("@owner:x", "DESK"), protocol::UserId::trusted("@anna:x"));
  const audit::Act act = theirs.act("profile.set", "displayname");

  CHECK(theirs.user().text() == "@anna:x");
  CHECK(act.kind == "admin");
  CHECK(act.who == "@owner:x");
  CHECK(act.device == "DESK");
  CHECK(act.object == "displayname");
  CHECK(act.context == "@anna:x");
}

}  // namespace
}  // namespace chancery::accounts
