// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/operator_acts.hpp"

#include "api/boundary/call.hpp"
#include "base/base64.hpp"
#include "domain/accounts/new_account.hpp"
#include "domain/accounts/role_name.hpp"
#include "protocol/api_error.hpp"

#include <array>
#include <utility>

namespace chancery::server {
namespace {

using base::JsonArray;
using base::JsonObject;
using boundary::get_string;
using boundary::optional_bool;
using boundary::optional_integer;
using boundary::optional_string;
using protocol::ApiError;
using protocol::ErrorCode;
using runtime::Task;

constexpr std::string_view kWho = "server";
constexpr std::size_t kPage = 500;

policy::Role parse_role(std::string_view name) {
  if (name == "owner") return policy::Role::owner;
  if (name == "user") return policy::Role::user;
  throw ApiError(ErrorCode::invalid_param, "A role is 'user' or 'owner'");
}

JsonObject describe(const storage::StoredAccount& account) {
  const storage::AccountStanding& standing = account.standing;
  return {{"user_id", account.user.text()},
          {"role", accounts::role_name(accounts::to_role(account.role))},
          {"state", standing.deactivated ? "deactivated"
                    : standing.locked    ? "locked"
                    : standing.suspended ? "suspended"
                                         : "active"},
          {"created_at", account.created_at.milliseconds}};
}

JsonObject describe(const storage::StoredRegistrationToken& token) {
  JsonObject object{{"token", token.token}, {"completed", token.completed}};
  if (token.uses_allowed) object["uses_allowed"] = *token.uses_allowed;
  if (token.expires_at.milliseconds != 0) object["expires_at"] = token.expires_at.milliseconds;
  return object;
}

std::int64_t number_of(storage::StreamPosition position) {
  return static_cast<std::int64_t>(position.value);
}

JsonObject describe(const audit::OpenedRecord& record) {
  return {{"position", number_of(record.position)},
          {"at", record.at.milliseconds},
          {"kind", record.kind},
          {"who", record.who},
          {"device", record.device},
          {"act", record.act},
          {"object", record.object},
          {"context", record.context},
          {"rule", record.rule}};
}

// How many keys are gone, and which records are not what was committed to.
JsonObject describe(const std::vector<audit::UnreadableRecord>& unreadable) {
  std::int64_t gone = 0;
  JsonArray altered;
  for (const audit::UnreadableRecord& record : unreadable) {
    if (record.why == audit::Unreadable::altered) {
      altered.emplace_back(number_of(record.position));
    } else {
      ++gone;
    }
  }
  return {{"key_is_gone", gone}, {"altered", std::move(altered)}};
}

}  // namespace

OperatorActs::Act OperatorActs::find_act(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Act>, 14> kActs{{
      {"user.create", &OperatorActs::create_user},
      {"user.list", &OperatorActs::list_users},
      {"user.deactivate", &OperatorActs::deactivate_user},
      {"user.set_password", &OperatorActs::set_password},
      {"user.set_role", &OperatorActs::set_role},
      {"user.lock", &OperatorActs::lock_user},
      {"user.suspend", &OperatorActs::suspend_user},
      {"token.create", &OperatorActs::create_token},
      {"token.list", &OperatorActs::list_tokens},
      {"token.revoke", &OperatorActs::revoke_token},
      {"setup_link.create", &OperatorActs::make_setup_link},
      {"audit.list", &OperatorActs::list_audit},
      {"key.show", &OperatorActs::show_keys},
      {"db.info", &OperatorActs::describe_database},
  }};
  for (const auto& [known, act] : kActs) {
    if (known == name) return act;
  }
  return nullptr;
}

Task<JsonObject> OperatorActs::perform(std::string act, JsonObject arguments) {
  const Act found = find_act(act);
  if (found == nullptr) throw ApiError(ErrorCode::unrecognized, "This server knows no " + act);
  co_return co_await (this->*found)(std::move(arguments));
}

Task<storage::StoredAccount> OperatorActs::get_account(const JsonObject& arguments) {
  const std::string name = get_string(arguments, "user");
  const auto user = name.starts_with('@') ? protocol::UserId::parse(name)
                                          : protocol::UserId::make(name, accounts_.server);
  if (!user) throw ApiError(ErrorCode::invalid_username, name + " is no user of this server");
  co_return co_await accounts_.accounts.get(*user);
}

Task<protocol::UserId> OperatorActs::get_user(const JsonObject& arguments) {
  storage::StoredAccount account = co_await get_account(arguments);
  co_return std::move(account.user);
}

Task<JsonObject> OperatorActs::answer_about(storage::StoredAccount before) {
  using Shown = storage::AccountQuery::Shown;
  JsonObject answer{{"user_id", before.user.text()}};
  if (before.role != storage::AccountRole::owner) co_return answer;
  const auto owners = co_await stores_.administration.list_accounts(
      {.locked = Shown::without, .admins = Shown::alone, .page = {.limit = 1}});
  answer["owners_left"] = owners.total;
  co_return answer;
}

Task<JsonObject> OperatorActs::create_user(JsonObject arguments) {
  accounts::NewAccount account;
  account.user = accounts_.creation.parse_username(get_string(arguments, "user"));
  account.password = get_string(arguments, "password");
  accounts_.passwords.require_strong(account.password);
  co_await accounts_.creation.require_free(account.user);
  account.role = parse_role(optional_string(arguments, "role").value_or("user"));
  account.displayname = optional_string(arguments, "display_name");
  account.by = kWho;
  account.rule = "command_line";
  const std::string id(account.user.text());
  co_await accounts_.creation.create(std::move(account));
  co_return JsonObject{{"user_id", id}};
}

Task<JsonObject> OperatorActs::list_users(JsonObject /*arguments*/) {
  JsonArray users;
  protocol::UserId after;
  while (true) {
    const std::vector<storage::StoredAccount> page =
        co_await stores_.accounts.load_accounts(after, kPage);
    for (const storage::StoredAccount& account : page) users.push_back(describe(account));
    if (page.size() < kPage) break;
    after = page.back().user;
  }
  co_return JsonObject{{"users", std::move(users)}};
}

Task<JsonObject> OperatorActs::deactivate_user(JsonObject arguments) {
  using Erase = accounts::Deactivation::Erase;
  storage::StoredAccount account = co_await get_account(arguments);
  const Erase erase = optional_bool(arguments, "erase").value_or(false) ? Erase::yes : Erase::no;
  // Who was not erased may still be; twice the same would be an act on record that did nothing.
  const storage::AccountStanding& standing = account.standing;
  if (standing.deactivated && (standing.erased || erase == Erase::no)) {
    throw ApiError(ErrorCode::invalid_param,
                   account.user.text() + (erase == Erase::yes ? " is deactivated and erased already"
                                                              : " is deactivated already"));
  }
  co_await people_.deactivation.deactivate(std::string(kWho), account.user, erase);
  co_return co_await answer_about(std::move(account));
}

Task<JsonObject> OperatorActs::set_password(JsonObject arguments) {
  const protocol::UserId user = co_await get_user(arguments);
  co_await accounts_.accounts.reset_password(std::string(kWho), user,
                                             get_string(arguments, "password"));
  co_return JsonObject{{"user_id", user.text()}};
}

Task<JsonObject> OperatorActs::set_role(JsonObject arguments) {
  const policy::Role role = parse_role(get_string(arguments, "role"));
  storage::StoredAccount account = co_await get_account(arguments);
  co_await accounts_.accounts.set_role(std::string(kWho), account.user, role);
  co_return co_await answer_about(std::move(account));
}

Task<JsonObject> OperatorActs::lock_user(JsonObject arguments) {
  using Locked = accounts::Accounts::Locked;
  storage::StoredAccount account = co_await get_account(arguments);
  const Locked locked =
      optional_bool(arguments, "locked").value_or(true) ? Locked::yes : Locked::no;
  co_await accounts_.accounts.set_locked(std::string(kWho), account.user, locked);
  co_return co_await answer_about(std::move(account));
}

Task<JsonObject> OperatorActs::suspend_user(JsonObject arguments) {
  using Suspended = accounts::Accounts::Suspended;
  const protocol::UserId user = co_await get_user(arguments);
  const Suspended suspended =
      optional_bool(arguments, "suspended").value_or(true) ? Suspended::yes : Suspended::no;
  co_await accounts_.accounts.set_suspended(std::string(kWho), user, suspended);
  co_return JsonObject{{"user_id", user.text()}};
}

Task<JsonObject> OperatorActs::create_token(JsonObject arguments) {
  accounts::RegistrationTokens::Wanted wanted;
  wanted.token = optional_string(arguments, "token");
  wanted.uses_allowed = optional_integer(arguments, "uses");
  wanted.expires_at = {optional_integer(arguments, "expires_at").value_or(0)};
  const storage::StoredRegistrationToken made =
      co_await accounts_.tokens.create(std::string(kWho), std::move(wanted));
  co_return describe(made);
}

Task<JsonObject> OperatorActs::list_tokens(JsonObject /*arguments*/) {
  const std::vector<storage::StoredRegistrationToken> all = co_await accounts_.tokens.load();
  JsonArray tokens;
  for (const storage::StoredRegistrationToken& token : all) tokens.push_back(describe(token));
  co_return JsonObject{{"tokens", std::move(tokens)}};
}

Task<JsonObject> OperatorActs::revoke_token(JsonObject arguments) {
  std::string token = get_string(arguments, "token");
  co_await accounts_.tokens.remove(std::string(kWho), token);
  co_return JsonObject{{"token", token}};
}

Task<JsonObject> OperatorActs::make_setup_link(JsonObject /*arguments*/) {
  const std::string token = co_await accounts_.setup_links.create();
  // Behind the '#' no proxy's log sees it.
  co_return JsonObject{{"setup_link", facts_.public_url + "/setup#token=" + token}};
}

audit::Wanted OperatorActs::read_wanted(const JsonObject& arguments) const {
  constexpr std::int64_t kMost = 10'000;
  audit::Wanted wanted;
  wanted.act = optional_string(arguments, "act").value_or("");
  wanted.since = {optional_integer(arguments, "since").value_or(0)};
  const std::int64_t before = optional_integer(arguments, "before").value_or(0);
  const std::int64_t limit = optional_integer(arguments, "limit").value_or(100);
  if (before < 0) throw ApiError(ErrorCode::invalid_param, "'before' is a position");
  if (limit < 1 || limit > kMost) {
    throw ApiError(ErrorCode::invalid_param, "'limit' is a number from 1 to 10000");
  }
  wanted.before = {static_cast<std::uint64_t>(before)};
  wanted.limit = static_cast<std::size_t>(limit);
  const std::string who = optional_string(arguments, "who").value_or("");
  const bool is_name = !who.empty() && who != kWho && !who.starts_with('@');
  wanted.who = is_name ? "@" + who + ":" + std::string(accounts_.server.text()) : who;
  return wanted;
}

Task<JsonObject> OperatorActs::list_audit(JsonObject arguments) {
  audit::Wanted wanted = read_wanted(arguments);
  // Whoever looks is on record before they have seen anything.
  co_await accounts_.commits.record({.kind = "server",
                                     .who = std::string(kWho),
                                     .act = "audit.read",
                                     .object = wanted.who,
                                     .rule = "command_line"});
  audit::RecordSearch search(stores_.audit_records, stores_.key_ring);
  const audit::Found found = co_await search.find(std::move(wanted));
  JsonArray records;
  for (const audit::OpenedRecord& record : found.records) records.push_back(describe(record));
  JsonObject answer{{"records", std::move(records)}, {"unreadable", describe(found.unreadable)}};
  if (found.next) answer["next"] = number_of(*found.next);
  co_return answer;
}

Task<JsonObject> OperatorActs::show_keys(JsonObject /*arguments*/) {
  const protocol::SigningKey& key = stores_.signing.key;
  co_return JsonObject{{"key_file", facts_.keys_file},
                       {"fingerprint", stores_.root.fingerprint()},
                       {"signing_key", key.id().text()},
                       {"verify_key", base::encode_base64(key.public_key())}};
}

Task<JsonObject> OperatorActs::describe_database(JsonObject /*arguments*/) {
  const bool embedded = stores_.database->engine() == storage::sql::Engine::sqlite;
  const std::uint64_t users = co_await stores_.accounts.count_accounts();
  const std::vector<storage::StoredRoom> rooms = co_await stores_.events.load_rooms();
  JsonObject object{{"engine", embedded ? "sqlite" : "postgresql"},
                    {"schema", stores_.migration.to},
                    {"last_position", stores_.committer.last_position().value},
                    {"accounts", users},
                    {"rooms", rooms.size()}};
  if (embedded) object["file"] = stores_.folder.database_path();
  co_return object;
}

}  // namespace chancery::server
