// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Profiles: what a person shows of themself to everyone.
//
// "displayname" and "avatar_url" are part of member events too; other fields are the person's own
// (client-server 1.16). Reading and writing are two classes, since rooms read and are written to.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.

#include "base/json.hpp"
#include "domain/accounts/absent_people.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/joined_rooms.hpp"
#include "domain/accounts/on_behalf.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/accounts.hpp"
#include "storage/personal.hpp"

#include <optional>
#include <string>

namespace chancery::accounts {

// Whether `field` may name a part of a profile: a common namespaced identifier, or one that the
// specification has ("displayname", "avatar_url", "m.tz").
[[nodiscard]] bool is_profile_field(std::string_view field);

class Profiles {
 public:
  // `absent`: whom to ask for people that are not there; null: nobody.
  Profiles(storage::ProfileStore& profiles, storage::AccountStore& accounts,
           AbsentPeople* absent = nullptr)
      : profiles_(profiles), accounts_(accounts), absent_(absent) {}

  // Every field. Throws ApiError not_found when there is no such person.
  runtime::Task<base::JsonObject> get(protocol::UserId user);
  // One field, as JSON text; absent when it is not set. Throws ApiError not_found.
  runtime::Task<std::optional<std::string>> find_field(protocol::UserId user, std::string field);
  // For member events; empty for whoever is not ours.
  runtime::Task<MemberProfile> member_profile(protocol::UserId user);

 private:
  runtime::Task<> require_person(protocol::UserId user);

  storage::ProfileStore& profiles_;
  storage::AccountStore& accounts_;
  AbsentPeople* absent_;
};

class ProfileEditor {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{64} * 1024;  // of the whole profile

  ProfileEditor(Profiles& profiles, AuditedCommits& commits, JoinedRooms& rooms)
      : profiles_(profiles), commits_(commits), rooms_(rooms) {}

  // Throws ApiError invalid_param, too_large, ….
  runtime::Task<> set(OnBehalf of, std::string field, base::Json value);
  runtime::Task<> remove(OnBehalf of, std::string field);

 private:
  runtime::Task<> write(OnBehalf of, std::string field, std::string value);

  Profiles& profiles_;
  AuditedCommits& commits_;
  JoinedRooms& rooms_;
  runtime::Turnstiles<protocol::UserId> turns_;  // by person: one change at a time
};

}  // namespace chancery::accounts
