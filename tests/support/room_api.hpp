// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The endpoints of rooms over a RoomHouse, for clients in the test's own process.
//
// A token is the name of the user, or "name/DEVICE".

#include "api/client/room_reads/routes.hpp"
#include "api/client/rooms/routes.hpp"
#include "api/client/search/routes.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/upgraded_rooms.hpp"
#include "domain/rooms/reading.hpp"
#include "domain/rooms/reports.hpp"
#include "domain/rooms/typing.hpp"
#include "domain/third_party_ids/address_invites.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/known_tokens.hpp"
#include "tests/support/room_house.hpp"
#include "tests/support/scripted_outbound.hpp"
#include "tests/support/search_world.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chancery::support {

// Absent: the token is nobody's.
inline std::optional<accounts::Session> session_of_token(const std::string& token) {
  const std::size_t slash = token.find('/');
  const std::string name = token.substr(0, slash);
  const std::string device = slash == std::string::npos ? "PHONE" : token.substr(slash + 1);
  auto user = protocol::UserId::parse("@" + name + ":example.org");
  if (!user) return std::nullopt;
  return accounts::Session{.user = *std::move(user),
                           .device = *protocol::DeviceId::parse(device),
                           .role = policy::Role::user,
                           .authenticated_at = {}};
}

class RoomApi {
 public:
  RoomApi() {
    std::vector<boundary::Route> routes = client::room_routes({.rooms = house_->rooms,
                                                               .creation = house_->creation,
                                                               .members = house_->members,
                                                               .sending = house_->sending,
                                                               .delayed = house_->delayed,
                                                               .upgrading = house_->upgrading,
                                                               .aliases = house_->aliases,
                                                               .directory = house_->directory,
                                                               .hierarchy = hierarchy_,
                                                               .reports = reports_,
                                                               .upgraded = upgraded_,
                                                               .address_invites = by_address_});
    const client::RoomReadServices reads{.rooms = house_->rooms,
                                         .reading = reading_,
                                         .aggregations = house_->aggregations,
                                         .receipts = house_->receipts,
                                         .typing = typing_,
                                         .presence = presence_,
                                         .services = registry_,
                                         .clock = house_.scheduler().clock()};
    const auto add = [&routes](std::vector<boundary::Route> more) {
      std::ranges::move(more, std::back_inserter(routes));
    };
    add(client::room_read_routes(reads));
    add(client::search_routes({.search = search_.search, .reads = reads}));
    boundary_ = std::make_unique<boundary::Boundary>(
        std::move(routes),
        boundary::Boundary::Ports{
            .authenticator = tokens_, .limits = limits_, .clock = house_.scheduler().clock()});
  }

  RoomHouse& house() { return house_; }
  rooms::Typing& typing() { return typing_; }
  SearchServices& search() { return search_; }
  push::PushRules& push_rules() { return push_rules_; }
  ApiClient client(std::string token) {
    if (auto session = session_of_token(token)) tokens_.add(token, *std::move(session));
    ApiClient made(*boundary_, house_.scheduler());
    made.set_token(std::move(token));
    return made;
  }
  // A room of `who`, made with this body.
  std::string create(const std::string& who, std::string body = R"({"preset":"public_chat"})") {
    return client(who).post("/_matrix/client/v3/createRoom", std::move(body)).text("room_id");
  }
  static std::string path(const std::string& room, const std::string& rest) {
    return "/_matrix/client/v3/rooms/" + room + "/" + rest;
  }

 private:
  RoomHouse house_;
  KnownTokens tokens_;
  boundary::RateLimits limits_{boundary::LimitsEnabled::no, {}, house_.scheduler().clock()};
  rooms::Reports reports_{house_->ports};
  rooms::Hierarchy hierarchy_{house_->rooms};
  push::PushRules push_rules_{{.account_data = house_->account_data,
                               .commits = house_->commits,
                               .feed = house_.store().committer()}};
  push::UpgradedRooms upgraded_{
      {.rooms = house_->rooms, .rules = push_rules_, .account_data = house_->account_data}};
  SearchServices search_{house_};
  // None is listed: nobody is spoken to.
  ScriptedOutbound outside_;
  protocol::SigningKey key_{protocol::KeyId::trusted("ed25519:1"), std::string(32, 's')};
  third_party_ids::IdentityServers identity_{
      outside_,
      {.allowed = {}, .own_name = protocol::ServerName::trusted("example.org"), .key = key_}};
  third_party_ids::AddressInvites by_address_{
      {.rooms = house_->rooms,
       .sending = house_->sending,
       .members = house_->members,
       .accounts = house_->account_store,
       .identity = identity_,
       .server = protocol::ServerName::trusted("example.org")}};
  rooms::Reading reading_{house_->rooms, house_->visible};
  rooms::Typing typing_{house_.scheduler().clock(), house_.store().committer()};
  accounts::Presence presence_{{}, house_.scheduler().clock()};
  appservices::Registry registry_{{}};
  std::unique_ptr<boundary::Boundary> boundary_;
};

}  // namespace chancery::support
