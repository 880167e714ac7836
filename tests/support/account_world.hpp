// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts of a server "x" on an embedded database, with their endpoints, for tests.
//
// Passwords cost next to nothing here, time is virtual, and rooms are a fake that remembers.

#include "api/boundary/boundary.hpp"
#include "api/client/accounts/routes.hpp"
#include "domain/accounts/directory_filling.hpp"
#include "domain/audit/sealed_recorder.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "domain/keys/stored_keys.hpp"
#include "domain/mail/mail_queue.hpp"
#include "domain/third_party_ids/identity_servers.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "domain/third_party_ids/validations.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/worker_pool.hpp"
#include "storage/sql/account_store.hpp"
#include "storage/sql/mail_store.hpp"
#include "storage/sql/personal_store.hpp"
#include "storage/sql/third_party_id_store.hpp"
#include "storage/sql/user_directory_store.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/audit_trail.hpp"
#include "tests/support/remembered_mail.hpp"
#include "tests/support/scripted_outbound.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/temporary_store.hpp"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chancery::support {

// Rooms as far as accounts see them.
class RememberedRooms final : public accounts::JoinedRooms {
 public:
  runtime::Task<> show_profile(protocol::UserId user, accounts::MemberProfile profile) override {
    shown.emplace_back(user.text(), std::move(profile));
    co_return;
  }
  runtime::Task<> leave_all(protocol::UserId user) override {
    left.push_back(user.text());
    co_return;
  }
  [[nodiscard]] bool share_room(const protocol::UserId& one,
                                const protocol::UserId& other) const override {
    return one == other || sharing.contains({one.text(), other.text()});
  }
  runtime::Task<std::vector<protocol::UserId>> find_visible(
      protocol::UserId searcher, std::vector<protocol::UserId> people) override {
    std::erase_if(people,
                  [&](const protocol::UserId& user) { return !share_room(searcher, user); });
    co_return people;
  }

  std::vector<std::pair<std::string, accounts::MemberProfile>> shown;
  std::vector<std::string> left;
  std::set<std::pair<std::string, std::string>> sharing;
};

class AccountWorld {
 public:
  struct Options {
    accounts::RegistrationRules registration{.mode = accounts::RegistrationMode::open};
    std::vector<accounts::TermsFile> terms;
    std::size_t least_password = 15;
    std::string shared_secret = "a shared secret";
    accounts::Presence::Rules presence;
    accounts::UserDirectory::Scope directory = accounts::UserDirectory::Scope::rooms;
    accounts::AccountData::Rules account_data = {};
  };
  static constexpr std::string_view kPassword = "correct horse battery";

  AccountWorld() : AccountWorld(Options{}) {}
  explicit AccountWorld(Options options) : options_(std::move(options)) { start(); }
  ~AccountWorld() { store_.committer().stop(); }
  AccountWorld(const AccountWorld&) = delete;
  AccountWorld& operator=(const AccountWorld&) = delete;

  [[nodiscard]] accounts::SetupLinks& setup_links() { return parts_->setup_links; }
  [[nodiscard]] accounts::RegistrationTokens& registration_tokens() { return parts_->tokens; }
  [[nodiscard]] accounts::Accounts& accounts() { return parts_->accounts; }
  [[nodiscard]] accounts::Passwords& passwords() { return parts_->passwords; }
  [[nodiscard]] accounts::SignIn& signing_in() { return parts_->sign_in; }
  [[nodiscard]] accounts::AccountData& account_data() { return parts_->account_data; }
  [[nodiscard]] third_party_ids::ThirdPartyIds& third_party_ids() {
    return parts_->third_party_ids;
  }
  // Whom the server speaks to: "id.example" is an identity server that is listed.
  [[nodiscard]] ScriptedOutbound& outside() { return outside_; }
  [[nodiscard]] accounts::DeviceUses& device_uses() { return parts_->uses; }
  [[nodiscard]] accounts::DirectoryFilling& directory_filling() {
    return parts_->directory_filling;
  }
  [[nodiscard]] storage::AccountStore& account_store() { return parts_->account_store; }
  [[nodiscard]] storage::SessionStore& session_store() { return parts_->session_store; }
  [[nodiscard]] const boundary::Boundary& boundary() const { return *boundary_; }
  [[nodiscard]] RememberedRooms& rooms() { return rooms_; }
  [[nodiscard]] storage::Committer& committer() { return store_.committer(); }
  [[nodiscard]] runtime::SimulatedScheduler& scheduler() { return scheduler_; }
  [[nodiscard]] SeededRandom& random() { return random_; }
  // What stands on record, opened, the oldest first.
  [[nodiscard]] std::vector<Recorded> records() {
    return run(load_records(store_.reader(), parts_->keys));
  }

  template <typename Value>
  Value run(runtime::Task<Value> task) {
    return scheduler_.run(std::move(task));
  }
  void run(runtime::Task<> task) { scheduler_.run(std::move(task)); }

