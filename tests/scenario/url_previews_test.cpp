// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Previews of links, as people ask for them.
#include "base/base64.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

// A grey PNG of 200 by 100.
constexpr const char* kPicture =
    "iVBORw0KGgoAAAANSUhEUgAAAMgAAABkCAAAAADm7SDXAAAAaUlEQVR42u3PQREAAAwCIPsnM5YR9t9BA9InIiIiIi"
    "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi"
    "IiJyGQ5cDJRFVj6OAAAAAElFTkSuQmCC";
constexpr const char* kPage =
    "<title>Other</title><meta property=\"og:title\" content=\"A site\" />"
    "<meta property=\"og:image\" content=\"test.png\" />";

std::optional<http::OutboundResult> site(const http::OutboundRequest& request) {
  const bool is_image = request.url.ends_with(".png");
  http::OutboundResponse response{.status = 200,
                                  .headers = {},
                                  .body = is_image ? *base::decode_base64(kPicture) : kPage,
                                  .url = request.url};
  response.headers.add("Content-Type", is_image ? "image/png" : "text/html");
  return response;
}

struct Site {
  ServerUnderTest server{[](server::Config& config) {
    config.media.url_previews = true;
    config.media.url_preview_deny = {"*.intranet.example"};
    config.media.worker = CHANCERY_MEDIA_WORKER;
  }};
  Person alice = server.register_user("alice");

  Site() { server.outside().answer_by(&site); }
  ApiAnswer preview(const std::string& url, const std::string& more = "") const {
    return alice.get("/_matrix/client/v1/media/preview_url?url=" + percent_encode(url) + more);
  }
};

}  // namespace

TEST_CASE("a link has a preview whose image others can download, by either path") {
  const Site site;

  const ApiAnswer answer = site.preview("https://a.example/test.html", "&ts=1510610716656");

  REQUIRE(answer.status == 200);
  CHECK(answer.text("og:title") == "A site");
  CHECK(answer.object().at("matrix:image:size") == base::decode_base64(kPicture)->size());
  CHECK(answer.object().at("og:image:width") == 200);
  CHECK(answer.object().at("og:image:height") == 100);
  const std::string image = answer.text("og:image").substr(std::string("mxc://").size());
  CHECK(site.alice.get("/_matrix/client/v1/media/download/" + image).body ==
        *base::decode_base64(kPicture));
  CHECK(site.alice.get("/_matrix/media/v3/preview_url?url=https://a.example/test.html").body ==
        answer.body);
}

TEST_CASE("the image of a preview belongs to no account, and any owner removes it") {
  Site site;
  const Person owner = site.server.register_owner("owner");
  const std::string image = site.preview("https://a.example/test.html")
                                .text("og:image")
                                .substr(std::string("mxc://").size());
  REQUIRE(site.alice.get("/_matrix/client/v1/media/download/" + image).status == 200);

  CHECK(owner.del("/_synapse/admin/v1/media/" + image).status == 200);

  CHECK(site.alice.get("/_matrix/client/v1/media/download/" + image).status == 404);
}

TEST_CASE("a preview needs an account and a URL") {
  Site site;
  const std::string path = "/_matrix/client/v1/media/preview_url";

  CHECK(site.server.stranger().get(path + "?url=https://a.example/").status == 401);
  CHECK(site.alice.get(path).text("errcode") == "M_MISSING_PARAM");
  CHECK(site.alice.get(path + "?url=https://a.example/&ts=x").text("errcode") == "M_INVALID_PARAM");
  CHECK(site.preview("gopher://a.example/").text("errcode") == "M_INVALID_PARAM");
  CHECK(site.preview("https://x.intranet.example/").text("errcode") == "M_FORBIDDEN");
  CHECK(site.server.outside().requests().empty());
}

TEST_CASE("a server asks no page for anything unless its operator wants previews") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");

  const ApiAnswer answer = alice.get("/_matrix/client/v1/media/preview_url?url=https://a.example/");

  CHECK(answer.status == 404);
  CHECK(answer.text("errcode") == "M_UNRECOGNIZED");
  CHECK(server.outside().requests().empty());
}

TEST_CASE("a server that stops waits for no page") {
  Site site;
  site.server.outside().answer_by([](const http::OutboundRequest&) { return std::nullopt; });
  Pending pending = site.alice.begin(
      http::Method::get, "/_matrix/client/v1/media/preview_url?url=https://slow.example/");
  site.server.scheduler().run_ready();
  REQUIRE_FALSE(pending.is_answered());

  site.server.composition().end_waiting();

  CHECK(pending.await().status == 503);
}
}  // namespace chancery::scenario
