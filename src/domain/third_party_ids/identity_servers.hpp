// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Identity servers: asked on behalf of people who want an address to be found, or want to invite
// one. Only those that the operator lists are spoken to.
//
// Concurrency: any scheduler.
// Failure:     ApiError: server_not_trusted for one that is not listed, unknown (502) for one that
//              does not answer, forbidden for what it refused; Cancelled.
// Spec:        identity service API v2; server-server, "Authentication" (for unbind).

#include "base/json.hpp"
#include "domain/mail/address.hpp"
#include "http/outbound.hpp"
#include "protocol/identifiers.hpp"
#include "protocol/signing.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace chancery::third_party_ids {

class IdentityServers {
 public:
  static constexpr std::chrono::seconds kPatience{15};

  struct Facts {
    std::vector<std::string> allowed;
    protocol::ServerName own_name;
    const protocol::SigningKey& key;
  };
  IdentityServers(http::Outbound& outbound, Facts facts)
      : outbound_(outbound), facts_(std::move(facts)) {}

  [[nodiscard]] bool is_allowed(const std::string& server) const;
  // Throws ApiError server_not_trusted.
  void require_allowed(const std::string& server) const;

  // Someone's standing with one of them.
  struct Account {
    std::string server;
    std::string access_token;
  };

  struct Binding {
    std::string session;
    std::string client_secret;
    protocol::UserId user;
  };
  // The address that the session had proven to the identity server, which is found there from now
  // on.
  runtime::Task<mail::Address> bind(Account account, Binding binding, runtime::CancelToken cancel);

  enum class Unbound : std::uint8_t { no, yes };
  // `no`: it has no means for it, or did not answer.
  runtime::Task<Unbound> unbind(std::string server, protocol::UserId user, mail::Address address,
                                runtime::CancelToken cancel);

  // Whose address it is by that server; absent when it knows none.
  runtime::Task<std::optional<protocol::UserId>> look_up(Account account, mail::Address address,
                                                         runtime::CancelToken cancel);

  struct Invite {
    mail::Address address;
    protocol::RoomId room;
    protocol::UserId sender;
    std::string sender_name;
    std::string room_name;
  };
  // What goes into the m.room.third_party_invite event.
  struct StoredInvite {
    std::string token;
    base::JsonObject content;  // display_name, key_validity_url, public_key, public_keys
  };
  runtime::Task<StoredInvite> store_invite(Account account, Invite invite,
                                           runtime::CancelToken cancel);

 private:
  runtime::Task<http::OutboundResult> send(http::Method method, std::string server,
                                           std::string path, base::JsonObject body,
                                           std::string authorization, runtime::CancelToken cancel);
  runtime::Task<base::JsonObject> ask(http::Method method, Account account, std::string path,
                                      base::JsonObject body, runtime::CancelToken cancel);
  [[nodiscard]] std::string sign(const std::string& server, const std::string& path,
                                 const base::JsonObject& body) const;

  http::Outbound& outbound_;
  Facts facts_;
};

}  // namespace chancery::third_party_ids
