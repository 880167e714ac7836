// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy.hpp"

#include <doctest/doctest.h>

namespace chancery::policy {
namespace {

constexpr base::Timestamp kNow{1'000'000'000};

Subject signed_in(Role role) {
  return {.user = protocol::UserId::trusted("@alice:example.org"),
          .role = role,
          .assurance = AssuranceLevel::password,
          .authenticated_at = kNow};
}

bool permits(const Subject& subject, const Requirement& action) {
  return std::holds_alternative<Permitted>(decide(subject, action, "", kNow));
}

TEST_CASE("nobody needs to sign in for what is open") {
  CHECK(permits(Subject{}, {.capability = Capability::open}));
}

TEST_CASE("a stranger may not use the client API") {
  const Verdict verdict = decide(Subject{}, {.capability = Capability::use_client}, "", kNow);

  REQUIRE(std::holds_alternative<Refused>(verdict));
  CHECK(std::get<Refused>(verdict).rule == "not_signed_in");
}

TEST_CASE("a guest may read but not act as a member") {
  CHECK(permits(signed_in(Role::guest), {.capability = Capability::use_client}));
  CHECK_FALSE(permits(signed_in(Role::guest), {.capability = Capability::act_as_member}));
}

TEST_CASE("only an owner administers") {
  CHECK_FALSE(permits(signed_in(Role::user), {.capability = Capability::administer}));
  CHECK(permits(signed_in(Role::owner), {.capability = Capability::administer}));
}

TEST_CASE("a route without a declared capability is for owners alone") {
  CHECK_FALSE(permits(signed_in(Role::user), Requirement{}));
}

TEST_CASE("an authentication that is too old does not do") {
  Subject subject = signed_in(Role::owner);
  subject.authenticated_at = kNow - std::chrono::minutes{11};

  CHECK_FALSE(permits(subject, {.capability = Capability::administer,
                                .max_authentication_age = std::chrono::minutes{10}}));
}

TEST_CASE("what needs two persons is refused while one cannot confirm for the other") {
  CHECK_FALSE(permits(signed_in(Role::owner), {.capability = Capability::administer,
                                               .persons = Requirement::Persons::two}));
}

}  // namespace
}  // namespace chancery::policy
