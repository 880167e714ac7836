// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/admin_modules.hpp"

#include "api/client/accounts/routes.hpp"

#include <fmt/core.h>

namespace chancery::server {

protocol::UserId notices_sender(const Config& config) {
  const std::string& localpart = config.server_notices.localpart;
  if (localpart.empty()) return {};
  return protocol::UserId::trusted("@" + localpart + ":" + config.server.name);
}

AdminModules::AdminModules(Stores& stores, const Config& config, const Ports& given)
    : ports(given),
      // NOLINTNEXTLINE(bugprone-throw-keyword-missing): exceptions to a rule, not thrown ones
      rates(stores.administration, ports.accounts.commits, stores.committer),
      account_list({.store = stores.administration,
                    .moderation = ports.accounts.moderation,
                    .profiles = ports.accounts.profiles,
                    .account_data = ports.accounts.account_data,
                    .commits = ports.accounts.commits,
                    .rooms = ports.rooms}),
      editor({.accounts = ports.accounts.accounts,
              .creation = ports.accounts.creation,
              .moderation = ports.accounts.moderation,
              .deactivation = ports.people.deactivation,
              .profiles = ports.people.profile_editor,
              .addresses = ports.mail.ids,
              .commits = ports.accounts.commits}),
      room_list(ports.rooms, stores.directory, stores.administration, ports.accounts.server),
      room_acts({.rooms = ports.rooms,
                 .members = ports.room_modules.member_acts,
                 .sending = ports.room_modules.sending,
                 .accounts = ports.accounts.accounts,
                 .moderation = ports.accounts.moderation,
                 .commits = ports.accounts.commits},
                ports.accounts.server),
      removal({.write = ports.room_modules.write_ports,
               .creation = ports.room_modules.creation,
               .members = ports.room_modules.member_acts,
               .sending = ports.room_modules.sending,
               .aliases = ports.room_modules.aliases,
               .accounts = ports.accounts.accounts,
               .commits = ports.accounts.commits}),
      purge({.rooms = ports.rooms,
             .index = ports.search.indexer,
             .commits = ports.accounts.commits,
             .clock = ports.clock,
             .random = ports.random},
            ports.accounts.server),
      redaction({.write = ports.room_modules.write_ports,
                 .sending = ports.room_modules.sending,
                 .accounts = ports.accounts.accounts,
                 .moderation = ports.accounts.moderation,
                 .commits = ports.accounts.commits}),
      reports({.store = stores.administration,
               .keys = stores.key_ring,
               .rooms = ports.rooms,
               .commits = ports.accounts.commits}),
      media({.lists = stores.administration,
             .store = stores.media,
             .keys = stores.key_ring,
             .media = ports.media.media,
             .rooms = ports.rooms,
             .commits = ports.accounts.commits},
            ports.accounts.server),
      notices({.rooms = ports.rooms,
               .creation = ports.room_modules.creation,
               .members = ports.room_modules.member_acts,
               .sending = ports.room_modules.sending},
              {.accounts = ports.accounts.accounts,
               .creation = ports.accounts.creation,
               .profiles = ports.accounts.profiles,
               .account_data = ports.accounts.account_data,
               .commits = ports.accounts.commits,
               .store = stores.administration},
              ports.random,
              {.sender = notices_sender(config),
               .display_name = config.server_notices.display_name,
               .avatar_url = config.server_notices.avatar,
               .room_name = config.server_notices.room_name}) {}

runtime::Task<> AdminModules::start() {
  co_await rates.load();
  if (co_await notices.claim_sender() == admin::ServerNotices::Claim::somebodys) {
    throw ConfigError(fmt::format(
        "server_notices.localpart: {} is somebody's account; choose a name that nobody has",
        notices.sender_name().text()));
  }
}

runtime::Task<> AdminModules::stop() {
  co_await removal.stop();
  co_await purge.stop();
  co_await redaction.stop();
}

std::optional<boundary::Rate> AdminModules::find_rate(const std::string& who) const {
  const auto exception = rates.find(protocol::UserId::trusted(who));
  if (!exception) return std::nullopt;
  return boundary::Rate{.per_second = static_cast<double>(exception->per_second),
                        .burst = static_cast<double>(exception->burst)};
}

std::vector<boundary::Route> AdminModules::routes(std::string program_version) {
  return admin_api::admin_routes({.accounts = account_list,
                                  .editor = editor,
                                  .rates = rates,
                                  .rooms = room_list,
                                  .room_acts = room_acts,
                                  .removal = removal,
                                  .purge = purge,
                                  .redaction = redaction,
                                  .reports = reports,
                                  .media = media,
                                  .notices = notices,
                                  .moderation = ports.accounts.moderation,
                                  .creation = ports.accounts.creation,
                                  .devices = ports.accounts.devices,
                                  .commits = ports.accounts.commits,
                                  .pushers = ports.push.pushers,
                                  .aliases = ports.room_modules.aliases,
                                  .known_rooms = ports.rooms,
                                  .clock = ports.clock,
                                  .version = std::move(program_version),
                                  .features = client::unstable_features()});
}

}  // namespace chancery::server
