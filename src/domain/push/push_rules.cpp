// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_rules.hpp"

#include "domain/accounts/ignored_users.hpp"
#include "domain/audit/recorder.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace chancery::push {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;
using protocol::PushRuleError;

constexpr std::string_view kType = "m.push_rules";

ApiError to_api_error(const PushRuleError& error) {
  using Reason = PushRuleError::Reason;
  switch (error.reason) {
    case Reason::not_found:
      return {ErrorCode::not_found, error.text};
    case Reason::missing_member:
      return {ErrorCode::missing_param, error.text};
    case Reason::unknown_neighbour:
      return ApiError(ErrorCode::unknown, error.text).with_status(400);
    case Reason::too_many:
      // Nothing changes by trying again later: not the status that says so.
      return ApiError(ErrorCode::limit_exceeded, error.text).with_status(400);
    case Reason::reserved_id:
    case Reason::invalid_id:
    case Reason::invalid_member:
      break;
  }
  return {ErrorCode::invalid_param, error.text};
}

}  // namespace

PushRules::PushRules(Ports ports) : ports_(ports) {
  ports_.feed.add_reader(storage::hear(
      [this](const storage::PutAccountData& put, storage::StreamPosition position) {
        const bool decides = put.type == kType || put.type == accounts::kIgnoredUsersType;
        if (put.room.empty() && decides) forget(put.user, position);
      },
      [this](const storage::DeleteAccountData& gone, storage::StreamPosition position) {
        forget(gone.user, position);
      },
      [this](const storage::PutThreadSubscription& put, storage::StreamPosition position) {
        forget_threads(put.user, put.room, position);
      }));
}

std::uint64_t RulesInForce::version_in(storage::RoomNumber room) const {
  if (!by_room) return version;
  const auto changed = by_room->find(room);
  return changed == by_room->end() ? version : std::max(version, changed->second);
}

void PushRules::forget(const protocol::UserId& user, storage::StreamPosition position) {
  const std::lock_guard lock(mutex_);
  changed_[user] = {.rules = position.value, .anything = position.value, .by_room = {}};
  note_change(user);
}

// What counts in other rooms stays as it was: what was counted there still holds.
void PushRules::forget_threads(const protocol::UserId& user, storage::RoomNumber room,
                               storage::StreamPosition position) {
  const std::lock_guard lock(mutex_);
  Changed& changed = changed_[user];
  changed.anything = position.value;
  changed.by_room[room] = position.value;
  if (changed.by_room.size() > kMostRooms) {
    changed.rules = position.value;
    changed.by_room.clear();
  }
  note_change(user);
}

std::size_t PushRules::place_of(const protocol::UserId& user) {
  return std::hash<protocol::UserId>{}(user) % kPlaces;
}

std::uint64_t PushRules::changes_near(const protocol::UserId& user) const {
  return changes_[place_of(user)].load(std::memory_order_acquire);
}

void PushRules::note_change(const protocol::UserId& user) {
  drop(user);
  changes_[place_of(user)].fetch_add(1, std::memory_order_release);
}

void PushRules::drop(const protocol::UserId& user) {
  const auto found = compiled_.find(user);
  if (found == compiled_.end()) return;
  uses_.erase(found->second.use);
  compiled_.erase(found);
}

void PushRules::keep(const protocol::UserId& user, const RulesInForce& rules) {
  const auto [entry, is_new] = compiled_.try_emplace(user);
  entry->second.rules = rules;
  if (!is_new) return;
  uses_.push_front(user);
  entry->second.use = uses_.begin();
  if (compiled_.size() <= kMostCompiled) return;
  compiled_.erase(uses_.back());
  uses_.pop_back();
}

runtime::Task<protocol::PushRuleset> PushRules::load(protocol::UserId user) {
  const std::optional<std::string> stored =
      co_await ports_.account_data.find(user, "", std::string(kType));
  if (!stored) co_return protocol::PushRuleset::defaults(user);
  const auto parsed = base::parse_json(*stored);
  const bool is_object = parsed && parsed->is_object();
  co_return protocol::PushRuleset::from_json(is_object ? parsed->get_object() : base::JsonObject(),
                                             user);
}

runtime::Task<std::shared_ptr<const std::unordered_set<protocol::UserId>>> PushRules::load_ignored(
    protocol::UserId user) {
  const auto content =
      co_await ports_.account_data.find(user, "", std::string(accounts::kIgnoredUsersType));
  if (!content) co_return nullptr;
  auto users = accounts::parse_ignored_users(*content, user);
  if (users.empty()) co_return nullptr;
  co_return std::make_shared<const std::unordered_set<protocol::UserId>>(std::move(users));
}

