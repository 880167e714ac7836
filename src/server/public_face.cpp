// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/public_face.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"

#include <string>
#include <string_view>

namespace chancery::server {
namespace {

base::JsonArray livekit_transports(const Config& config) {
  base::JsonArray transports;
  for (const std::string& url : config.rtc.livekit_urls) {
    transports.emplace_back(base::JsonObject{{"type", "livekit"}, {"livekit_service_url", url}});
  }
  return transports;
}

base::JsonObject client_file(const Config& config) {
  base::JsonObject file;
  // It was checked when it was read.
  if (auto extra = base::parse_json(config.discovery.client_extra); extra && extra->is_object()) {
    file = std::move(extra->get_object());
  }
  if (!config.discovery.identity_server.empty()) {
    file["m.identity_server"] = base::JsonObject{{"base_url", config.discovery.identity_server}};
  }
  // COMPAT: Element Call and its hosts look here; newer ones ask /rtc/transports.
  if (!config.rtc.livekit_urls.empty()) {
    file["org.matrix.msc4143.rtc_foci"] = livekit_transports(config);
  }
  return file;
}

base::JsonArray support_contacts(const Config& config) {
  base::JsonArray contacts;
  const auto add = [&contacts](std::string_view role, const std::string& address) {
    if (address.empty()) return;
    contacts.emplace_back(base::JsonObject{{"role", role}, {"email_address", address}});
  };
  add("m.role.admin", config.discovery.admin_email);
  add("m.role.security", config.discovery.security_email);
  return contacts;
}

// As it is written everywhere: without padding, in the one alphabet.
std::string policy_key(const Config& config) {
  return base::encode_base64(base::decode_base64(config.policy_server.public_key).value_or(""));
}

void add_delayed_events(client::PublicFace& face, const Config& config) {
  if (config.rooms.delayed_events_per_user == 0) return;
  face.features.emplace_back("org.matrix.msc4140");
  face.capabilities["org.matrix.msc4140.delayed_events"] =
      base::JsonObject{{"max_delay_ms", config.rooms.delayed_events_longest.count()},
                       {"max_scheduled", config.rooms.delayed_events_per_user}};
}

}  // namespace

client::PublicFace public_face(const Config& config) {
  client::PublicFace face{.server_name = config.server.name,
                          .client_base_url = config.public_url(),
                          .delegated_server = {},
                          .support_contacts = support_contacts(config),
                          .support_page = config.discovery.support_page,
                          .policy_key = policy_key(config),
                          .default_room_version = config.rooms.default_version,
                          .has_oauth = !config.public_url().empty(),
                          .takes_passwords = config.accounts.legacy_login,
                          .sends_mail = !config.mail.server.empty(),
                          .client_file = client_file(config),
                          .rtc_transports = livekit_transports(config),
                          .capabilities = {},
                          .features = {}};
  add_delayed_events(face, config);
  face.capabilities["m.forget_forced_upon_leave"] =
      base::JsonObject{{"enabled", config.rooms.forget_on_leave}};
  return face;
}

}  // namespace chancery::server
