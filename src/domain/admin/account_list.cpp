// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/account_list.hpp"

#include "domain/admin/acting.hpp"

namespace chancery::admin {

runtime::Task<storage::PageOf<storage::ListedAccount>> AccountList::list(
    storage::AccountQuery query) {
  co_return co_await ports_.store.list_accounts(std::move(query));
}

runtime::Task<storage::ListedAccount> AccountList::get(accounts::Session by,
                                                       protocol::UserId user) {
  storage::ListedAccount listed{.account = co_await ports_.moderation.look_at(std::move(by), user),
                                .display_name = {},
                                .avatar_url = {}};
  if (listed.account.standing.deactivated) co_return listed;
  listed.display_name = (co_await ports_.profiles.find_field(user, "displayname")).value_or("");
  listed.avatar_url = (co_await ports_.profiles.find_field(user, "avatar_url")).value_or("");
  co_return listed;
}

runtime::Task<std::vector<rooms::UserRoom>> AccountList::load_rooms(protocol::UserId user) {
  const auto all = co_await ports_.rooms.memberships().all_rooms(std::move(user));
  co_return std::vector<rooms::UserRoom>(all->begin(), all->end());
}

runtime::Task<std::vector<accounts::AccountDataItem>> AccountList::read_account_data(
    accounts::Session by, protocol::UserId user) {
  co_await ports_.moderation.look_at(by, user);
  co_await ports_.commits.record(act_of(by, "account_data.read", user.text()));
  co_return co_await ports_.account_data.load_changed(std::move(user), {}, {UINT64_MAX});
}

}  // namespace chancery::admin
