// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// An app that signs people in by OAuth 2.0, and the person before its browser.

#include "tests/scenario/browser.hpp"
#include "tests/scenario/passwords.hpp"

#include <string>

namespace chancery::scenario {

class OauthApp {
 public:
  // Registers itself with the metadata; a web app at app.example when there is none.
  explicit OauthApp(ServerUnderTest& server, const std::string& metadata = "");

  [[nodiscard]] const std::string& id() const { return id_; }
  // The address to which it sends a browser, with `changes` over what is right; "" takes out.
  [[nodiscard]] std::string authorize_address(const Browser::Fields& changes = {}) const;
  // Signs "alice" in before a browser of her own; where the browser was sent in the end.
  std::string let_in(const Browser::Fields& changes = {});
  // The answer of the token endpoint.
  ApiAnswer redeem(const std::string& code, const Browser::Fields& changes = {}) const;
  ApiAnswer refresh(const std::string& refresh_token) const;
  ApiAnswer revoke(const std::string& token) const;
  ApiAnswer post(const std::string& target, const Browser::Fields& fields) const;
  // A whole sign-in of alice on the device.
  ApiAnswer sign_in(const std::string& device = "DEVICE");

  static constexpr const char* kRedirect = "https://app.example/callback?x=1";
  static constexpr const char* kVerifier = "a-verifier-of-at-least-43-characters-as-it-must-be";

 private:
  ServerUnderTest& server_;
  std::string id_;
};

// A server with alice on it, and an app.
struct OauthHouse {
  ServerUnderTest server;
  Person alice = server.register_user("alice", kPassword);
  OauthApp app{server};

  // Whose the token is, and on which device; "" when it is nobody's (any more).
  std::string owner(const std::string& token);
};

}  // namespace chancery::scenario
