// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/profile_updates.hpp"

#include "domain/sync/json_lists.hpp"

#include <algorithm>
#include <utility>

namespace chancery::sync {

namespace {

bool wants(const ProfileFields& fields, const std::string& name) {
  return !fields || std::ranges::binary_search(*fields, name);
}

// `"a":1,"b":2` of `values`, each of which is JSON text.
void append_values(std::string& out, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    begin_member(out, name);
    out += value;
  }
}

}  // namespace

runtime::Task<ProfileUpdates::ChangedFields> ProfileUpdates::load_changed(const Wanted& wanted) {
  ChangedFields changed;
  if (wanted.window.initial) co_return changed;
  const auto noted = co_await ports_.changes.load_changes(wanted.window.after, wanted.window.until);
  for (const storage::ProfileFieldChange& one : noted) {
    if (!wants(*wanted.fields, one.field)) continue;
    if (!ports_.memberships.share_room(wanted.viewer, one.user)) continue;
    changed[one.user].insert(one.field);
  }
  co_return changed;
}

runtime::Task<ProfileUpdatesByUser> ProfileUpdates::load(Wanted wanted) {
  ProfileUpdatesByUser updates;
  ChangedFields changed = co_await load_changed(wanted);
  std::erase_if(wanted.newcomers, [&](const protocol::UserId& user) {
    return !ports_.memberships.share_room(wanted.viewer, user);
  });
  std::set<protocol::UserId> users = wanted.newcomers;
  for (const auto& [user, fields] : changed) users.insert(user);
  const auto ignored = co_await ports_.ignored.load(wanted.viewer);
  std::erase_if(users, [&](const protocol::UserId& user) { return ignored->contains(user); });

  auto present = co_await ports_.changes.load_fields({users.begin(), users.end()});
  for (const protocol::UserId& user : users) {
    ProfileUpdate update;
    const std::set<std::string>& changes = changed[user];
    const bool is_new = wanted.newcomers.contains(user);
    accounts::ProfileChanges::Fields& fields = present[user];
    for (const std::string& name : changes) {
      if (!fields.contains(name)) update.removed.insert(name);
    }
    for (auto& [name, value] : fields) {
      const bool is_told = is_new ? wants(*wanted.fields, name) : changes.contains(name);
      if (is_told) update.values.emplace(name, std::move(value));
    }
    if (!update.values.empty() || !update.removed.empty()) updates.emplace(user, std::move(update));
  }
  for (const protocol::UserId& user : wanted.gone) {
    updates[user] = {.is_gone = true, .values = {}, .removed = {}};
  }
  co_return updates;
}

std::string profile_updates_text(const ProfileUpdatesByUser& updates) {
  std::string out = "{";
  for (const auto& [user, update] : updates) {
    begin_member(out, user.text());
    out += R"({"profile_updates":)";
    if (update.is_gone) {
      out += "null}";
      continue;
    }
    out += '{';
    append_values(out, update.values);
    for (const std::string& name : update.removed) {
      begin_member(out, name);
      out += "null";
    }
    out += "}}";
  }
  return out + '}';
}

std::string sliding_profiles_text(const ProfileUpdatesByUser& updates) {
  std::string out = "{";
  for (const auto& [user, update] : updates) {
    begin_member(out, user.text());
    if (update.is_gone) {
      out += "null";
      continue;
    }
    out += '{';
    if (!update.values.empty()) {
      begin_member(out, "updated");
      out += '{';
      append_values(out, update.values);
      out += '}';
    }
    if (!update.removed.empty()) {
      begin_member(out, "removed");
      base::append_text(out, base::JsonArray(update.removed.begin(), update.removed.end()));
    }
    out += '}';
  }
  return out + '}';
}

}  // namespace chancery::sync
