// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mail modules, put together: the queue of mail, and the addresses of accounts.

#include "domain/mail/carrier.hpp"
#include "domain/mail/mail_queue.hpp"
#include "domain/mail/smtp_client.hpp"
#include "domain/third_party_ids/address_invites.hpp"
#include "domain/third_party_ids/identity_servers.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "domain/third_party_ids/validations.hpp"
#include "domain/third_party_ids/vouched_invites.hpp"
#include "http/outbound.hpp"
#include "server/account_modules.hpp"
#include "server/room_modules.hpp"
#include "server/stores.hpp"

namespace chancery::server {

// The mail server as configured.
[[nodiscard]] mail::SmtpServer smtp_server(const Config& config);

struct MailModules {
  struct Ports {
    rooms::Rooms& rooms;
    RoomModules& room_modules;
    AccountModules& accounts;
    mail::Carrier& carrier;
    http::Outbound& outbound;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  MailModules(Stores& stores, const Config& config, const Ports& ports);

  mail::MailQueue queue;
  third_party_ids::AddressKey address_key;
  third_party_ids::ThirdPartyIds ids;
  third_party_ids::Validations validations;
  third_party_ids::IdentityServers identity;
  third_party_ids::AddressInvites address_invites;
  third_party_ids::VouchedInvites vouched_invites;
};

}  // namespace chancery::server
