// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/url_previews.hpp"

#include "runtime/task_group.hpp"
#include "tests/support/media_world.hpp"

#include <doctest/doctest.h>

#include <future>

namespace chancery::media {
namespace {

using http::OutboundFailure;
using http::OutboundRequest;
using http::OutboundResponse;
using http::OutboundResult;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\nthe image";
constexpr std::string_view kPage =
    "<title>A page</title><meta property=og:image content=/i.png>"
    "<meta property=og:image:alt content='A picture'>";

OutboundResult answer(const OutboundRequest& request, std::string type, std::string_view body,
                      unsigned status = 200) {
  OutboundResponse response{
      .status = status, .headers = {}, .body = std::string(body), .url = request.url};
  response.headers.add("Content-Type", type);
  return response;
}

// A site with one page and one image.
std::optional<OutboundResult> site(const OutboundRequest& request) {
  if (request.url.ends_with("/i.png")) return answer(request, "image/png", kPng);
  return answer(request, "text/html; charset=utf-8", kPage);
}

std::string get(World& world, const std::string& url, const protocol::UserId& by = kAlice.user) {
  return world.run(world.previews.get(by, url, {}));
}

std::string refused(World& world, const std::string& url) {
  return refusal([&] { static_cast<void>(get(world, url)); });
}

base::JsonObject object(const std::string& text) { return base::parse_json(text)->get_object(); }

runtime::Task<> get_and_count(UrlPreviews& previews, protocol::UserId by, std::string url,
                              runtime::CancelToken gone, int& good) {
  static_cast<void>(co_await previews.get(std::move(by), std::move(url), std::move(gone)));
  ++good;
}

}  // namespace

TEST_CASE("a page's title and image become a preview, the image as the server's own media") {
  World world;
  world.outside.answer_by(&site);

  const auto preview = object(get(world, "https://a.example/page"));

  CHECK(preview.at("og:title") == "A page");
  CHECK(preview.at("og:image:type") == "image/png");
  CHECK(preview.at("og:image:alt") == "A picture");
  CHECK(preview.at("og:image:width") == 30);
  CHECK(preview.at("og:image:height") == 20);
  CHECK(preview.at("matrix:image:size") == kPng.size());
  const std::string uri(preview.at("og:image").as_string());
  REQUIRE(uri.starts_with("mxc://example.org/"));
  const std::string id = uri.substr(std::string("mxc://example.org/").size());
  CHECK(world.read(id) == kPng);
  CHECK(world.run(world.store.find_media(id))->user.text() == "@:example.org");
}

TEST_CASE("whatever is asked for goes out as chosen by others, in bounds") {
  World world;
  world.outside.answer_by(&site);

  get(world, "https://a.example/page");

  REQUIRE(world.outside.requests().size() == 2);
  for (const OutboundRequest& request : world.outside.requests()) {
    CHECK(request.chosen_by == http::ChosenBy::others);
    CHECK(request.longest_body <= 10 * 1024 * 1024);
    CHECK(request.time <= seconds(30));
    CHECK_FALSE(request.wanted_types.empty());
  }
}

TEST_CASE("a preview is made once and remembered for a while") {
  World world;
  world.outside.answer_by(&site);

  const std::string first = get(world, "https://a.example/page");
  CHECK(get(world, "https://a.example/page#part", kBob.user) == first);
  CHECK(world.outside.requests().size() == 2);
  world.scheduler.advance(hours(2));
  get(world, "https://a.example/page");
  CHECK(world.outside.requests().size() == 4);
}

TEST_CASE("many who ask at once wait for one fetch, whoever of them goes away") {
  World world;
  world.outside.answer_by(&site);
  runtime::TaskGroup group("asking");
  runtime::CancelSource gone;
  int good = 0;
  const std::string url = "https://a.example/page";
  for (int i = 0; i < 5; ++i) {
    group.spawn_on(world.scheduler,
                   get_and_count(world.previews, kAlice.user, url,
                                 i == 0 ? gone.token() : runtime::CancelToken{}, good));
  }
  gone.cancel();
  world.run(group.join());

  CHECK(good == 4);
  CHECK(world.outside.requests().size() == 2);
}

TEST_CASE("that there is no preview is said without a reason, and remembered for minutes") {
  World world;
  for (const auto failure : {OutboundFailure::refused_address, OutboundFailure::unresolvable,
                             OutboundFailure::unreachable, OutboundFailure::timed_out}) {
    world.outside.fail_with(failure);
    const std::string url = "https://" +
                            std::string(1, static_cast<char>('a' + static_cast<int>(failure))) +
                            ".example/";
    CHECK(refused(world, url) == "502 M_UNKNOWN");
    CHECK(refused(world, url) == "502 M_UNKNOWN");
  }
  CHECK(world.outside.requests().size() == 4);
  world.outside.answer_by(
      [](const OutboundRequest& request) { return answer(request, "text/html", "gone", 404); });
  CHECK(refused(world, "https://x.example/") == "502 M_UNKNOWN");
  world.outside.answer_by(&site);
  CHECK(refused(world, "https://x.example/") == "502 M_UNKNOWN");
  world.scheduler.advance(minutes(6));
  CHECK(object(get(world, "https://x.example/")).contains("og:title"));
}

TEST_CASE("what is no URL of the web, or of a denied host, is not asked for") {
  World world;
  for (const std::string url : {"", "file:///etc/passwd", "http://127.1/", "a.example"}) {
    CHECK(refused(world, url) == "400 M_INVALID_PARAM");
  }
  CHECK(refused(world, "https://x.denied.example/") == "403 M_FORBIDDEN");
  CHECK(world.outside.requests().empty());
}

// A site whose pages say nothing but where to ask for more.
std::optional<OutboundResult> silent_site(const OutboundRequest& request) {
  if (request.url.ends_with("/i.png")) return answer(request, "image/png", kPng);
  if (request.url.find("/oembed") != std::string::npos) {
    return answer(request, "application/json; charset=utf-8",
                  R"({"type":"video","title":"From JSON","description":"More",)"
                  R"("thumbnail_url":"/i.png"})");
  }
  return answer(request, "text/html",
                "<title>From the page</title><link rel=alternate type=application/json+oembed "
                "href='/oembed?url=x&amp;format=json'>");
}

TEST_CASE("where a page says too little, its site is asked for more in JSON") {
  World world;
  world.outside.answer_by(&silent_site);
  const auto preview = object(get(world, "https://a.example/page"));
  CHECK(preview.at("og:title") == "From the page");
  CHECK(preview.at("og:description") == "More");
  CHECK(preview.contains("og:image"));
  REQUIRE(world.outside.requests().size() == 3);
  const OutboundRequest asked = world.outside.requests()[1];
  CHECK(asked.url == "https://a.example/oembed?url=x&format=json");
  CHECK(asked.chosen_by == http::ChosenBy::others);
  CHECK(asked.longest_body == 256 * 1024);

  // A page that says everything is believed.
  world.outside.forget_requests();
  world.outside.answer_by([](const OutboundRequest& request) -> std::optional<OutboundResult> {
    if (request.url.ends_with("/i.png")) return answer(request, "image/png", kPng);
    return answer(request, "text/html",
                  std::string(kPage) +
                      "<meta name=description content=D><link rel=alternate "
                      "type=application/json+oembed href=/oembed>");
  });
  static_cast<void>(get(world, "https://a.example/whole"));
  CHECK(world.outside.requests().size() == 2);
}

TEST_CASE("a provider that is listed is asked first, its page when it has nothing to say") {
  World world;
  world.outside.answer_by(&silent_site);
  const auto preview = object(get(world, "https://www.listed.example/watch"));
  CHECK(preview.at("og:title") == "From JSON");
  CHECK(world.outside.requests().front().url.starts_with("https://listed.example/oembed?format="));

  world.outside.forget_requests();
  world.outside.answer_by([](const OutboundRequest& request) -> std::optional<OutboundResult> {
    if (request.url.starts_with("https://listed.example/oembed")) {
      return answer(request, "application/json", "{}", 404);
    }
    return answer(request, "text/html", "<title>The page itself</title>");
  });
  CHECK(object(get(world, "https://www.listed.example/gone")).at("og:title") == "The page itself");
}

TEST_CASE("what is no JSON, or leads to a denied host, adds nothing to a page") {
  World world;
  for (const char* place : {"/oembed", "https://x.denied.example/oembed", "file:///etc/passwd"}) {
    CAPTURE(place);
    world.outside.forget_requests();
    world.outside.answer_by(
        [place](const OutboundRequest& request) -> std::optional<OutboundResult> {
          if (request.url.find("/oembed") != std::string::npos) {
            return answer(request, "text/xml", "<oembed><title>no</title></oembed>");
          }
          return answer(request, "text/html",
                        "<title>A page</title><link rel=alternate "
                        "type=application/json+oembed href='" +
                            std::string(place) + "'>");
        });
    const auto preview = object(get(world, std::string("https://b.example/") + place[0]));
    CHECK(preview.at("og:title") == "A page");
    CHECK(preview.size() == 1);
    for (const OutboundRequest& request : world.outside.requests()) {
      CHECK(request.url.find("denied.example") == std::string::npos);
    }
  }
}

TEST_CASE("a redirect to a denied host, and its images, are left alone") {
  World world;
  world.outside.answer_by([](const OutboundRequest& request) {
    auto result = answer(request, "text/html", kPage);
    if (request.url.ends_with("/moved")) result->url = "https://x.denied.example/";
    return result;
  });
  CHECK(refused(world, "https://a.example/moved") == "502 M_UNKNOWN");
  world.outside.answer_by([](const OutboundRequest& request) {
    return answer(request, "text/html",
                  "<title>T</title><meta property=og:image content=//x.denied.example/i.png>");
  });
  CHECK(get(world, "https://a.example/page") == R"({"og:title":"T"})");
}

TEST_CASE("a link to an image is previewed by the image") {
  World world;
  world.outside.answer_by(&site);

  const auto preview = object(get(world, "https://a.example/i.png"));

  CHECK(preview.contains("og:image"));
  CHECK_FALSE(preview.contains("og:title"));
}

TEST_CASE("what only calls itself an image, or is too large for one, is not kept") {
  World world;
  std::string body(kPng);
  world.outside.answer_by([&](const OutboundRequest& request) {
    return request.url.ends_with("i.png") ? answer(request, "image/png", body)
                                          : answer(request, "text/html", kPage);
  });
  const auto shows_image = [&](const std::string& url) {
    return object(get(world, url)).contains("og:image");
  };

  CHECK(shows_image("https://a.example/1"));
  world.maker.shape = NoThumbnail::too_large;
  CHECK_FALSE(shows_image("https://a.example/2"));
  world.maker.shape = NoThumbnail::not_now;
  CHECK(shows_image("https://a.example/3"));
  CHECK_FALSE(object(get(world, "https://a.example/3")).contains("og:image:width"));
  body = "<svg onload=alert(1)>";
  CHECK_FALSE(shows_image("https://a.example/4"));
}

TEST_CASE("without room for the image a preview goes without it") {
  World world({.quota_bytes_per_user = 5});
  world.outside.answer_by(&site);

  const auto preview = object(get(world, "https://a.example/page"));

  CHECK(preview.contains("og:title"));
  CHECK_FALSE(preview.contains("og:image"));
}

TEST_CASE("what is neither page nor image has an empty preview") {
  World world;
  world.outside.answer_by(
      [](const OutboundRequest& request) { return answer(request, "audio/mpeg", ""); });

  CHECK(get(world, "https://radio.example/") == "{}");
}

TEST_CASE("one person may have a few previews made at a time, all together some more") {
  World world;
  world.outside.answer_by([](const OutboundRequest&) { return std::nullopt; });
  runtime::TaskGroup group("asking");
  runtime::CancelSource gone;
  int good = 0;
  const auto ask = [&](const protocol::UserId& user, int number) {
    group.spawn_on(world.scheduler, get_and_count(world.previews, user,
                                                  "https://a.example/" + std::to_string(number),
                                                  gone.token(), good));
    world.scheduler.run_ready();
  };

  for (int i = 0; i < 4; ++i) ask(kAlice.user, i);
  CHECK(refused(world, "https://a.example/more") == "429 M_LIMIT_EXCEEDED");
  for (int i = 4; i < 16; ++i) {
    ask(protocol::UserId::trusted("@user" + std::to_string(i) + ":example.org"), i);
  }
  CHECK(refusal([&] { static_cast<void>(get(world, "https://a.example/more", kBob.user)); }) ==
        "429 M_LIMIT_EXCEEDED");
  gone.cancel();
  world.run(group.join());
}

TEST_CASE("a page is read by a worker, and others go on meanwhile") {
  World world;
  world.outside.answer_by(&site);
  runtime::WorkerPool busy(1);
  std::promise<void> free;
  busy.post([until = free.get_future().share()] { until.wait(); });
  UrlPreviews previews({.outbound = world.outside,
                        .images = world.preview_images,
                        .workers = busy,
                        .clock = world.scheduler.clock()},
                       {.offered = UrlPreviews::Offered::yes});
  runtime::TaskGroup group("asking");
  int good = 0;
  group.spawn_on(world.scheduler,
                 get_and_count(previews, kAlice.user, "https://a.example/page", {}, good));
  world.scheduler.run_ready();

  // The page is here, and its reader is busy.
  CHECK(world.outside.requests().size() == 1);
  CHECK(good == 0);
  CHECK(object(get(world, "https://b.example/page")).at("og:title") == "A page");
  CHECK(good == 0);
  free.set_value();
  world.run(group.join());
  CHECK(good == 1);
  world.run(previews.stop());
}

TEST_CASE("old images go, those of uploads stay") {
  World world;
  world.outside.answer_by(&site);
  const std::string upload = world.upload("mine");
  get(world, "https://a.example/page");
  CHECK(world.paths().size() == 2);

  CHECK(world.run(world.preview_images.remove_old()) == 0);
  world.scheduler.advance(hours(24 * 4));
  CHECK(world.run(world.preview_images.remove_old()) == 1);

  CHECK(world.paths().size() == 1);
  CHECK(world.read(upload) == "mine");
}
}  // namespace chancery::media
