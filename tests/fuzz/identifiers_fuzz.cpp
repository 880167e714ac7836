// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Identifiers: what is accepted keeps its text, its parts make it up again, and no part can hold
// what its grammar excludes.

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "protocol/identifiers.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;
using namespace chancery::protocol;

namespace {

template <typename Id>
Parsed<Id> parse_checked(std::string_view text) {
  Parsed<Id> id = Id::parse(text);
  if (!id) {
    CHANCERY_ASSERT(!id.error().reason.empty());
    return id;
  }
  CHANCERY_ASSERT(id->text() == text);
  CHANCERY_ASSERT(base::is_utf8(text));
  CHANCERY_ASSERT(text.find('\0') == std::string_view::npos);
  return id;
}

void check_parts(std::string_view text, std::string_view localpart, std::string_view server) {
  CHANCERY_ASSERT(text.size() <= 255);
  CHANCERY_ASSERT(localpart.find(':') == std::string_view::npos);
  CHANCERY_ASSERT(ServerName::parse(server).has_value());
  CHANCERY_ASSERT(1 + localpart.size() + 1 + server.size() == text.size());
}

void check_user(std::string_view text) {
  const auto user = parse_checked<UserId>(text);
  if (!user) {
    CHANCERY_ASSERT(!UserId::parse_strict(text));
    return;
  }
  check_parts(text, user->localpart(), user->server_name());
  const auto made = UserId::make(user->localpart(), *ServerName::parse(user->server_name()));
  CHANCERY_ASSERT(made && *made == *user);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  check_user(text);
  if (const auto server = parse_checked<ServerName>(text)) {
    CHANCERY_ASSERT(!server->host().empty() && text.starts_with(server->host()));
    CHANCERY_ASSERT(text.find_first_of("/@?# \t\r\n%\\") == std::string_view::npos);
  }
  if (const auto alias = parse_checked<RoomAlias>(text)) {
    check_parts(text, alias->localpart(), alias->server_name());
  }
  if (const auto room = parse_checked<RoomId>(text)) {
    CHANCERY_ASSERT(room->server_name() ? ServerName::parse(*room->server_name()).has_value()
                                        : text.size() == 44);
  }
  if (const auto key = parse_checked<KeyId>(text)) {
    CHANCERY_ASSERT(!key->algorithm().empty() && !key->name().empty());
    CHANCERY_ASSERT(std::string(key->algorithm()) + ":" + std::string(key->name()) == text);
  }
  if (const auto uri = MediaUri::parse(text)) {
    CHANCERY_ASSERT(uri->text() == text);
    CHANCERY_ASSERT(uri->media_id.find_first_of("/.%\\") == std::string::npos);
  }
  (void)parse_checked<EventId>(text);
  (void)parse_checked<DeviceId>(text);
  return 0;
}
