// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What /versions says, held against the routes: every operation of the client-server API up to the
// newest version named there, but those that are deprecated and the few below that are absent.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>

namespace chancery::scenario {
namespace {

constexpr std::string_view kNewest = "v1.19";

constexpr std::array kPromised = std::to_array<std::string_view>({
    "GET /.well-known/matrix/client",
    "GET /.well-known/matrix/policy_server",
    "GET /.well-known/matrix/support",
    "GET /_matrix/client/v1/media/config",
    "GET /_matrix/client/v1/media/download/{serverName}/{mediaId}",
    "GET /_matrix/client/v1/media/download/{serverName}/{mediaId}/{fileName}",
    "GET /_matrix/client/v1/media/preview_url",
    "GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}",
    "POST /_matrix/media/v1/create",
    "POST /_matrix/media/v3/upload",
    "PUT /_matrix/media/v3/upload/{serverName}/{mediaId}",
    "GET /account/3pid",
    "POST /account/3pid/add",
    "POST /account/3pid/bind",
    "POST /account/3pid/delete",
    "POST /account/3pid/email/requestToken",
    "POST /account/3pid/msisdn/requestToken",
    "POST /account/3pid/unbind",
    "POST /account/deactivate",
    "POST /account/password",
    "POST /account/password/email/requestToken",
    "POST /account/password/msisdn/requestToken",
    "GET /account/whoami",
    "GET /admin/lock/{userId}",
    "PUT /admin/lock/{userId}",
    "GET /admin/suspend/{userId}",
    "PUT /admin/suspend/{userId}",
    "GET /admin/whois/{userId}",
    "POST /appservice/{appserviceId}/ping",
    "GET /auth_metadata",
    "GET /capabilities",
    "POST /createRoom",
    "POST /delete_devices",
    "GET /devices",
    "DELETE /devices/{deviceId}",
    "GET /devices/{deviceId}",
    "PUT /devices/{deviceId}",
    "PUT /directory/list/appservice/{networkId}/{roomId}",
    "GET /directory/list/room/{roomId}",
    "PUT /directory/list/room/{roomId}",
    "DELETE /directory/room/{roomAlias}",
    "GET /directory/room/{roomAlias}",
    "PUT /directory/room/{roomAlias}",
    "GET /events",
    "POST /join/{roomIdOrAlias}",
    "GET /joined_rooms",
    "GET /keys/changes",
    "POST /keys/claim",
    "POST /keys/device_signing/upload",
    "POST /keys/query",
    "POST /keys/signatures/upload",
    "POST /keys/upload",
    "POST /knock/{roomIdOrAlias}",
    "GET /login",
    "POST /login",
    "POST /login/get_token",
    "GET /login/sso/redirect",
    "GET /login/sso/redirect/{idpId}",
    "POST /logout",
    "POST /logout/all",
    "GET /mutual_rooms",
    "GET /notifications",
    "GET /presence/{userId}/status",
    "PUT /presence/{userId}/status",
    "GET /profile/{userId}",
    "DELETE /profile/{userId}/{keyName}",
    "GET /profile/{userId}/{keyName}",
    "PUT /profile/{userId}/{keyName}",
    "GET /publicRooms",
    "POST /publicRooms",
    "GET /pushers",
    "POST /pushers/set",
    "GET /pushrules/",
    "GET /pushrules/global/",
    "DELETE /pushrules/global/{kind}/{ruleId}",
    "GET /pushrules/global/{kind}/{ruleId}",
    "PUT /pushrules/global/{kind}/{ruleId}",
    "GET /pushrules/global/{kind}/{ruleId}/actions",
    "PUT /pushrules/global/{kind}/{ruleId}/actions",
    "GET /pushrules/global/{kind}/{ruleId}/enabled",
    "PUT /pushrules/global/{kind}/{ruleId}/enabled",
    "POST /refresh",
    "POST /register",
    "GET /register/available",
    "POST /register/email/requestToken",
    "GET /register/m.login.registration_token/validity",
    "POST /register/msisdn/requestToken",
    "DELETE /room_keys/keys",
    "GET /room_keys/keys",
    "PUT /room_keys/keys",
    "DELETE /room_keys/keys/{roomId}",
    "GET /room_keys/keys/{roomId}",
    "PUT /room_keys/keys/{roomId}",
    "DELETE /room_keys/keys/{roomId}/{sessionId}",
    "GET /room_keys/keys/{roomId}/{sessionId}",
    "PUT /room_keys/keys/{roomId}/{sessionId}",
    "GET /room_keys/version",
    "POST /room_keys/version",
    "DELETE /room_keys/version/{version}",
    "GET /room_keys/version/{version}",
    "PUT /room_keys/version/{version}",
    "GET /room_summary/{roomIdOrAlias}",
    "GET /rooms/{roomId}/aliases",
    "POST /rooms/{roomId}/ban",
    "GET /rooms/{roomId}/context/{eventId}",
    "GET /rooms/{roomId}/event/{eventId}",
    "POST /rooms/{roomId}/forget",
    "GET /rooms/{roomId}/hierarchy",
    "GET /rooms/{roomId}/initialSync",
    "POST /rooms/{roomId}/invite",
    "POST /rooms/{roomId}/join",
    "GET /rooms/{roomId}/joined_members",
    "POST /rooms/{roomId}/kick",
    "POST /rooms/{roomId}/leave",
    "GET /rooms/{roomId}/members",
    "GET /rooms/{roomId}/messages",
    "POST /rooms/{roomId}/read_markers",
    "POST /rooms/{roomId}/receipt/{receiptType}/{eventId}",
    "PUT /rooms/{roomId}/redact/{eventId}/{txnId}",
    "GET /rooms/{roomId}/relations/{eventId}",
    "GET /rooms/{roomId}/relations/{eventId}/{relType}",
    "GET /rooms/{roomId}/relations/{eventId}/{relType}/{eventType}",
    "POST /rooms/{roomId}/report",
    "POST /rooms/{roomId}/report/{eventId}",
    "PUT /rooms/{roomId}/send/{eventType}/{txnId}",
    "GET /rooms/{roomId}/state",
    "GET /rooms/{roomId}/state/{eventType}/{stateKey}",
    "PUT /rooms/{roomId}/state/{eventType}/{stateKey}",
    "GET /rooms/{roomId}/threads",
    "GET /rooms/{roomId}/timestamp_to_event",
    "PUT /rooms/{roomId}/typing/{userId}",
    "POST /rooms/{roomId}/unban",
    "POST /rooms/{roomId}/upgrade",
    "POST /search",
    "PUT /sendToDevice/{eventType}/{txnId}",
    "GET /sync",
    "GET /thirdparty/location",
    "GET /thirdparty/location/{protocol}",
    "GET /thirdparty/protocol/{protocol}",
    "GET /thirdparty/protocols",
    "GET /thirdparty/user",
    "GET /thirdparty/user/{protocol}",
    "GET /user/{userId}/account_data/{type}",
    "PUT /user/{userId}/account_data/{type}",
    "POST /user/{userId}/filter",
    "GET /user/{userId}/filter/{filterId}",
    "POST /user/{userId}/openid/request_token",
    "GET /user/{userId}/rooms/{roomId}/account_data/{type}",
    "PUT /user/{userId}/rooms/{roomId}/account_data/{type}",
    "GET /user/{userId}/rooms/{roomId}/tags",
    "DELETE /user/{userId}/rooms/{roomId}/tags/{tag}",
    "PUT /user/{userId}/rooms/{roomId}/tags/{tag}",
    "POST /user_directory/search",
    "POST /users/{userId}/report",
    "GET /versions",
    "GET /voip/turnServer",
});

TEST_CASE("every operation that the versions promise is there") {
  ServerUnderTest server;
  std::set<std::string_view> offered;
  for (const boundary::Route& route : server.routes()) {
    if (route.spec.document == "client-server") offered.insert(route.spec.operation);
  }

  for (const std::string_view operation : kPromised) {
    CAPTURE(operation);
    CHECK(offered.contains(operation));
  }
}

TEST_CASE("no version is named that is newer than what is here") {
  ServerUnderTest server;
  const ApiAnswer answer = server.stranger().get("/_matrix/client/versions");
  const auto& versions = *base::find_array(answer.object(), "versions");

  REQUIRE_FALSE(versions.empty());
  CHECK(std::string_view(versions.back().as_string()) == kNewest);
}

}  // namespace
}  // namespace chancery::scenario