  // Nobody in particular.
  [[nodiscard]] ApiClient client() { return {*boundary_, scheduler_}; }
  // "@name:x" with kPassword, registered and signed in.
  ApiClient registered(const std::string& name) {
    ApiClient fresh = client();
    const ApiAnswer answer =
        fresh.post("/_matrix/client/v3/register", R"({"username":")" + name + R"(","password":")" +
                                                      std::string(kPassword) +
                                                      R"(","auth":{"type":"m.login.dummy"}})");
    if (answer.status != 200) throw std::logic_error("not registered: " + answer.body);
    fresh.set_token(answer.text("access_token"));
    return fresh;
  }
  // The answer to a sign-in of "@name:x".
  ApiAnswer sign_in(const std::string& name, std::string_view password = kPassword,
                    const std::string& extra = "", const std::string& address = "192.0.2.1") {
    ApiClient fresh = client();
    fresh.set_address(address);
    return fresh.post("/_matrix/client/v3/login",
                      R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":")" +
                          name + R"("},"password":")" + std::string(password) + "\"" + extra + "}");
  }

  // As a restart of the server: what is in memory is gone. Clients made before are of no use.
  void restart() {
    store_.committer().stop();
    boundary_.reset();
    parts_.reset();
    store_.reopen();
    start();
  }

 private:
  struct Parts {
    Parts(AccountWorld& world, const Options& options);

    keys::EpochKeyRing keys;
    audit::SealedRecorder recorder;
    accounts::AuditedCommits commits;
    accounts::DeviceUses uses;
    storage::sql::SqlAccountStore account_store;
    storage::sql::SqlSessionStore session_store;
    storage::sql::SqlRegistrationStore registration_store;
    storage::sql::SqlProfileStore profile_store;
    storage::sql::SqlDirectoryWordStore directory_word_store;
    storage::sql::SqlAccountDataStore account_data_store;
    storage::sql::SqlFilterStore filter_store;
    accounts::Sessions sessions;
    accounts::Passwords passwords;
    accounts::Accounts accounts;
    accounts::Moderation moderation;
    accounts::Deactivation deactivation;
    accounts::AccountCreation creation;
    accounts::RegistrationTokens tokens;
    accounts::Terms terms;
    accounts::Registration registration;
    accounts::SetupLinks setup_links;
    accounts::SharedSecret shared_secret;
    accounts::FailedAttempts attempts;
    accounts::SignIn sign_in;
    accounts::Devices devices;
    accounts::Profiles profiles;
    accounts::ProfileEditor profile_editor;
    accounts::AccountData account_data;
    accounts::Presence presence;
    accounts::Filters filters;
    accounts::OpenIdTokens openid_tokens;
    accounts::LoginTokens login_tokens;
    accounts::ResetPermits reset_permits;
    accounts::DirectoryFilling directory_filling;
    accounts::UserDirectory user_directory;
    accounts::InteractiveSessions interactive_sessions;
    appservices::Registry registry;
    appservices::Ghosts ghosts;
    storage::sql::SqlMailStore mail_store;
    storage::sql::SqlThirdPartyIdStore third_party_id_store;
    mail::MailQueue mails;
    third_party_ids::AddressKey address_key;
    third_party_ids::ThirdPartyIds third_party_ids;
    third_party_ids::Validations validations;
    client::InteractiveAuth interactive;
    client::PublicFace face;
    boundary::RateLimits limits;
  };

  void start() {
    parts_ = std::make_unique<Parts>(*this, options_);
    Parts& parts = *parts_;
    boundary_ = std::make_unique<boundary::Boundary>(
        client::account_routes({.accounts = parts.accounts,
                                .deactivation = parts.deactivation,
                                .moderation = parts.moderation,
                                .registration = parts.registration,
                                .setup_links = parts.setup_links,
                                .shared_secret = parts.shared_secret,
                                .sign_in = parts.sign_in,
                                .sessions = parts.sessions,
                                .devices = parts.devices,
                                .profiles = parts.profiles,
                                .profile_editor = parts.profile_editor,
                                .account_data = parts.account_data,
                                .presence = parts.presence,
                                .filters = parts.filters,
                                .openid_tokens = parts.openid_tokens,
                                .login_tokens = parts.login_tokens,
                                .user_directory = parts.user_directory,
                                .rooms = rooms_,
                                .ghosts = parts.ghosts,
                                .third_party_ids = parts.third_party_ids,
                                .identity = identity_,
                                .interactive = parts.interactive,
                                .clock = scheduler_.clock(),
                                .face = parts.face}),
        boundary::Boundary::Ports{
            .authenticator = parts.sessions, .limits = parts.limits, .clock = scheduler_.clock()});
  }

  Options options_;
  runtime::SimulatedScheduler scheduler_;
  SeededRandom random_;
  runtime::WorkerPool workers_{1};
  RememberedRooms rooms_;
  RememberedMail mail_;
  ScriptedOutbound outside_;
  protocol::SigningKey key_{protocol::KeyId::trusted("ed25519:1"), std::string(32, 's')};
  third_party_ids::IdentityServers identity_{
      outside_,
      {.allowed = {"id.example"}, .own_name = protocol::ServerName::trusted("x"), .key = key_}};
  TemporaryStore store_;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<boundary::Boundary> boundary_;
};

