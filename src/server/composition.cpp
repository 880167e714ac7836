// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/composition.hpp"

#include "api/client/application_services/routes.hpp"
#include "api/client/devices/routes.hpp"
#include "api/client/old_reads/routes.hpp"
#include "api/client/push/routes.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/rooms/routes.hpp"
#include "api/client/search/routes.hpp"
#include "api/client/sync/routes.hpp"
#include "api/client/third_party_ids/routes.hpp"
#include "api/federation/routes.hpp"
#include "api/pages/routes.hpp"
#include "base/log.hpp"
#include "runtime/wait.hpp"
#include "server/public_face.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

namespace chancery::server {
namespace {

boundary::RateTable rate_table(const Config::Limits& limits) {
  const auto rate = [](double per_second, std::int64_t burst) {
    return boundary::Rate{per_second, static_cast<double>(burst)};
  };
  return {.read = rate(limits.read_per_second, limits.read_burst),
          .write = rate(limits.write_per_second, limits.write_burst),
          .message = rate(limits.message_per_second, limits.message_burst),
          .sign_in = rate(limits.sign_in_per_second, limits.sign_in_burst),
          .registration = rate(limits.registration_per_second, limits.registration_burst),
          .media = rate(limits.media_per_second, limits.media_burst)};
}

rooms::Rooms::Limits room_limits(const Config& config) {
  // Half of the cache for events, an eighth for nodes of state; the rest is the database's.
  const auto bytes = static_cast<std::size_t>(config.storage.cache_mb) * 1024 * 1024;
  return {.event_cache_bytes = bytes / 2, .state_node_cache_bytes = bytes / 8};
}

}  // namespace

Composition::Composition(const Config& config, Stores& stores, Ports ports)
    : stores_(stores),
      rooms_(stores.events, stores.key_ring, stores.committer, room_limits(config)),
      appservice_names_(config, {.outbound = ports.outbound, .clock = ports.clock}),
      accounts_(stores, config,
                {.clock = ports.clock,
                 .random = ports.random,
                 .workers = ports.workers,
                 .reserved = appservice_names_.registry,
                 .absent = appservice_names_.queries}),
      federation_(stores, config,
                  {.outbound = ports.outbound,
                   .resolver = ports.resolver,
                   .clock = ports.clock,
                   .random = ports.random,
                   .server = accounts_.server}),
      room_modules_(stores, config,
                    {.rooms = rooms_,
                     .clock = ports.clock,
                     .random = ports.random,
                     .server = accounts_.server,
                     .account_data = accounts_.account_data,
                     .erased = accounts_.erased,
                     .notices = notices_sender(config),
                     .alias_owners = appservice_names_.queries,
                     .policy_servers = federation_.policy_servers}),
      people_(stores, config, accounts_, room_modules_.of_people),
      oauth_(stores, config, {.accounts = accounts_, .clock = ports.clock, .random = ports.random}),
      devices_(stores, {.memberships = rooms_.memberships(),
                        .clock = ports.clock,
                        .random = ports.random,
                        .server = accounts_.server}),
      mail_(stores, config,
            {.rooms = rooms_,
             .room_modules = room_modules_,
             .accounts = accounts_,
             .carrier = ports.mail,
             .outbound = ports.outbound,
             .clock = ports.clock,
             .random = ports.random}),
      push_(stores, config,
            {.rooms = rooms_,
             .room_modules = room_modules_,
             .accounts = accounts_,
             .mail = mail_,
             .clock = ports.clock,
             .random = ports.random,
             .outbound = ports.outbound}),
      search_(stores, {.rooms = rooms_, .room_modules = room_modules_, .random = ports.random}),
      sync_(stores, {.rooms = rooms_,
                     .room_modules = room_modules_,
                     .accounts = accounts_,
                     .devices = devices_,
                     .unread = push_.unread,
                     .clock = ports.clock,
                     .random = ports.random}),
      media_(stores, config,
             {.clock = ports.clock,
              .random = ports.random,
              .workers = ports.workers,
              .server = accounts_.server,
              .outbound = ports.outbound}),
      admin_(stores, config,
             {.rooms = rooms_,
              .room_modules = room_modules_,
              .accounts = accounts_,
              .people = people_,
              .push = push_,
              .mail = mail_,
              .search = search_,
              .media = media_,
              .clock = ports.clock,
              .random = ports.random}),
      appservices_(stores, {.names = appservice_names_,
                            .rooms = rooms_,
                            .room_modules = room_modules_,
                            .accounts = accounts_,
                            .devices = devices_,
                            .clock = ports.clock,
                            .random = ports.random}),
      clock_(ports.clock),
      face_(public_face(config)),
      published_keys_(stores.signing.key, accounts_.server, ports.clock),
      interactive_({.sessions = accounts_.interactive_sessions,
                    .sign_in = accounts_.sign_in,
                    .registration = accounts_.registration,
                    .addresses = mail_.ids,
                    .validations = mail_.validations},
                   oauth_.reset_page(accounts_),
                   config.accounts.legacy_login
                       ? client::InteractiveAuth::Passwords::asked_by_apps
                       : client::InteractiveAuth::Passwords::asked_on_pages),
      acts_(stores, accounts_, people_,
            {.public_url = config.public_url(), .keys_file = config.keys_file()}),
      control_(acts_, ports.random),
      health_(stores.committer, stores.accounts),
      limits_(config.limits.enabled ? boundary::LimitsEnabled::yes : boundary::LimitsEnabled::no,
              rate_table(config.limits), ports.clock, &admin_),
      boundary_(routes(config), {.authenticator = appservices_.authenticator,
                                 .limits = limits_,
                                 .clock = ports.clock,
                                 .show_lost = oauth_.lost_page()}) {}

std::vector<boundary::Route> Composition::routes(const Config& config) {
  std::vector<boundary::Route> all = health_.routes();
  const auto add = [&all](std::vector<boundary::Route> more) {
    std::ranges::move(more, std::back_inserter(all));
  };
  add(account_routes());
  add(client::call_routes(accounts_.turn, face_));
  add(room_routes());
  add(client::device_routes({.keys = devices_.keys,
                             .query = devices_.query,
                             .cross_signing = devices_.cross_signing,
                             .lists = devices_.lists,
                             .to_device = devices_.to_device,
                             .backups = devices_.backups,
                             .dehydrated = devices_.dehydrated,
                             .interactive = interactive_}));
  add(client::sync_routes({.engine = sync_.engine,
                           .sliding = sync_.sliding,
                           .filters = accounts_.filters,
                           .presence = accounts_.presence,
                           .threads = room_modules_.threads,
                           .feed = stores_.committer}));
  const client::RoomReadServices reads{.rooms = rooms_,
                                       .reading = room_modules_.reading,
                                       .aggregations = room_modules_.aggregations,
                                       .receipts = room_modules_.receipts,
                                       .typing = room_modules_.typing,
                                       .presence = accounts_.presence,
                                       .services = appservice_names_.registry,
                                       .clock = clock_};
  add(client::room_read_routes(reads));
  add(client::old_read_routes({.reads = reads,
                               .visible = room_modules_.visible,
                               .directory = room_modules_.directory,
                               .account_data = accounts_.account_data,
                               .wake_ups = sync_.wake_ups}));
  add(client::search_routes({.search = search_.search, .reads = reads}));
  add(client::push_routes({.rules = push_.rules,
                           .pushers = push_.pushers,
                           .notifications = push_.notifications,
                           .digests = push_.digests,
                           .clock = clock_}));
  add(client::application_service_routes({.networks = appservices_.networks,
                                          .pings = appservices_.pings,
                                          .directory = room_modules_.directory}));
  add(client::third_party_id_routes({.ids = mail_.ids,
                                     .validations = mail_.validations,
                                     .identity = mail_.identity,
                                     .interactive = interactive_}));
  add(media_.routes(config));
  add(admin_.routes(CHANCERY_VERSION));
  add(federation_api::federation_routes({.keys = published_keys_,
                                         .program_version = CHANCERY_VERSION,
                                         .invites = mail_.vouched_invites,
                                         .openid_tokens = accounts_.openid_tokens,
                                         .accounts = accounts_.accounts}));
  add(control_.routes());
  add(oauth_.routes(accounts_, people_, mail_, clock_));
  add(pages::page_routes(
      {.server_name = face_.server_name,
       .password_min_length = static_cast<std::size_t>(config.password.min_length),
       .mail = config.mail.server.empty() ? pages::PageFacts::Mail::none
                                          : pages::PageFacts::Mail::sent}));
  return all;
}

std::vector<boundary::Route> Composition::account_routes() {
  return client::account_routes({.accounts = accounts_.accounts,
                                 .deactivation = people_.deactivation,
                                 .moderation = accounts_.moderation,
                                 .registration = accounts_.registration,
                                 .setup_links = accounts_.setup_links,
                                 .shared_secret = accounts_.shared_secret,
                                 .sign_in = accounts_.sign_in,
                                 .sessions = accounts_.sessions,
                                 .devices = accounts_.devices,
                                 .profiles = accounts_.profiles,
                                 .profile_editor = people_.profile_editor,
                                 .account_data = accounts_.account_data,
                                 .presence = accounts_.presence,
                                 .filters = accounts_.filters,
                                 .openid_tokens = accounts_.openid_tokens,
                                 .login_tokens = accounts_.login_tokens,
                                 .user_directory = people_.user_directory,
                                 .rooms = room_modules_.of_people,
                                 .ghosts = appservices_.ghosts,
                                 .third_party_ids = mail_.ids,
                                 .identity = mail_.identity,
                                 .interactive = interactive_,
                                 .clock = clock_,
                                 .face = face_});
}

std::vector<boundary::Route> Composition::room_routes() {
  return client::room_routes({.rooms = rooms_,
                              .creation = room_modules_.creation,
                              .members = room_modules_.member_acts,
                              .sending = room_modules_.sending,
                              .delayed = room_modules_.delayed,
                              .upgrading = room_modules_.upgrading,
                              .aliases = room_modules_.aliases,
                              .directory = room_modules_.directory,
                              .hierarchy = room_modules_.hierarchy,
                              .reports = room_modules_.reports,
                              .upgraded = push_.upgraded,
                              .address_invites = mail_.address_invites});
}

runtime::Task<> Composition::start() {
  co_await stores_.store_fresh_keys();
  co_await people_.directory_filling.ensure_complete();
  co_await accounts_.erased.load();
  co_await rooms_.load();
  co_await room_modules_.receipts.load();
  co_await room_modules_.delayed.load_waiting();
  co_await room_modules_.sticky.load_stored();
  co_await search_.indexer.load();
  co_await sync_.removed_rooms.load();
  co_await media_.files.remove_unfinished();
  co_await admin_.start();
  co_await appservices_.ghosts.ensure_senders();
}

runtime::Task<> Composition::keep_house(runtime::CancelToken cancel) {
  for (int second = 1;; ++second) {
    co_await runtime::sleep_for(std::chrono::seconds(1), cancel);
    co_await find_whether_it_writes();
    try {
      if (second % 120 == 0) co_await accounts_.uses.write();
      co_await admin_.removal.sweep();
      co_await sync_.connections.spill();
      if (second % (6 * 3600) == 1200) co_await sync_.connections.sweep();
      if (second % (6 * 3600) == 1800) co_await sync_.removed_rooms.sweep();
      if (second % 10 == 0) co_await room_modules_.transaction_sweeper.sweep();
      co_await room_modules_.guest_departures.sweep();
      if (second % 3600 == 1) co_await people_.deactivation.resume();
      if (second % 3600 == 2) co_await room_modules_.guest_departures.resume();
      if (second % 3600 == 300) co_await oauth_.clients.sweep();
      if (second % 3600 == 900) co_await mail_.validations.sweep();
      if (second % (6 * 3600) == 600) co_await media_.keep_house();
    } catch (const std::exception& error) {
      // What this round could not store or remove, a later one will. Whatever it is: nobody else
      // keeps the house.
      base::log_warn("housekeeping_failed", {{"why", error.what()}});
    }
  }
}

runtime::Task<> Composition::end_what_expires(runtime::CancelToken cancel) {
  for (int second = 1;; ++second) {
    co_await runtime::sleep_for(std::chrono::seconds(1), cancel);
    room_modules_.typing.expire();
    if (second % 5 == 0) accounts_.presence.expire();
  }
}

runtime::Task<> Composition::send_delayed(runtime::CancelToken cancel) {
  co_await room_modules_.delayed.send_when_due(std::move(cancel));
}

runtime::Task<> Composition::tell_services(runtime::CancelToken cancel) {
  co_await appservices_.deliveries.run(std::move(cancel));
}

// A disk that was full has room again, a database is back: nobody sends anything to a server that
// says it is not ready, so it tries for itself.
runtime::Task<> Composition::find_whether_it_writes() {
  if (stores_.committer.is_healthy()) co_return;
  try {
    co_await stores_.committer.commit(storage::Change{});
  } catch (const storage::StorageError&) {
    // Still not; the committer has said so when it began.
  }
}

runtime::Task<> Composition::tell_others(runtime::CancelToken cancel) {
  co_await push_.delivery.run(cancel);
}

runtime::Task<> Composition::carry_mail(runtime::CancelToken cancel) {
  co_await mail_.queue.run(cancel);
}

void Composition::end_waiting() {
  sync_.wake_ups.end_waiting();
  media_.end_waiting();
}

runtime::Task<> Composition::stop() {
  co_await push_.delivery.stop();
  co_await appservice_names_.queries.stop();
  co_await media_.stop();
  co_await admin_.stop();
  try {
    co_await accounts_.uses.write();
    co_await sync_.connections.store_all();
  } catch (const storage::StorageError& error) {
    // When sessions were last used, and how far clients were told, is not worth failing for: a full
    // disk must not keep anyone from stopping the server in order.
    base::log_warn("session_uses_not_stored", {{"why", error.what()}});
  }
}

}  // namespace chancery::server