runtime::Task<RulesInForce> PushRules::in_force(protocol::UserId user) {
  while (true) {
    RulesInForce rules;
    std::uint64_t last_change = 0;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = compiled_.find(user); found != compiled_.end()) {
        uses_.splice(uses_.begin(), uses_, found->second.use);
        co_return found->second.rules;
      }
      if (const auto changed = changed_.find(user); changed != changed_.end()) {
        last_change = changed->second.anything;
        rules.version = changed->second.rules;
        if (!changed->second.by_room.empty()) {
          rules.by_room =
              std::make_shared<const std::unordered_map<storage::RoomNumber, std::uint64_t>>(
                  changed->second.by_room);
        }
      }
    }
    const protocol::PushRuleset ruleset = co_await load(user);
    rules.compiled = std::make_shared<const protocol::CompiledPushRules>(ruleset, user);
    rules.ignored = co_await load_ignored(user);
    if (ports_.threads != nullptr) {
      rules.followed_threads = co_await ports_.threads->load_followed(user);
    }
    const std::lock_guard lock(mutex_);
    const auto changed = changed_.find(user);
    // Changed while they were read: what was read may be the old ones.
    if (last_change != (changed == changed_.end() ? 0 : changed->second.anything)) continue;
    keep(user, rules);
    co_return rules;
  }
}

runtime::Task<> PushRules::put(accounts::Session session, protocol::PutPushRule request) {
  co_await edit(
      std::move(session),
      [request = std::move(request)](protocol::PushRuleset& rules) { return rules.put(request); },
      "push.put_rule");
}

runtime::Task<> PushRules::remove(accounts::Session session, Which which) {
  co_await edit(
      std::move(session),
      [which = std::move(which)](protocol::PushRuleset& rules) {
        return rules.remove(which.kind, which.id);
      },
      "push.remove_rule");
}

runtime::Task<> PushRules::set_state(accounts::Session session, Which which,
                                     protocol::PushRuleState state) {
  co_await edit(
      std::move(session),
      [which = std::move(which), state](protocol::PushRuleset& rules) {
        return rules.set_state(which.kind, which.id, state);
      },
      "push.set_rule_state");
}

runtime::Task<> PushRules::set_actions(accounts::Session session, Which which, base::Json actions) {
  co_await edit(
      std::move(session),
      [which = std::move(which), actions = std::move(actions)](protocol::PushRuleset& rules) {
        return rules.set_actions(which.kind, which.id, actions);
      },
      "push.set_rule_actions");
}

namespace {

// Clients name a rule about one room by the room's id: a room rule, or to hear nothing of it at all
// an override whose one condition is the room.
base::JsonObject rule_for(const protocol::PushRule& rule, const PushRules::Successor& rooms) {
  base::JsonObject body{{"actions", rule.actions}};
  base::JsonArray conditions = rule.conditions;
  for (base::Json& one : conditions) {
    base::JsonObject* condition = one.if_object();
    if (condition == nullptr || base::find_string(*condition, "key") != "room_id") continue;
    if (base::find_string(*condition, "pattern") == rooms.old.text()) {
      (*condition)["pattern"] = rooms.made.text();
    }
  }
  if (!conditions.empty()) body["conditions"] = std::move(conditions);
  return body;
}

constexpr std::array kCarriedKinds{protocol::PushRuleKind::override, protocol::PushRuleKind::room,
                                   protocol::PushRuleKind::underride};

bool may_carry(const protocol::PushRuleset& rules, protocol::PushRuleKind kind,
               const PushRules::Successor& rooms) {
  return rules.find(kind, rooms.old.text()) != nullptr &&
         rules.find(kind, rooms.made.text()) == nullptr;
}

protocol::PushRuleEdit carry_rules(protocol::PushRuleset& rules,
                                   const PushRules::Successor& rooms) {
  for (const protocol::PushRuleKind kind : kCarriedKinds) {
    if (!may_carry(rules, kind, rooms)) continue;
    const protocol::PushRule rule = *rules.find(kind, rooms.old.text());
    const protocol::PushRuleEdit put = rules.put({.kind = kind,
                                                  .id = rooms.made.text(),
                                                  .body = rule_for(rule, rooms),
                                                  .before = {},
                                                  .after = rule.id});
    if (!put) return put;
    const auto state = rules.set_state(kind, rooms.made.text(), rule.state);
    if (!state) return state;
  }
  return {};
}

}  // namespace

runtime::Task<> PushRules::carry_over(accounts::Session session, Successor rooms) {
  const protocol::PushRuleset rules = co_await load(session.user);
  const bool has_any = std::ranges::any_of(
      kCarriedKinds, [&](protocol::PushRuleKind kind) { return may_carry(rules, kind, rooms); });
  if (!has_any) co_return;
  co_await edit(
      std::move(session),
      [rooms = std::move(rooms)](protocol::PushRuleset& known) {
        return carry_rules(known, rooms);
      },
      "push.carry_rules");
}

runtime::Task<> PushRules::edit(accounts::Session session, Edit change, std::string act) {
  const runtime::Turnstile::Turn inside = co_await turns_.enter(session.user);
  protocol::PushRuleset rules = co_await load(session.user);
  if (const protocol::PushRuleEdit edited = change(rules); !edited) {
    throw to_api_error(edited.error());
  }
  const std::string content = base::to_text(rules.to_json());
  if (content.size() > kMostBytes) {
    throw ApiError(ErrorCode::limit_exceeded, "These are too many push rules").with_status(400);
  }
  storage::Change stored;
  ports_.account_data.add_to(stored, session.user, "", std::string(kType), content);
  co_await ports_.commits.commit(std::move(stored), {.who = session.user.text(),
                                                     .device = session.device.text(),
                                                     .act = std::move(act),
                                                     .object = std::string(kType),
                                                     .context = "",
                                                     .rule = ""});
}

}  // namespace chancery::push
