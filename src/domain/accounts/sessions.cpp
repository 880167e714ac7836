// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/sessions.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/utf8.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/device_ends.hpp"
#include "domain/accounts/devices.hpp"
#include "domain/policy/refusal.hpp"
#include "protocol/api_error.hpp"
#include "runtime/peer_network.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"

#include <variant>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

// For so long whoever comes back with a refresh token whose successor was used meanwhile is taken
// for another part of the same app, which began its refresh beside the first.
constexpr base::Milliseconds kSameMoment = std::chrono::seconds(30);
constexpr std::string_view kDeviceAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

ApiError locked() { return policy::to_error({"locked"}, {}); }

ApiError to_error(RefreshRefusal refusal) {
  switch (refusal) {
    case RefreshRefusal::expired:
      return ApiError(ErrorCode::unknown_token, "The refresh token has expired")
          .with("soft_logout", true);
    case RefreshRefusal::locked:
      return locked();
    case RefreshRefusal::other_device:
    case RefreshRefusal::unknown:
      break;
  }
  return ApiError(ErrorCode::unknown_token, "Unknown refresh token");
}

}  // namespace

struct Sessions::Issue {
  protocol::UserId user;
  protocol::DeviceId device;
  SessionRequest::Refresh refresh = SessionRequest::Refresh::no;
  base::Timestamp authenticated_at;
  TokenPair tokens;
  std::string replaces;
  std::string client;
};

// Which successor of a refresh token is used.
struct Sessions::Used {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string replaced;
  std::string refresh_token;  // its hash, or that of the one it came with
};

void Sessions::replace(storage::Change& change, const Used& used) {
  // COMPAT: there were others before a token had but one; may go when none of those is left.
  change.mutations.emplace_back(storage::RevokeSuccessors{
      .user = used.user, .device = used.device, .hash = used.replaced, .but = used.refresh_token});
  change.mutations.emplace_back(storage::RevokeRefreshToken{used.user, used.device, used.replaced});
}

Sessions::Sessions(Ports ports, Rules rules)
    : ports_(ports),
      rules_(std::move(rules)),
      succession_(std::move(rules_.succession_key)),
      cache_(rules_.cached_tokens) {
  ports_.feed.add_reader(reader());
}

IssuedTokens Sessions::issue(storage::Change& change, const Issue& what) const {
  const base::Timestamp now = ports_.clock.now();
  IssuedTokens issued{.access_token = what.tokens.access_token};
  storage::StoredAccessToken access{.hash = base::sha256(issued.access_token),
                                    .user = what.user,
                                    .device = what.device,
                                    .created_at = now,
                                    .expires_at = {},
                                    .authenticated_at = what.authenticated_at,
                                    .pair = {},
                                    .replaces = what.replaces,
                                    .client = what.client};
  if (what.refresh == SessionRequest::Refresh::yes) {
    const std::string& text = issued.refresh_token.emplace(what.tokens.refresh_token);
    issued.expires_in = rules_.access_token_lifetime;
    access.expires_at = now + rules_.access_token_lifetime;
    const bool lasts = rules_.refresh_token_lifetime.count() == 0;
    access.pair = base::sha256(text);
    change.mutations.emplace_back(storage::PutRefreshToken{
        {.hash = access.pair,
         .user = what.user,
         .device = what.device,
         .created_at = now,
         .expires_at = lasts ? base::Timestamp{} : now + rules_.refresh_token_lifetime,
         .authenticated_at = what.authenticated_at,
         .replaces = what.replaces,
         .client = what.client,
         .family = family_name(family_of(text))}});
  }
  change.mutations.emplace_back(storage::PutAccessToken{std::move(access)});
  return issued;
}

NewSession Sessions::add_to(storage::Change& change, const SessionRequest& request) {
  const base::Timestamp now = ports_.clock.now();
  NewSession session;
  session.device = request.device
                       ? *request.device
                       : protocol::DeviceId::trusted(ports_.random.characters(10, kDeviceAlphabet));
  if (request.device) {
    change.preconditions.emplace_back(
        storage::RequireNoKeyOfDeviceName{request.user, session.device});
    change.mutations.emplace_back(storage::RevokeDeviceTokens{request.user, session.device});
  }
  // A device that is known keeps its name, which its owner may have given it.
  // Cut rather than refused: nobody is kept out for what their client calls itself.
  change.mutations.emplace_back(storage::PutDevice{
      .user = request.user,
      .device = session.device,
      .display_name = base::clean_utf8(request.device_name, kMostDeviceNameBytes),
      .created_at = now});
  session.tokens = issue(change, {.user = request.user,
                                  .device = session.device,
                                  .refresh = request.refresh,
                                  .authenticated_at = now,
                                  .tokens = first_pair(ports_.random),
                                  .replaces = {},
                                  .client = request.client});
  return session;
}

