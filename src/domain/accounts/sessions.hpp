// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sessions: devices signed in, and the access and refresh tokens by which they are known.
//
// Tokens are 256 bits that nobody can guess, stored as SHA-256. An access token that comes with a
// refresh token expires; without one it lasts until logout. The refresh token that was used stays
// good until its successor is, so that a lost answer locks nobody out; whoever shows it twice is
// given the same answer (refresh_token.hpp), for a moment even after that. One of an OAuth client
// that comes back later was stolen, here or there: the session ends.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.

#include "base/time.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/device_uses.hpp"
#include "domain/accounts/proofs.hpp"
#include "domain/accounts/refresh_token.hpp"
#include "domain/accounts/session.hpp"
#include "domain/accounts/session_ends.hpp"
#include "domain/accounts/token_cache.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "storage/accounts.hpp"
#include "storage/sessions.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace chancery::accounts {

struct IssuedTokens {
  std::string access_token;
  std::optional<std::string> refresh_token;
  std::optional<base::Milliseconds> expires_in;
};

// Who asks for a session, and of what kind.
struct SessionRequest {
  enum class Refresh : std::uint8_t { no, yes };
  protocol::UserId user;
  std::optional<protocol::DeviceId> device;  // absent: a new one
  std::string device_name;                   // of a new device, cut if too long; "" for none
  Refresh refresh = Refresh::no;
  std::string client = {};  // id of the OAuth client; "": by the older API
  // How the person showed who they are; absent: others vouch for them (a bridge, a new account).
  std::optional<Proof> proof = {};
};

struct NewSession {
  protocol::DeviceId device;
  IssuedTokens tokens;
};

// Why a refresh token is not good.
enum class RefreshRefusal : std::uint8_t {
  unknown,
  expired,
  locked,        // the account is, for now
  other_device,  // it is of another one than was said
};

class Sessions final : public Authenticator {
 public:
  struct Ports {
    storage::SessionStore& sessions;
    storage::AccountStore& accounts;
    AuditedCommits& commits;
    storage::CommittedChanges& feed;  // a reader is added
    DeviceUses& uses;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  struct Rules {
    base::Milliseconds access_token_lifetime = std::chrono::minutes(60);  // beside a refresh token
    base::Milliseconds refresh_token_lifetime{0};                         // 0: until logout
    std::size_t cached_tokens = 65'536;
    std::string succession_key = {};  // of TokenSuccession, which alone keeps it
  };
  Sessions(Ports ports, Rules rules);

  // Signs `user` in, who has proven who they are. A device that is there already keeps its keys
  // and loses its tokens. However they proved it: those who are locked or gone are refused here,
  // and proofs that the password or a sign-out has overtaken.
  runtime::Task<NewSession> open(SessionRequest request);
  // The proof that somebody is `user` whom a session of theirs says to be.
  runtime::Task<Proof> prove(protocol::UserId user);
  [[nodiscard]] const Proofs& proofs() const { return proofs_; }
  // Everything of the person is being signed out. Requires: called before it is committed, for a
  // sign-in whose device is not there yet, and after, for what the sessions said meanwhile.
  void end_proofs(const protocol::UserId& user) { proofs_.end(user); }
  // The same as a part of a larger change (registration).
  [[nodiscard]] NewSession add_to(storage::Change& change, const SessionRequest& request);
  struct Refresh {
    std::string refresh_token;
    std::string client = {};                                  // its id; "" by the older API
    std::optional<protocol::DeviceId> device = std::nullopt;  // that it names, if any
    std::string request = {};  // the id by which the log knows what was sent
  };
  // By the older API. Throws ApiError unknown_token, user_locked.
  runtime::Task<IssuedTokens> refresh(Refresh wanted);
  runtime::Task<std::expected<IssuedTokens, RefreshRefusal>> refresh_for(Refresh wanted);
  // Ends the session that an access or refresh token is of; a token of none is passed over.
  runtime::Task<> revoke(std::string token);
  // Ends the session on a device; `why` is the act of the record.
  runtime::Task<> end(protocol::UserId user, protocol::DeviceId device, std::string why);
  // Whether one of the user's devices was last seen at `address`, or in its network.
  runtime::Task<bool> is_known_at(protocol::UserId user, std::string address);
  // Deletes the session's device.
  runtime::Task<> log_out(Session session);
  // Deletes all devices of the person; what they have proven so far opens no other one.
  runtime::Task<> log_out_everywhere(Session session);

  runtime::Task<TokenVerdict> check_credential(Credential credential) override;
  [[nodiscard]] std::optional<TokenVerdict> find_at_hand(const ShownToken& token) const override;
  void note_use(const Session& session, std::string_view address,
                std::string_view user_agent) override;
  [[nodiscard]] SessionWatchPtr watch(const SeenSession& seen) override;

 private:
  struct Issue;
  struct Used;
  // The first use of a successor ends what it replaces and the other successors.
  static void replace(storage::Change& change, const Used& used);
  [[nodiscard]] IssuedTokens issue(storage::Change& change, const Issue& what) const;
  // Why no new tokens are given for `stored`, which outlives the task as `wanted` does; absent:
  // they are.
  runtime::Task<std::optional<RefreshRefusal>> refuse_refresh(
      const storage::StoredRefreshToken& stored, const Refresh& wanted);
  runtime::Task<std::expected<IssuedTokens, RefreshRefusal>> refresh_again(Refresh wanted);
  runtime::Task<> end_family(std::string refresh_token, std::string request);
  runtime::Task<TokenVerdict> load_token(TokenHash hash);
  // Why an account that could not be signed in may not be.
  runtime::Task<> refuse_sign_in(protocol::UserId user);
  // What the token is worth to whoever showed it at `seen_at`.
  [[nodiscard]] TokenVerdict judge(CachedTokenPtr token, std::uint64_t seen_at) const;
  storage::FeedReader reader();
  void end(const protocol::UserId& user, const protocol::DeviceId& device);

  Ports ports_;
  Rules rules_;
  TokenSuccession succession_;
  TokenCache cache_;
  SessionEnds ends_;
  Proofs proofs_;
};

}  // namespace chancery::accounts
