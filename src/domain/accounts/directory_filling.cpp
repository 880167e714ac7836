// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/directory_filling.hpp"

#include "base/log.hpp"
#include "base/words.hpp"
#include "domain/accounts/directory_words.hpp"
#include "storage/commit/change.hpp"

namespace chancery::accounts {
namespace {

constexpr std::size_t kPeopleAPage = 500;

}  // namespace

runtime::Task<> DirectoryFilling::ensure_complete() {
  const std::string rules = base::word_rules();
  auto filling = co_await store_.find_directory_filling();
  if (!filling || filling->rules != rules) {
    filling = storage::DirectoryFilling{.rules = rules, .until = {}, .is_complete = false};
  }
  if (filling->is_complete) co_return;
  base::log_info("user_directory_filling");
  while (!filling->is_complete) filling = co_await fill_page(*std::move(filling));
}

runtime::Task<storage::DirectoryFilling> DirectoryFilling::fill_page(
    storage::DirectoryFilling filling) {
  const auto people = co_await store_.load_named_people(filling.until, kPeopleAPage);
  storage::Change change;  // of what is there already: nobody acts
  for (const storage::NamedPerson& person : people) {
    storage::SetDirectoryWords set{.user = person.user, .words = {}};
    if (!person.standing.deactivated) set.words = directory_words(person.user, person.display_name);
    change.mutations.emplace_back(std::move(set));
  }
  filling.is_complete = people.size() < kPeopleAPage;
  if (!people.empty()) filling.until = people.back().user;
  change.mutations.emplace_back(storage::NoteDirectoryFilling{filling});
  co_await committer_.commit(std::move(change));
  co_return filling;
}

}  // namespace chancery::accounts