runtime::Task<NewSession> Sessions::open(SessionRequest request) {
  const auto account = co_await ports_.accounts.find_account(request.user);
  const bool may_not = !account || account->standing.deactivated || account->standing.locked;
  if (may_not) co_await refuse_sign_in(request.user);
  if (request.proof && !proofs_.holds(*request.proof, *account)) throw Proofs::overtaken();
  storage::Change change;
  // Between the check of the password and now the account may have ended, or got another one.
  change.preconditions.emplace_back(storage::RequireAccountActive{request.user});
  if (request.proof) {
    change.preconditions.emplace_back(
        storage::RequirePasswordHash{request.user, account->password_hash});
  }
  NewSession session = add_to(change, request);
  audit::Act act{.who = request.user.text(),
                 .device = session.device.text(),
                 .act = "account.login",
                 .object = session.device.text(),
                 .rule = request.client.empty() ? "" : "oauth"};
  std::string conflict;
  try {
    co_await ports_.commits.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict& lost) {  // the account is no more what it was
    conflict = lost.precondition;
  }
  if (conflict == storage::RequirePasswordHash::kName) throw Proofs::overtaken();
  if (conflict == storage::RequireNoKeyOfDeviceName::kName) throw device_named_like_key();
  if (!conflict.empty()) co_await refuse_sign_in(request.user);
  // Whoever signed out everywhere meanwhile may not have seen this device yet. Nobody has its
  // tokens so far.
  if (request.proof && !proofs_.holds(*request.proof, *account)) {
    co_await end(request.user, session.device, "account.logout");
    throw Proofs::overtaken();
  }
  co_return session;
}

runtime::Task<Proof> Sessions::prove(protocol::UserId user) {
  const std::uint64_t began = proofs_.now();
  const auto account = co_await ports_.accounts.find_account(user);
  if (!account) co_await refuse_sign_in(std::move(user));
  co_return Proofs::of(*account, began);
}

runtime::Task<> Sessions::refuse_sign_in(protocol::UserId user) {
  const auto account = co_await ports_.accounts.find_account(std::move(user));
  if (account && account->standing.deactivated) {
    throw ApiError(ErrorCode::user_deactivated, "This account has ended");
  }
  if (account && account->standing.locked) throw locked();
  throw ApiError(ErrorCode::forbidden, "This account may not sign in");
}

runtime::Task<IssuedTokens> Sessions::refresh(Refresh wanted) {
  auto refreshed = co_await refresh_for(std::move(wanted));
  if (!refreshed) throw to_error(refreshed.error());
  co_return *std::move(refreshed);
}

runtime::Task<std::expected<IssuedTokens, RefreshRefusal>> Sessions::refresh_for(Refresh wanted) {
  using std::unexpected;
  if (!may_be_refresh_token(wanted.refresh_token)) co_return unexpected(RefreshRefusal::unknown);
  const std::string hash = base::sha256(wanted.refresh_token);
  const auto stored = co_await ports_.sessions.find_refresh_token(hash);
  if (!stored) co_return co_await refresh_again(std::move(wanted));
  const auto refusal = co_await refuse_refresh(*stored, wanted);
  if (refusal) co_return unexpected(*refusal);

  storage::Change change;
  change.preconditions.emplace_back(storage::RequireRefreshToken{hash});
  change.preconditions.emplace_back(storage::RequireAccountActive{stored->user});
  if (!stored->replaces.empty()) {
    replace(change, {.user = stored->user,
                     .device = stored->device,
                     .replaced = stored->replaces,
                     .refresh_token = hash});
  }
  IssuedTokens issued = issue(change, {.user = stored->user,
                                       .device = stored->device,
                                       .refresh = SessionRequest::Refresh::yes,
                                       .authenticated_at = stored->authenticated_at,
                                       .tokens = succession_.next(wanted.refresh_token),
                                       .replaces = hash,
                                       .client = wanted.client});
  audit::Act act{.who = stored->user.text(),
                 .device = stored->device.text(),
                 .act = "account.refresh",
                 .object = stored->device.text()};
  std::string conflict;
  try {
    co_await ports_.commits.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict& lost) {  // revoked, or the account ended, in between
    conflict = lost.precondition;
  }
  if (conflict == storage::RequireRefreshToken::kName) {
    co_return co_await refresh_again(std::move(wanted));
  }
  if (!conflict.empty()) co_return unexpected(RefreshRefusal::unknown);
  co_return issued;
}

