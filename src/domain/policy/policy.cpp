// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/policy.hpp"

namespace chancery::policy {

std::string_view capability_name(Capability capability) {
  switch (capability) {
    case Capability::open:
      return "open";
    case Capability::end_session:
      return "end_session";
    case Capability::use_client:
      return "use_client";
    case Capability::withdraw:
      return "withdraw";
    case Capability::take_part:
      return "take_part";
    case Capability::keep_own_device:
      return "keep_own_device";
    case Capability::keep_own_data:
      return "keep_own_data";
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
    case Capability::end_session:
    case Capability::use_client:
    case Capability::withdraw:
    case Capability::take_part:
    case Capability::keep_own_device:
      return Role::guest;
    case Capability::keep_own_data:
    case Capability::act_as_member:
    case Capability::manage_account:
      return Role::user;
    case Capability::administer:
      return Role::owner;
  }
  return Role::owner;
}

// Spec: client-server, "Account suspension" lists what to leave to people.
bool is_left_to_suspended(Capability capability) {
  switch (capability) {
    case Capability::open:
    case Capability::observe:
    case Capability::end_session:
    case Capability::use_client:
    case Capability::withdraw:
    case Capability::keep_own_device:
    case Capability::keep_own_data:
    case Capability::manage_account:
      return true;
    case Capability::take_part:
    case Capability::act_as_member:
    case Capability::administer:
      return false;
  }
  return false;
}

}  // namespace

Verdict decide(const Subject& subject, const Requirement& action, std::string_view /*resource*/,
               base::Timestamp now) {
  // Before what is open: whoever shows the token of a locked account is told so.
  if (subject.standing == Standing::locked && action.capability != Capability::end_session) {
    return Refused{"locked"};
  }
  if (action.capability == Capability::open || action.capability == Capability::observe) {
    return Permitted{"open"};
  }
  if (!subject.user) return Refused{"not_signed_in"};
  if (subject.role < least_role(action.capability)) return Refused{"role"};
  if (subject.standing == Standing::suspended && !is_left_to_suspended(action.capability)) {
    return Refused{"suspended"};
  }
  if (subject.assurance < action.assurance) return Refused{"assurance"};
  if (action.max_authentication_age &&
      now - subject.authenticated_at > *action.max_authentication_age) {
    return Refused{"authentication_age"};
  }
  // Nothing yet lets a second person confirm, so what needs two is refused rather than let through.
  if (action.persons == Requirement::Persons::two) return Refused{"second_person"};
  return Permitted{"role"};
}

Verdict decide_against(const Subject& subject, const Target& target, base::Timestamp now) {
  const Verdict may_administer =
      decide(subject, {.capability = Capability::administer}, target.user.text(), now);
  if (std::holds_alternative<Refused>(may_administer)) return may_administer;
  if (subject.user == target.user) return Refused{"own_account"};
  if (target.role >= subject.role) return Refused{"equal_role"};
  return Permitted{"higher_role"};
}

}  // namespace chancery::policy
