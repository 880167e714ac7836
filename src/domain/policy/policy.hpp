// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The policy engine: may this subject do this to that, and by which rule.
//
// Every path that acts asks `decide`; api/boundary asks for the route's capability, the domain for
// what it does to a room or an account. Today's rules are the built-in roles; later ones come here
// and nowhere else. The rule of a verdict goes to the audit record.
//
// Concurrency: any thread.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace chancery::policy {

// What an account may be. Ordered: each may do what the one before may.
enum class Role : std::uint8_t { guest, user, owner };

// How sure we are of who it is.
enum class AssuranceLevel : std::uint8_t { none, password, second_factor };

// What a route or an act needs.
enum class Capability : std::uint8_t {
  open,            // nobody in particular
  use_client,      // a signed-in user, guests included
  act_as_member,   // a signed-in user who is no guest
  manage_account,  // changes of one's own account: password, devices, deactivation
  administer,      // acts on other people's accounts and rooms
  observe,         // health and metrics
};
[[nodiscard]] std::string_view capability_name(Capability capability);

struct Subject {
  std::optional<protocol::UserId> user;  // absent: not signed in
  Role role = Role::guest;
  AssuranceLevel assurance = AssuranceLevel::none;
  base::Timestamp authenticated_at;
};

// What a route declares in the guard table.
struct Requirement {
  Capability capability = Capability::administer;
  AssuranceLevel assurance = AssuranceLevel::none;
  std::optional<std::chrono::seconds> max_authentication_age;
  enum class Persons : std::uint8_t { one, two } persons = Persons::one;
};

struct Permitted {
  std::string_view rule;
};
struct Refused {
  std::string_view rule;
};
using Verdict = std::variant<Permitted, Refused>;

// `resource` is the room, user or media the act is about; "" when none.
[[nodiscard]] Verdict decide(const Subject& subject, const Requirement& action,
                             std::string_view resource, base::Timestamp now);

}  // namespace chancery::policy
