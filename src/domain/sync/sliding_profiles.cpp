// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sliding_profiles.hpp"

#include "domain/sync/json_lists.hpp"

#include <algorithm>
#include <utility>

namespace chancery::sync {

namespace {

constexpr std::string_view kName = "org.matrix.msc4262.profiles";

// Both sorted; absent are all.
bool has_more(const ProfileFields& now, const ProfileFields& before) {
  if (!before) return false;
  return !now || !std::ranges::includes(*before, *now);
}

}  // namespace

void SlidingProfiles::add_members(std::set<protocol::UserId>& newcomers, storage::RoomNumber room) {
  if (ports_.memberships.count_joined(room) > limits_.most_members) return;
  const auto members = ports_.memberships.joined_members(room);
  newcomers.insert(members.begin(), members.end());
}

std::set<protocol::UserId> SlidingProfiles::find_newcomers(const ProfilesWanted& wanted,
                                                           const std::vector<RoomWanted>& shown,
                                                           Fields fields, TellingDraft& draft) {
  std::set<protocol::UserId> newcomers;
  for (const RoomWanted& room : shown) {
    const storage::RoomNumber number = room.room.room;
    ToldRoom told = draft.get(number);
    if (!room.is_in(wanted.scope) || told.told.value == 0) continue;
    const std::vector<protocol::UserId>& people = draft.shown(number).people;
    newcomers.insert(people.begin(), people.end());
    // Who asks for more fields is told them of all members in any case: whom a lazily loaded room
    // showed before is not known any more.
    const bool asks_all =
        fields == Fields::more || (!told.has_profiles && !room.state->loads_members_lazily());
    const bool is_put_off = asks_all && newcomers.size() >= limits_.most_newcomers;
    if (asks_all && !is_put_off) add_members(newcomers, number);
    if (is_put_off) draft.all().has_rest = true;
    if (told.has_profiles == !is_put_off) continue;
    told.has_profiles = !is_put_off;
    draft.set(number, told);
  }
  return newcomers;
}

runtime::Task<bool> SlidingProfiles::add(std::string& out, const SlidingAnswer& answer,
                                         const std::vector<RoomWanted>& shown,
                                         TellingDraft& draft) {
  const std::optional<ProfilesWanted>& wanted = answer.request.body.rules->profiles;
  if (!wanted) co_return false;
  ToldOfAll& all = draft.all();
  const bool is_first = all.profiles.value == 0;
  const bool asks_more = !is_first && has_more(wanted->fields, all.profile_fields);
  auto newcomers = find_newcomers(*wanted, shown, asks_more ? Fields::more : Fields::known, draft);
  if (is_first || asks_more) newcomers.insert(answer.view.user);
  rooms::Memberships::CompanyChanges company;
  if (!is_first) {
    company = co_await ports_.memberships.load_company_changes(answer.view.user, all.profiles,
                                                               answer.until);
    newcomers.insert(company.entered.begin(), company.entered.end());
  }
  const ProfileUpdatesByUser updates = co_await ports_.updates.load(
      {.viewer = answer.view.user,
       .fields = &wanted->fields,
       .window = {.after = all.profiles, .until = answer.until, .initial = is_first},
       .newcomers = std::move(newcomers),
       .gone = std::move(company.gone)});
  all.profiles = answer.until;
  all.profile_fields = wanted->fields;
  if (updates.empty()) co_return false;
  begin_member(out, kName);
  out += R"({"users":)" + sliding_profiles_text(updates) + '}';
  co_return true;
}

}  // namespace chancery::sync