inline AccountWorld::Parts::Parts(AccountWorld& world, const Options& options)
    : keys(keys::RootKey(std::string(32, 'k')), world.run(world.store_.keys().load_keys()),
           world.random_),
      recorder(keys, world.random_, world.scheduler_.clock()),
      commits(world.store_.committer(), recorder),
      uses(commits, world.scheduler_.clock()),
      account_store(world.store_.reader()),
      session_store(world.store_.reader()),
      registration_store(world.store_.reader()),
      profile_store(world.store_.reader()),
      directory_word_store(world.store_.reader()),
      account_data_store(world.store_.reader()),
      filter_store(world.store_.reader()),
      sessions({.sessions = session_store,
                .accounts = account_store,
                .commits = commits,
                .feed = world.store_.committer(),
                .uses = uses,
                .clock = world.scheduler_.clock(),
                .random = world.random_},
               {.succession_key = std::string(32, 's')}),
      passwords({.min_length = options.least_password, .memory_bytes = 8'192, .passes = 1},
                world.workers_),
      accounts({.accounts = account_store, .sessions = session_store}, commits, passwords,
               sessions.proofs()),
      moderation(accounts, world.scheduler_.clock(), protocol::ServerName::trusted("x")),
      deactivation({.accounts = account_store, .sessions = session_store}, commits, world.rooms_),
      creation(account_store, commits, passwords, sessions, world.scheduler_.clock(), world.random_,
               protocol::ServerName::trusted("x")),
      tokens(registration_store, commits, world.scheduler_.clock(), world.random_),
      terms(accounts::Terms::read(options.terms, "https://x.example").value()),
      registration(creation, tokens, passwords, world.scheduler_.clock(), options.registration,
                   terms),
      setup_links(registration_store, commits, creation, passwords, world.scheduler_.clock(),
                  world.random_),
      shared_secret(options.shared_secret, creation, world.scheduler_.clock(), world.random_),
      attempts({}, world.scheduler_.clock()),
      sign_in(account_store, commits, passwords, sessions, attempts,
              protocol::ServerName::trusted("x")),
      devices(session_store, commits, uses, sessions, world.scheduler_.clock()),
      profiles(profile_store, account_store),
      profile_editor(profiles, commits, world.rooms_),
      account_data({.store = account_data_store,
                    .commits = commits,
                    .feed = world.store_.committer(),
                    .keys = keys,
                    .clock = world.scheduler_.clock(),
                    .random = world.random_},
                   options.account_data),
      presence(options.presence, world.scheduler_.clock()),
      filters(filter_store, commits),
      openid_tokens(world.scheduler_.clock(), world.random_),
      login_tokens(commits, world.scheduler_.clock(), world.random_),
      reset_permits(commits, world.scheduler_.clock()),
      directory_filling(directory_word_store, world.store_.committer()),
      user_directory(directory_word_store, world.rooms_, options.directory),
      interactive_sessions(world.scheduler_.clock(), world.random_,
                           [this](const accounts::InteractiveProgress& ended) {
                             if (ended.registration_token.empty()) return;
                             tokens.release(ended.registration_token);
                           }),
      ghosts({.registry = registry,
              .creation = creation,
              .sessions = sessions,
              .accounts = account_store}),
      mail_store(world.store_.reader()),
      third_party_id_store(world.store_.reader()),
      mails({.store = mail_store,
             .committer = world.store_.committer(),
             .keys = keys,
             .carrier = world.mail_,
             .clock = world.scheduler_.clock(),
             .random = world.random_},
            {.address = mail::Address::parse("server@x.example").value(), .name = "x"}),
      address_key(std::string(32, 'a')),
      third_party_ids({.store = third_party_id_store,
                       .commits = commits,
                       .keys = keys,
                       .address_key = address_key,
                       .clock = world.scheduler_.clock(),
                       .random = world.random_}),
      validations({.store = third_party_id_store,
                   .commits = commits,
                   .keys = keys,
                   .address_key = address_key,
                   .mails = mails,
                   .clock = world.scheduler_.clock(),
                   .random = world.random_},
                  {.server_name = "x", .public_url = "https://x.example"}),
      interactive({.sessions = interactive_sessions,
                   .sign_in = sign_in,
                   .registration = registration,
                   .addresses = third_party_ids,
                   .validations = validations},
                  {.permits = reset_permits, .address = "https://x.example/reset"}),
      face{.server_name = "x", .client_base_url = "https://x.example"},
      limits(boundary::LimitsEnabled::no, {}, world.scheduler_.clock()) {
  keys::follow_stored_keys(keys, world.store_.committer());
}

}  // namespace chancery::support
