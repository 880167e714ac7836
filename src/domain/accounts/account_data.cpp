// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/account_data.hpp"

#include "protocol/api_error.hpp"
#include "protocol/push_rules.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/record.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <mutex>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kMostTypeBytes = 255;
constexpr std::size_t kMostTagBytes = 255;
constexpr std::size_t kMostTags = 100;

constexpr std::string_view kPushRulesType = "m.push_rules";
// The content of what was removed.
constexpr std::string_view kRemoved = "{}";

std::string default_push_rules(const protocol::UserId& user) {
  return base::to_text(protocol::PushRuleset::defaults(user).to_json());
}

base::JsonObject parse_tags(const std::optional<std::string>& content) {
  if (!content) return {};
  auto parsed = base::parse_json(*content);
  if (!parsed || !parsed->is_object()) return {};
  base::Json* tags = parsed->get_object().if_contains("tags");
  if (tags == nullptr || !tags->is_object()) return {};
  return std::move(tags->get_object());
}

// Who never changed a rule has none stored.
void add_default_push_rules(std::vector<AccountDataItem>& items, const protocol::UserId& user,
                            const std::vector<storage::StoredAccountData>& rows) {
  const bool has_push_rules = std::ranges::any_of(rows, [](const auto& stored) {
    return stored.room.empty() && stored.type == kPushRulesType;
  });
  if (has_push_rules) return;
  items.push_back({.room = "",
                   .type = std::string(kPushRulesType),
                   .content = default_push_rules(user),
                   .position = {}});
}

}  // namespace

AccountData::AccountData(Ports ports, Rules rules)
    : ports_(ports), started_at_(ports.feed.last_position()), newest_(started_at_), rules_(rules) {
  ports_.feed.add_reader(
      storage::hear([this](const storage::PutAccountData& put, storage::StreamPosition position) {
        const std::unique_lock lock(mutex_);
        changed_[put.user] = position;
        newest_.note(put.user, position);
      }));
}

std::string AccountData::open(const protocol::UserId& user,
                              const storage::StoredAccountData& stored) {
  return storage::open_record(stored.record, ports_.keys,
                              storage::account_data_binding(user, stored.room, stored.type));
}

runtime::Task<std::optional<std::string>> AccountData::find(protocol::UserId user, std::string room,
                                                            std::string type) {
  const bool is_push_rules = room.empty() && type == kPushRulesType;
  const auto stored =
      co_await ports_.store.find_account_data(user, std::move(room), std::move(type));
  if (stored) {
    std::string content = open(user, *stored);
    if (content == kRemoved) co_return std::nullopt;
    co_return content;
  }
  if (is_push_rules) co_return default_push_rules(user);
  co_return std::nullopt;
}

void AccountData::add_to(storage::Change& change, const protocol::UserId& user, std::string room,
                         std::string type, std::string_view content) {
  keys::FreshLock fresh = ports_.keys.lock_for("", user.text(), ports_.clock.now());
  for (storage::PutWrappedKey& key : fresh.made) change.mutations.emplace_back(std::move(key));
  storage::Nonce nonce{};
  const std::string random = ports_.random.bytes(nonce.size());
  std::ranges::copy(random, nonce.begin());
  std::string record = storage::seal_record(content, fresh.lock,
                                            storage::account_data_binding(user, room, type), nonce);
  change.mutations.emplace_back(storage::PutAccountData{.user = user,
                                                        .room = std::move(room),
                                                        .type = std::move(type),
                                                        .record = std::move(record),
                                                        .bytes = content.size()});
}

runtime::Task<storage::StreamPosition> AccountData::put(Session session, std::string room,
                                                        std::string type, std::string content) {
  const runtime::Turnstile::Turn inside = co_await turns_.enter(session.user);
  co_return co_await put_in_turn(std::move(session), std::move(room), std::move(type),
                                 std::move(content));
}

runtime::Task<> AccountData::require_space(protocol::UserId user, std::string room,
                                           std::string type, std::uint64_t bytes) {
  const storage::AccountDataUse use =
      co_await ports_.store.measure_account_data(std::move(user), std::move(room), std::move(type));
  if (!use.this_bytes && use.items >= rules_.most_items) {
    throw ApiError(
        ErrorCode::too_large,
        fmt::format("One person may keep at most {} items of account data", rules_.most_items));
  }
  // What gets smaller always may.
  const std::uint64_t replaced = use.this_bytes.value_or(0);
  if (bytes > replaced && use.bytes - replaced + bytes > rules_.most_bytes) {
    throw ApiError(
        ErrorCode::too_large,
        fmt::format("One person may keep at most {} bytes of account data", rules_.most_bytes));
  }
}

