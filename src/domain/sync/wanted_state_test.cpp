// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/wanted_state.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using Elements = std::vector<StateElement>;

WantedState wanted(Elements include, Elements exclude = {},
                   MemberLoading members = MemberLoading::as_listed) {
  return WantedState(
      {{.include = std::move(include), .exclude = std::move(exclude), .members = members}});
}

TEST_CASE("an element that leaves out its type, its key or both matches all of them") {
  CHECK(wanted({{.type = "a", .key = "1"}}).wants("a", "1"));
  CHECK_FALSE(wanted({{.type = "a", .key = "1"}}).wants("a", "2"));
  CHECK(wanted({{.type = "a", .key = std::nullopt}}).wants("a", "2"));
  CHECK_FALSE(wanted({{.type = "a", .key = std::nullopt}}).wants("b", "2"));
  CHECK(wanted({{.type = std::nullopt, .key = "1"}}).wants("b", "1"));
  CHECK_FALSE(wanted({{.type = std::nullopt, .key = "1"}}).wants("b", ""));
  CHECK(wanted({{.type = std::nullopt, .key = std::nullopt}}).wants("b", ""));
  CHECK_FALSE(wanted({}).wants("a", ""));
}

TEST_CASE("elements need no order, and what is excluded is not wanted") {
  const Elements include{{.type = "z", .key = "1"},
                         {.type = "a", .key = std::nullopt},
                         {.type = std::nullopt, .key = "9"},
                         {.type = "a", .key = "3"}};
  const WantedState state = wanted(include, {{.type = "a", .key = "2"}});

  CHECK(state.wants("z", "1"));
  CHECK(state.wants("a", "3"));
  CHECK(state.wants("q", "9"));
  CHECK_FALSE(state.wants("a", "2"));
  CHECK_FALSE(state.wants("z", "2"));
}

TEST_CASE("with lazy loading only an element that names their type matches members") {
  const auto lazy = MemberLoading::lazy;
  const Elements everything{{.type = std::nullopt, .key = std::nullopt}};
  const Elements members{{.type = "m.room.member", .key = std::nullopt}};

  CHECK_FALSE(wanted(everything, {}, lazy).wants("m.room.member", "@a:b.org"));
  CHECK(wanted(everything, {}, lazy).wants("m.room.name", ""));
  CHECK(wanted(members, {}, lazy).wants("m.room.member", "@a:b.org"));
  CHECK_FALSE(wanted(members, everything, lazy).wants("m.room.member", "@a:b.org"));
}

}  // namespace
}  // namespace chancery::sync
