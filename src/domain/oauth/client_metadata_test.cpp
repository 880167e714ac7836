// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/client_metadata.hpp"

#include <doctest/doctest.h>

namespace chancery::oauth {
namespace {

using Read = std::expected<ClientMetadata, Refusal>;

// The metadata of a client that is right, with `changes` over it; null takes a member out.
Read read(std::string_view changes = "{}") {
  base::JsonObject object =
      base::parse_json(R"({"client_uri": "https://example.com/", "client_name": "An app",
                           "redirect_uris": ["https://example.com/cb"],
                           "grant_types": ["authorization_code", "refresh_token", "other"],
                           "response_types": ["code"], "token_endpoint_auth_method": "none"})")
          ->as_object();
  for (const auto& [key, value] : base::parse_json(changes)->as_object()) {
    if (value.is_null()) {
      object.erase(key);
    } else {
      object[key] = value;
    }
  }
  return read_metadata(object);
}

}  // namespace

TEST_CASE("metadata is read, what is not known of it is dropped, and it reads as it is described") {
  const Read metadata = read(R"({"client_name#fr": "Une app", "software_id": "x"})");
  REQUIRE(metadata.has_value());
  CHECK(metadata->title() == "An app");
  CHECK(metadata->may_use(kRefreshGrant));
  CHECK_FALSE(metadata->may_use(kDeviceGrant));
  const base::JsonObject described = describe(*metadata);
  CHECK_FALSE(described.contains("client_name#fr"));
  CHECK(described.at("grant_types").as_array().size() == 2);
  CHECK(describe(*read_metadata(described)) == described);
}

TEST_CASE("what is missing has its default") {
  const Read metadata = read(R"({"client_name": null, "grant_types": null, "response_types": null,
                                 "token_endpoint_auth_method": null})");
  REQUIRE(metadata.has_value());
  CHECK(metadata->title() == "example.com");
  CHECK(metadata->may_use(kCodeGrant));
  CHECK(metadata->application_type == ApplicationType::web);
}

TEST_CASE("metadata that is wrong is refused by the name that the RFC has for it") {
  for (const char* changes :
       {R"({"client_uri": null})",
        R"({"client_uri": "http://example.com/"})",
        R"({"client_uri": "https://user:x@example.com/"})",
        R"({"client_uri": 7})",
        R"({"client_uri": "https://com/", "redirect_uris": ["https://evil.com/"]})",
        R"({"client_uri": "https://com./", "redirect_uris": ["https://evil.com./"]})",
        R"({"client_uri": "https://intranet/"})",
        R"({"logo_uri": "javascript:alert"})",
        R"({"logo_uri": "https://evil.example/logo"})",
        R"({"policy_uri": "http://example.com/policy"})",
        R"({"tos_uri": "data:text/html,x"})",
        R"({"client_name": 7})",
        R"({"client_name": "a\u202eb"})",
        R"({"client_name": "a\nb"})",
        R"({"client_name": "a\u200bb"})",
        R"({"application_type": "other"})",
        R"({"token_endpoint_auth_method": "client_secret_basic"})",
        R"({"grant_types": ["implicit"]})",
        R"({"grant_types": "authorization_code"})",
        R"({"response_types": ["token"]})",
        R"({"grant_types": [7]})"}) {
    CAPTURE(changes);
    const Read metadata = read(changes);
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().error == OauthError::invalid_client_metadata);
  }
  for (const char* changes : {R"({"redirect_uris": ["javascript:alert"]})",
                              R"({"redirect_uris": ["https://evil.example/cb"]})",
                              R"({"redirect_uris": []})", R"({"redirect_uris": null})"}) {
    CAPTURE(changes);
    const Read metadata = read(changes);
    REQUIRE_FALSE(metadata.has_value());
    CHECK(metadata.error().error == OauthError::invalid_redirect_uri);
  }
  CHECK_FALSE(read("{\"client_name\": \"" + std::string(200, 'a') + "\"}").has_value());
  std::string many = "\"https://example.com/cb\"";
  for (int i = 0; i < 20; ++i) many += ",\"https://example.com/" + std::to_string(i) + "\"";
  CHECK_FALSE(read("{\"redirect_uris\": [" + many + "]}").has_value());
}

TEST_CASE("a client's name holds nothing that does not show") {
  for (const char* hidden :
       {"\\ufeff", "\\u00ad", "\\u061c", "\\u034f", "\\u115f", "\\u3164", "\\u180e", "\\u2060",
        "\\u2066", "\\u0085", "\\ufe0f", "\\udb40\\udc41", "\\ue000", "\\uffa0"}) {
    CAPTURE(hidden);
    CHECK_FALSE(read(std::string(R"({"client_name": "a)") + hidden + "b\"}").has_value());
  }
  for (const char* shown : {"\\u00e4pp", "\\u0434\\u043e\\u043c", "\\u05d0\\u05d1",
                            "\\u65e5\\u672c", "\\u2764\\ufe0f", "\\ud83d\\ude00"}) {
    CAPTURE(shown);
    CHECK(read(std::string(R"({"client_name": ")") + shown + "\"}").has_value());
  }
}

}  // namespace chancery::oauth
