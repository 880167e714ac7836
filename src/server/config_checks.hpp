// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Checks of single texts of the configuration, beyond their type.
//
// Each returns what is wrong, as it goes on behind the name of the key ("must not be empty"), or
// nothing. An empty text is good where that says "none".

#include <string_view>

namespace chancery::server {

[[nodiscard]] std::string_view check_server_name(std::string_view text);
[[nodiscard]] std::string_view check_localpart(std::string_view text);
[[nodiscard]] std::string_view check_media_uri(std::string_view text);
[[nodiscard]] std::string_view check_url(std::string_view text);
[[nodiscard]] std::string_view check_storage_url(std::string_view text);
[[nodiscard]] std::string_view check_shared_secret(std::string_view text);
[[nodiscard]] std::string_view check_room_version(std::string_view text);
[[nodiscard]] std::string_view check_destination(std::string_view text);
[[nodiscard]] std::string_view check_network(std::string_view text);
[[nodiscard]] std::string_view check_server_host(std::string_view text);
[[nodiscard]] std::string_view check_secure_url(std::string_view text);
[[nodiscard]] std::string_view check_provider(std::string_view text);
[[nodiscard]] std::string_view check_json_object(std::string_view text);
[[nodiscard]] std::string_view check_email(std::string_view text);
[[nodiscard]] std::string_view check_mail_address(std::string_view text);
[[nodiscard]] std::string_view check_host(std::string_view text);
[[nodiscard]] std::string_view check_ed25519_key(std::string_view text);
[[nodiscard]] std::string_view check_not_empty(std::string_view text);

}  // namespace chancery::server
