// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The site: what the pages and the OAuth endpoints of this server say of it, and where they are.

#include <cstddef>
#include <string>
#include <string_view>

namespace chancery::oauth_api {

inline constexpr std::string_view kAuthorizePath = "/_chancery/oauth2/authorize";
inline constexpr std::string_view kTokenPath = "/_chancery/oauth2/token";
inline constexpr std::string_view kRevokePath = "/_chancery/oauth2/revoke";
inline constexpr std::string_view kRegisterPath = "/_chancery/oauth2/register";
inline constexpr std::string_view kPushPath = "/_chancery/oauth2/par";
inline constexpr std::string_view kDevicePath = "/_chancery/oauth2/device";
inline constexpr std::string_view kLinkPath = "/_chancery/oauth2/link";
inline constexpr std::string_view kAccountPath = "/_chancery/account";
inline constexpr std::string_view kSignInPath = "/_chancery/account/sign_in";
inline constexpr std::string_view kSignOutPath = "/_chancery/account/sign_out";
inline constexpr std::string_view kNewAccountPath = "/_chancery/account/new";
inline constexpr std::string_view kAddAddressPath = "/_chancery/account/add_address";
inline constexpr std::string_view kForgottenPath = "/_chancery/account/forgotten";
// A stage of interactive authentication that leads through the sign-in page.
inline constexpr std::string_view kSignOnStagePath =
    "/_matrix/client/v3/auth/m.login.sso/fallback/web";
inline constexpr std::string_view kSignOnPath = "/_chancery/account/sso";

struct Site {
  std::string server_name;
  std::string url;  // without a slash at the end; "": not known, and OAuth is not offered
  std::size_t password_min_length = 15;

  [[nodiscard]] bool is_secure() const { return url.starts_with("https://"); }
  [[nodiscard]] std::string at(std::string_view path) const { return url + std::string(path); }
};

}  // namespace chancery::oauth_api
