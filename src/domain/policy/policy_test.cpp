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

Subject standing(Standing what, Role role = Role::user) {
  Subject subject = signed_in(role);
  subject.standing = what;
  return subject;
}

std::string_view rule_of(const Verdict& verdict) {
  return std::visit([](const auto& one) { return one.rule; }, verdict);
}

TEST_CASE("whoever is suspended may look, take back and tend what is theirs, and no more") {
  const Subject suspended = standing(Standing::suspended, Role::owner);

  for (const Capability left :
       {Capability::open, Capability::end_session, Capability::use_client, Capability::withdraw,
        Capability::keep_own_device, Capability::keep_own_data, Capability::manage_account}) {
    CAPTURE(capability_name(left));
    CHECK(permits(suspended, {.capability = left}));
  }
  for (const Capability taken :
       {Capability::take_part, Capability::act_as_member, Capability::administer}) {
    CAPTURE(capability_name(taken));
    CHECK(rule_of(decide(suspended, {.capability = taken}, "", kNow)) == "suspended");
  }
}

TEST_CASE("whoever is locked may end their session, and not even see what is open") {
  const Subject locked = standing(Standing::locked, Role::owner);

  CHECK(permits(locked, {.capability = Capability::end_session}));
  for (const Capability taken :
       {Capability::open, Capability::use_client, Capability::withdraw, Capability::take_part,
        Capability::keep_own_device, Capability::keep_own_data, Capability::act_as_member,
        Capability::manage_account, Capability::administer}) {
    CAPTURE(capability_name(taken));
    CHECK(rule_of(decide(locked, {.capability = taken}, "", kNow)) == "locked");
  }
}

TEST_CASE("an owner acts against users and guests, not against themself or another owner") {
  const Subject owner = signed_in(Role::owner);
  const auto other = protocol::UserId::trusted("@other:example.org");

  CHECK(rule_of(decide_against(owner, {other, Role::user}, kNow)) == "higher_role");
  CHECK(rule_of(decide_against(owner, {other, Role::guest}, kNow)) == "higher_role");
  CHECK(rule_of(decide_against(owner, {other, Role::owner}, kNow)) == "equal_role");
  CHECK(rule_of(decide_against(owner, {*owner.user, Role::owner}, kNow)) == "own_account");
  CHECK(rule_of(decide_against(signed_in(Role::user), {other, Role::guest}, kNow)) == "role");
  CHECK(rule_of(decide_against(standing(Standing::suspended, Role::owner), {other, Role::user},
                               kNow)) == "suspended");
}

}  // namespace
}  // namespace chancery::policy
