// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/mail_modules.hpp"

namespace chancery::server {
namespace {

mail::Security security_of(MailSecurity choice) {
  switch (choice) {
    case MailSecurity::tls:
      return mail::Security::tls;
    case MailSecurity::starttls:
      return mail::Security::starttls;
    case MailSecurity::none:
      break;
  }
  return mail::Security::none;
}

// Without a mail server none is written, and what stands here is never used.
mail::MailQueue::Sender sender_of(const Config& config) {
  const auto configured = mail::Address::parse(config.mail.from);
  return {.address = configured ? *configured : mail::Address::parse("nobody@localhost").value(),
          .name = config.server.name};
}

}  // namespace

mail::SmtpServer smtp_server(const Config& config) {
  const auto name = protocol::ServerName::parse(config.server.name);
  return {.host = config.mail.server,
          .port = static_cast<std::uint16_t>(config.mail.port),
          .security = security_of(config.mail.security),
          .user = config.mail.user,
          .password = config.mail.password,
          .own_name = name ? std::string(name->host()) : "localhost",
          .certificates = config.outbound.certificates};
}

MailModules::MailModules(Stores& stores, const Config& config, const Ports& ports)
    : queue({.store = stores.mail,
             .committer = stores.committer,
             .keys = stores.key_ring,
             .carrier = ports.carrier,
             .clock = ports.clock,
             .random = ports.random},
            sender_of(config)),
      address_key(stores.root.derive("third-party ids")),
      ids({.store = stores.third_party_ids,
           .commits = ports.accounts.commits,
           .keys = stores.key_ring,
           .address_key = address_key,
           .clock = ports.clock,
           .random = ports.random}),
      validations({.store = stores.third_party_ids,
                   .commits = ports.accounts.commits,
                   .keys = stores.key_ring,
                   .address_key = address_key,
                   .mails = queue,
                   .clock = ports.clock,
                   .random = ports.random},
                  {.server_name = config.server.name, .public_url = config.public_url()}),
      identity(ports.outbound, {.allowed = config.identity.servers,
                                .own_name = ports.accounts.server,
                                .key = stores.signing.key}),
      address_invites({.rooms = ports.rooms,
                       .sending = ports.room_modules.sending,
                       .members = ports.room_modules.member_acts,
                       .accounts = stores.accounts,
                       .identity = identity,
                       .server = ports.accounts.server}),
      vouched_invites(address_invites, ports.accounts.accounts) {}

}  // namespace chancery::server
