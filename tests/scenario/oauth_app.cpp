// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/oauth_app.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"

#include <stdexcept>

namespace chancery::scenario {
namespace {

constexpr const char* kMetadata =
    R"({"client_name":"An app","client_uri":"https://app.example/",
        "redirect_uris":["https://app.example/callback?x=1"],"response_types":["code"],
        "grant_types":["authorization_code","refresh_token",
                       "urn:ietf:params:oauth:grant-type:device_code"],
        "token_endpoint_auth_method":"none","application_type":"web"})";

void change(Browser::Fields& fields, const Browser::Fields& changes) {
  for (const auto& [name, value] : changes) {
    if (value.empty()) {
      fields.erase(name);
    } else {
      fields[name] = value;
    }
  }
}

}  // namespace

OauthApp::OauthApp(ServerUnderTest& server, const std::string& metadata) : server_(server) {
  const ApiAnswer answer = server_.stranger().post("/_chancery/oauth2/register",
                                                   metadata.empty() ? kMetadata : metadata);
  if (answer.status != 201) throw std::logic_error("not registered: " + answer.body);
  id_ = answer.text("client_id");
}

std::string OauthApp::authorize_address(const Browser::Fields& changes) const {
  Browser::Fields fields{{"response_type", "code"},
                         {"client_id", id_},
                         {"redirect_uri", kRedirect},
                         {"scope", "urn:matrix:client:api:* urn:matrix:client:device:DEVICE"},
                         {"state", "a state"},
                         {"response_mode", "fragment"},
                         {"code_challenge_method", "S256"},
                         {"code_challenge", base::encode_base64url(base::sha256(kVerifier))}};
  change(fields, changes);
  return "/_chancery/oauth2/authorize?" + form_of(fields);
}

std::string OauthApp::let_in(const Browser::Fields& changes) {
  Browser browser(server_);
  browser.open(authorize_address(changes));
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  browser.submit("/_chancery/oauth2/authorize", {{"answer", "allow"}});
  return browser.sent_to();
}

ApiAnswer OauthApp::post(const std::string& target, const Browser::Fields& fields) const {
  return server_
      .begin({.method = http::Method::post,
              .target = target,
              .body = form_of(fields),
              .token = {},
              .content_type = "application/x-www-form-urlencoded; charset=utf-8"})
      .await();
}

ApiAnswer OauthApp::redeem(const std::string& code, const Browser::Fields& changes) const {
  Browser::Fields fields{{"grant_type", "authorization_code"},
                         {"code", code},
                         {"redirect_uri", kRedirect},
                         {"client_id", id_},
                         {"code_verifier", kVerifier}};
  change(fields, changes);
  return post("/_chancery/oauth2/token", fields);
}

ApiAnswer OauthApp::refresh(const std::string& refresh_token) const {
  return post(
      "/_chancery/oauth2/token",
      {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}, {"client_id", id_}});
}

ApiAnswer OauthApp::revoke(const std::string& token) const {
  return post("/_chancery/oauth2/revoke", {{"token", token}});
}

ApiAnswer OauthApp::sign_in(const std::string& device) {
  const std::string sent_to =
      let_in({{"scope", "urn:matrix:client:api:* urn:matrix:client:device:" + device}});
  ApiAnswer answer = redeem(parameter_of(sent_to, "code"));
  if (answer.status != 200) throw std::logic_error("not signed in: " + answer.body);
  return answer;
}

std::string OauthHouse::owner(const std::string& token) {
  Person person = server.stranger();
  person.set_token(token);
  const ApiAnswer answer = person.get("/account/whoami");
  return answer.status == 200 ? answer.text("user_id") + " " + answer.text("device_id") : "";
}

}  // namespace chancery::scenario
