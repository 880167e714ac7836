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

// What the owners of the server have made of an account for the time being.
enum class Standing : std::uint8_t {
  good,
  suspended,  // may look, and take back what is theirs
  locked,     // may end their sessions, nothing else
};

// What a route or an act needs. Each says too whether it is left to those who are suspended.
enum class Capability : std::uint8_t {
  open,             // nobody in particular
  end_session,      // logs out; all that is left to whoever is locked
  use_client,       // looks; guests included, those who are suspended as well
  withdraw,         // leaves, declines, redacts one's own; as use_client
  take_part,        // joins and sends; guests included, nobody who is suspended
  keep_own_device,  // its keys, its name, what it tells other devices: guests included, and who is
                    // suspended
  keep_own_data,    // keys, backups, push rules, account data: no guests, but who is suspended
  act_as_member,    // whatever else others see or get: no guests, nobody who is suspended
  manage_account,   // changes of one's own account: password, devices, deactivation; as
                    // keep_own_data
  administer,       // acts on other people's accounts and rooms
  observe,          // health and metrics
};
[[nodiscard]] std::string_view capability_name(Capability capability);

struct Subject {
  std::optional<protocol::UserId> user;  // absent: not signed in
  Role role = Role::guest;
  AssuranceLevel assurance = AssuranceLevel::none;
  base::Timestamp authenticated_at;
  Standing standing = Standing::good;
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

// Whose account an act of administration is about.
struct Target {
  protocol::UserId user;
  Role role = Role::user;
};
// May `subject` act against the account: suspend, lock, end it, reset its password? Nobody does so
// to themself by mistake, and owners are equals: only the machine's operator acts against one.
[[nodiscard]] Verdict decide_against(const Subject& subject, const Target& target,
                                     base::Timestamp now);

}  // namespace chancery::policy