runtime::Task<storage::StreamPosition> AccountData::put_in_turn(Session session, std::string room,
                                                                std::string type,
                                                                std::string content) {
  if (content.size() > kMostBytes) {
    throw ApiError(ErrorCode::too_large, "Account data of one type may have at most 64 KiB");
  }
  if (type.size() > kMostTypeBytes) {
    throw ApiError(ErrorCode::invalid_param, "A type may have at most 255 bytes");
  }
  co_await require_space(session.user, room, type, content.size());
  storage::Change change;
  audit::Act act{.who = session.user.text(),
                 .device = session.device.text(),
                 .act = "account_data.put",
                 // No context: keys are made for rooms that there are, not for every id given.
                 .object = room.empty() ? type : room + " " + type};
  add_to(change, session.user, std::move(room), std::move(type), content);
  co_return co_await ports_.commits.commit(std::move(change), std::move(act));
}

runtime::Task<> AccountData::remove(Session session, std::string room, std::string type) {
  // Nothing to tell anyone where there is nothing.
  if (!co_await find(session.user, room, type)) co_return;
  co_await put(std::move(session), std::move(room), std::move(type), std::string(kRemoved));
}

runtime::Task<base::JsonObject> AccountData::load_tags(protocol::UserId user, std::string room) {
  const auto content = co_await find(std::move(user), std::move(room), "m.tag");
  co_return parse_tags(content);
}

runtime::Task<> AccountData::put_tag(Session session, std::string room, std::string tag,
                                     base::JsonObject content) {
  if (tag.size() > kMostTagBytes) {
    throw ApiError(ErrorCode::invalid_param, "A tag may have at most 255 bytes");
  }
  const runtime::Turnstile::Turn inside = co_await turns_.enter(session.user);
  base::JsonObject tags = co_await load_tags(session.user, room);
  tags[tag] = std::move(content);
  if (tags.size() > kMostTags) {
    throw ApiError(ErrorCode::too_large, "A room may have at most 100 tags").with_status(400);
  }
  base::JsonObject all;
  all["tags"] = std::move(tags);
  co_await put_in_turn(std::move(session), std::move(room), "m.tag", base::to_text(all));
}

runtime::Task<> AccountData::remove_tag(Session session, std::string room, std::string tag) {
  const runtime::Turnstile::Turn inside = co_await turns_.enter(session.user);
  base::JsonObject tags = co_await load_tags(session.user, room);
  if (tags.erase(tag) == 0) co_return;
  base::JsonObject all;
  all["tags"] = std::move(tags);
  co_await put_in_turn(std::move(session), std::move(room), "m.tag", base::to_text(all));
}

bool AccountData::may_have_changed(const protocol::UserId& user,
                                   storage::StreamPosition after) const {
  if (after.value == 0) return true;  // everyone has push rules
  if (!newest_.may_have_come(user, after)) return false;
  const std::shared_lock lock(mutex_);
  const auto found = changed_.find(user);
  return found == changed_.end() ? after < started_at_ : after < found->second;
}

runtime::Task<std::vector<AccountDataItem>> AccountData::load_changed(
    protocol::UserId user, storage::StreamPosition after, storage::StreamPosition until) {
  std::vector<AccountDataItem> items;
  if (!may_have_changed(user, after)) co_return items;
  const auto rows = co_await ports_.store.load_account_data(user, after);
  if (after.value == 0) add_default_push_rules(items, user, rows);
  for (const storage::StoredAccountData& stored : rows) {
    // What changed again later is told then, as it is then.
    if (stored.position > until) continue;
    std::string content = open(user, stored);
    // Who begins from nothing never had what was removed.
    if (after.value == 0 && content == kRemoved) continue;
    items.push_back({.room = stored.room,
                     .type = stored.type,
                     .content = std::move(content),
                     .position = stored.position});
  }
  co_return items;
}

runtime::Task<std::vector<AccountDataItem>> AccountData::load_of_room(
    protocol::UserId user, std::string room, storage::StreamPosition until) {
  std::vector<AccountDataItem> items;
  const bool is_of_account = room.empty();
  const auto rows = co_await ports_.store.load_room_account_data(user, std::move(room));
  if (is_of_account) add_default_push_rules(items, user, rows);
  for (const storage::StoredAccountData& stored : rows) {
    if (stored.position > until) continue;
    AccountDataItem item{.room = stored.room,
                         .type = stored.type,
                         .content = open(user, stored),
                         .position = stored.position};
    if (!item.is_removed()) items.push_back(std::move(item));
  }
  co_return items;
}

runtime::Task<std::vector<AccountDataItem>> AccountData::load_of_type(protocol::UserId user,
                                                                      std::string type) {
  std::vector<AccountDataItem> items;
  for (const storage::StoredAccountData& stored :
       co_await ports_.store.load_account_data(user, {})) {
    if (stored.type != type) continue;
    AccountDataItem item{.room = stored.room,
                         .type = stored.type,
                         .content = open(user, stored),
                         .position = stored.position};
    if (!item.is_removed()) items.push_back(std::move(item));
  }
  co_return items;
}

}  // namespace chancery::accounts