runtime::Task<std::optional<RefreshRefusal>> Sessions::refuse_refresh(
    const storage::StoredRefreshToken& stored, const Refresh& wanted) {
  if (stored.client != wanted.client) co_return RefreshRefusal::unknown;
  if (wanted.device && *wanted.device != stored.device) co_return RefreshRefusal::other_device;
  if (stored.expires_at.milliseconds != 0 && stored.expires_at <= ports_.clock.now()) {
    co_return RefreshRefusal::expired;
  }
  const auto account = co_await ports_.accounts.find_account(stored.user);
  if (!account || account->standing.deactivated) co_return RefreshRefusal::unknown;
  if (account->standing.locked) co_return RefreshRefusal::locked;
  co_return std::nullopt;
}

// By a token that is not there any more.
runtime::Task<std::expected<IssuedTokens, RefreshRefusal>> Sessions::refresh_again(Refresh wanted) {
  using std::unexpected;
  TokenPair next = succession_.next(wanted.refresh_token);
  const auto refresh =
      co_await ports_.sessions.find_refresh_token(base::sha256(next.refresh_token));
  const auto access = co_await ports_.sessions.find_access_token(base::sha256(next.access_token));
  const base::Timestamp now = ports_.clock.now();
  const bool is_same_moment = refresh && access && now - refresh->created_at <= kSameMoment;
  if (!is_same_moment) {
    co_await end_family(std::move(wanted.refresh_token), std::move(wanted.request));
    co_return unexpected(RefreshRefusal::unknown);
  }
  const auto refusal = co_await refuse_refresh(*refresh, wanted);
  if (refusal) co_return unexpected(*refusal);
  co_return IssuedTokens{.access_token = std::move(next.access_token),
                         .refresh_token = std::move(next.refresh_token),
                         .expires_in = access->expires_at - now};
}

runtime::Task<bool> Sessions::is_known_at(protocol::UserId user, std::string address) {
  if (address.empty()) co_return false;
  // A device has another address of IPv6 each day.
  const std::string network = runtime::network_of(address);
  for (const storage::StoredDevice& device : co_await ports_.sessions.load_devices(user)) {
    const auto unwritten = ports_.uses.find(user, device.device);
    const std::string& last = unwritten ? unwritten->address : device.last_seen_address;
    if (!last.empty() && runtime::network_of(last) == network) co_return true;
  }
  co_return false;
}

// A refresh token that was replaced, and whose successor was used, comes back: two have it.
runtime::Task<> Sessions::end_family(std::string refresh_token, std::string request) {
  const std::string_view family_text = family_of(refresh_token);
  if (family_text.empty()) co_return;
  const auto family = co_await ports_.sessions.find_token_family(family_name(family_text));
  // Clients of the older API were never told to keep to the newest one.
  if (!family || family->client.empty()) co_return;
  // The audit record says whose.
  base::log_warn("refresh_token_reused", {{"request", request}});
  co_await end(family->user, family->device, "account.token_reuse");
}

runtime::Task<> Sessions::revoke(std::string token) {
  const std::string hash = base::sha256(token);
  constexpr const char* kAct = "account.token_revoke";
  if (may_be_access_token(token)) {
    if (const auto access = co_await ports_.sessions.find_access_token(hash)) {
      co_await end(access->user, access->device, kAct);
    }
  } else if (may_be_refresh_token(token)) {
    if (const auto refresh = co_await ports_.sessions.find_refresh_token(hash)) {
      co_await end(refresh->user, refresh->device, kAct);
    }
  }
}

runtime::Task<> Sessions::end(protocol::UserId user, protocol::DeviceId device, std::string why) {
  storage::Change change;
  change.mutations.emplace_back(storage::DeleteDevice{user, device});
  co_await ports_.commits.commit(std::move(change), {.who = user.text(),
                                                     .device = device.text(),
                                                     .act = std::move(why),
                                                     .object = device.text()});
}

runtime::Task<> Sessions::log_out(Session session) {
  co_await end(std::move(session.user), std::move(session.device), "account.logout");
}

