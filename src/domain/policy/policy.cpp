// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy.hpp"

namespace chancery::policy {

std::string_view capability_name(Capability capability) {
  switch (capability) {
    case Capability::open:
      return "open";
    case Capability::use_client:
      return "use_client";
    case Capability::act_as_member:
      return "act_as_member";
    case Capability::manage_account:
      return "manage_account";
    case Capability::administer:
      return "administer";
    case Capability::observe:
      return "observe";
  }
  return "unknown";
}

namespace {

Role least_role(Capability capability) {
  switch (capability) {
    case Capability::open:
    case Capability::observe:
    case Capability::use_client:
      return Role::guest;
    case Capability::act_as_member:
    case Capability::manage_account:
      return Role::user;
    case Capability::administer:
      return Role::owner;
  }
  return Role::owner;
}

}  // namespace

Verdict decide(const Subject& subject, const Requirement& action, std::string_view /*resource*/,
               base::Timestamp now) {
  if (action.capability == Capability::open || action.capability == Capability::observe) {
    return Permitted{"open"};
  }
  if (!subject.user) return Refused{"not_signed_in"};
  if (subject.role < least_role(action.capability)) return Refused{"role"};
  if (subject.assurance < action.assurance) return Refused{"assurance"};
  if (action.max_authentication_age &&
      now - subject.authenticated_at > *action.max_authentication_age) {
    return Refused{"authentication_age"};
  }
  // Nothing yet lets a second person confirm, so what needs two is refused rather than let through.
  if (action.persons == Requirement::Persons::two) return Refused{"second_person"};
  return Permitted{"role"};
}

}  // namespace chancery::policy
