// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Push rules of users: kept as their account data `m.push_rules`, compiled once a change.
//
// Who never changed a rule has none stored: account data answers with the rules that everyone
// starts with.
//
// Concurrency: any thread; one user's changes take turns.
// Failure:     ApiError; StorageError.
// Spec:        client-server, "Push Rules: API".

#include "domain/accounts/account_data.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/rooms/thread_subscriptions.hpp"
#include "protocol/push_evaluation.hpp"
#include "protocol/push_rules.hpp"
#include "runtime/task.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/commit/committer.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace chancery::push {

// A user's rules, ready to be asked.
struct RulesInForce {
  std::shared_ptr<const protocol::CompiledPushRules> compiled;  // never null
  // Whose messages notify of nothing, whatever the rules say; null: nobody's.
  std::shared_ptr<const std::unordered_set<protocol::UserId>> ignored;
  // Roots of the threads that the user follows; null: none.
  std::shared_ptr<const std::unordered_set<std::string>> followed_threads;
  std::uint64_t version = 0;  // another after each change of the rules
  // Rooms in which threads were followed or left since; null: none.
  std::shared_ptr<const std::unordered_map<storage::RoomNumber, std::uint64_t>> by_room;

  // Another after each change that counts in the room.
  [[nodiscard]] std::uint64_t version_in(storage::RoomNumber room) const;
};

class PushRules {
 public:
  static constexpr std::size_t kMostCompiled = 2'048;     // users whose rules stay in memory
  static constexpr std::size_t kMostBytes = 512 * 1'024;  // of all rules of a user, as JSON
  static constexpr std::size_t kMostRooms = 64;           // of a user, known to have changed alone

  struct Ports {
    accounts::AccountData& account_data;
    accounts::AuditedCommits& commits;
    storage::CommittedChanges& feed;                // a reader is added
    rooms::ThreadSubscriptions* threads = nullptr;  // null: nobody follows any
  };
  explicit PushRules(Ports ports);

  runtime::Task<protocol::PushRuleset> load(protocol::UserId user);
  runtime::Task<RulesInForce> in_force(protocol::UserId user);
  // How often the rules of those changed who share a place with the user: as long as it is the same
  // as before `in_force` was asked, so is what that said. Without a lock.
  [[nodiscard]] std::uint64_t changes_near(const protocol::UserId& user) const;

  runtime::Task<> put(accounts::Session session, protocol::PutPushRule request);
  // Which rule.
  struct Which {
    protocol::PushRuleKind kind = protocol::PushRuleKind::override;
    std::string id;
  };
  runtime::Task<> remove(accounts::Session session, Which which);
  runtime::Task<> set_state(accounts::Session session, Which which, protocol::PushRuleState state);
  runtime::Task<> set_actions(accounts::Session session, Which which, base::Json actions);
  // Gives the rules that are about one room alone to another as well, which took its place.
  struct Successor {
    protocol::RoomId old;
    protocol::RoomId made;
  };
  runtime::Task<> carry_over(accounts::Session session, Successor rooms);

 private:
  using Edit = std::function<protocol::PushRuleEdit(protocol::PushRuleset&)>;
  runtime::Task<std::shared_ptr<const std::unordered_set<protocol::UserId>>> load_ignored(
      protocol::UserId user);
  runtime::Task<> edit(accounts::Session session, Edit change, std::string act);
  void forget(const protocol::UserId& user, storage::StreamPosition position);
  void forget_threads(const protocol::UserId& user, storage::RoomNumber room,
                      storage::StreamPosition position);
  // Under the lock.
  void note_change(const protocol::UserId& user);
  void drop(const protocol::UserId& user);
  void keep(const protocol::UserId& user, const RulesInForce& rules);

  // Positions of changes since the start.
  struct Changed {
    std::uint64_t rules = 0;
    std::uint64_t anything = 0;
    std::unordered_map<storage::RoomNumber, std::uint64_t> by_room;
  };
  struct Entry {
    RulesInForce rules;
    std::list<protocol::UserId>::iterator use;
  };
  static constexpr std::size_t kPlaces = 1'024;
  [[nodiscard]] static std::size_t place_of(const protocol::UserId& user);

  Ports ports_;
  std::array<std::atomic<std::uint64_t>, kPlaces> changes_{};  // by place
  runtime::Turnstiles<protocol::UserId> turns_;                // by user
  std::mutex mutex_;
  std::unordered_map<protocol::UserId, Entry> compiled_;
  std::list<protocol::UserId> uses_;                       // of compiled_, last used first
  std::unordered_map<protocol::UserId, Changed> changed_;  // who is not here changed nothing
};

}  // namespace chancery::push