runtime::Task<> Sessions::log_out_everywhere(Session session) {
  // Before, for a sign-in whose device is not there yet; after, for what the session that ends here
  // said meanwhile.
  proofs_.end(session.user);
  co_await DeviceEnds(ports_.sessions, ports_.commits)
      .commit({},
              {.who = session.user.text(),
               .device = session.device.text(),
               .act = "account.logout_all",
               .object = session.user.text()},
              {.user = session.user});
  proofs_.end(session.user);
}

std::optional<TokenVerdict> Sessions::find_at_hand(const ShownToken& token) const {
  if (!token.is_spelt_as_ours) return UnknownToken{};
  const std::uint64_t seen_at = ends_.now();
  CachedTokenPtr cached = cache_.find(token.hash);
  if (cached == nullptr) return std::nullopt;
  return judge(std::move(cached), seen_at);
}

runtime::Task<TokenVerdict> Sessions::check_credential(Credential credential) {
  if (auto verdict = find_at_hand(credential.token)) co_return *std::move(verdict);
  co_return co_await load_token(credential.token.hash);
}

TokenVerdict Sessions::judge(CachedTokenPtr token, std::uint64_t seen_at) const {
  const bool is_locked = token->session.standing == policy::Standing::locked;
  const base::Timestamp end = token->expires_at;
  // Part of what the cache holds, and keeps that.
  const Session* session = &token->session;
  SeenSession seen{.session = SessionPtr(std::move(token), session), .at = seen_at};
  if (is_locked) return LockedAccount{std::move(seen)};
  if (end.milliseconds != 0 && end <= ports_.clock.now()) return ExpiredToken{};
  return seen;
}

runtime::Task<TokenVerdict> Sessions::load_token(TokenHash hash) {
  const std::uint64_t seen_at = ends_.now();
  const std::uint64_t ticket = cache_.ticket();
  const auto stored = co_await ports_.sessions.find_access_token(hash.text());
  if (!stored) co_return UnknownToken{};
  const auto account = co_await ports_.accounts.find_account(stored->user);
  if (!account || account->standing.deactivated) co_return UnknownToken{};
  const auto token = std::make_shared<CachedToken>();
  token->session = {.user = stored->user,
                    .device = stored->device,
                    .role = to_role(account->role),
                    .assurance = policy::AssuranceLevel::password,
                    .authenticated_at = stored->authenticated_at,
                    .standing = to_policy(account->standing),
                    .client = stored->client};
  token->expires_at = stored->expires_at;
  TokenVerdict verdict = judge(token, seen_at);
  if (!stored->replaces.empty() && std::holds_alternative<SeenSession>(verdict)) {
    // Its first use: from now on the refresh token that it was made by is of no use.
    storage::Change change;
    replace(change, {.user = stored->user,
                     .device = stored->device,
                     .replaced = stored->replaces,
                     .refresh_token = stored->pair});
    co_await ports_.commits.commit(std::move(change), {.who = stored->user.text(),
                                                       .device = stored->device.text(),
                                                       .act = "account.token_revoke",
                                                       .object = stored->device.text()});
    co_return verdict;
  }
  cache_.put(hash, token, ticket);
  co_return verdict;
}

void Sessions::note_use(const Session& session, std::string_view address,
                        std::string_view user_agent) {
  ports_.uses.note(session.user, session.device, address, user_agent);
}

SessionWatchPtr Sessions::watch(const SeenSession& seen) {
  return ends_.watch(seen.session->user, seen.session->device, seen.at);
}

void Sessions::end(const protocol::UserId& user, const protocol::DeviceId& device) {
  cache_.forget(user, device);
  ends_.end(user, device);
}

// On the committer's thread, before the change is acknowledged: a token that was revoked is not
// accepted by anyone who has heard of it.
storage::FeedReader Sessions::reader() {
  return storage::hear(
      [this](const storage::DeleteDevice& deleted) {
        end(deleted.user, deleted.device);
        ports_.uses.forget(deleted.user, deleted.device);
      },
      [this](const storage::RevokeDeviceTokens& tokens) { end(tokens.user, tokens.device); },
      storage::each_of<storage::RevokeRefreshToken, storage::RevokeSuccessors>(
          [this](const auto& revoked) { cache_.forget(revoked.user, revoked.device); }),
      [this](const storage::SetAccountStanding& set) {
        cache_.forget(set.user);
        if (!set.standing.deactivated && !set.standing.locked) return;
        ends_.end(set.user);
        // Whoever is let in again later proves anew who they are.
        proofs_.end(set.user);
      },
      [this](const storage::SetAccountRole& set) { cache_.forget(set.user); });
}

}  // namespace chancery::accounts
