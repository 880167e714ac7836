// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/stage_purpose.hpp"

#include <array>

namespace chancery::oauth_api {
namespace {

using Kind = StagePurpose::Kind;

struct Act {
  std::string_view end;  // of the path
  std::string_view what;
  std::string_view verb;
  Kind kind;
};
constexpr std::array kActs{
    Act{"/delete_devices", "sign sessions of yours out", "Sign them out", Kind::destructive},
    Act{"/account/deactivate", "end your account for good", "End my account", Kind::destructive},
    Act{"/account/password", "change your password", "Change the password", Kind::plain},
    Act{"/keys/device_signing/upload", "replace the keys by which others know you",
        "Replace the keys", Kind::destructive},
    Act{"/login/get_token", "sign in another device", "Sign it in", Kind::plain},
    Act{"/account/3pid/add", "add an e-mail address to your account", "Add the address",
        Kind::plain},
};
constexpr Act kOneDevice{"", "sign a session of yours out", "Sign it out", Kind::destructive};
constexpr Act kUnknown{"", "change something that needs your word for it", "Go on", Kind::plain};

const Act& act_of(std::string_view request) {
  if (request.find("/devices/") != std::string_view::npos) return kOneDevice;
  for (const Act& act : kActs) {
    if (request.ends_with(act.end)) return act;
  }
  return kUnknown;
}

}  // namespace

bool is_new_password(const accounts::InteractiveOperation& operation) {
  return operation.who.empty() && operation.request.ends_with("/account/password");
}

StagePurpose purpose_of(const accounts::InteractiveOperation& operation) {
  if (is_new_password(operation)) {
    return {.text = "An app wants to set a new password for your account.", .verb = "Go on"};
  }
  if (operation.who.empty()) {
    return {.text = "An app is making an account for you on this server.", .verb = "Go on"};
  }
  const Act& act = act_of(operation.request);
  return {.text = "An app of " + operation.who + " wants to " + std::string(act.what) +
                  ". If you did not ask for that, close this page: somebody may have access to "
                  "your account.",
          .verb = act.verb,
          .kind = act.kind};
}

}  // namespace chancery::oauth_api
