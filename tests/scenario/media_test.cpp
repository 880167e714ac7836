// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Media as strangers name, send and ask for them.
#include "base/base64.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

const std::string kMedia = "/_matrix/client/v1/media";

// A grey PNG of 200 by 100, and one of a few bytes that says it is 100,000 by 100,000.
constexpr const char* kPicture =
    "iVBORw0KGgoAAAANSUhEUgAAAMgAAABkCAAAAADm7SDXAAAAaUlEQVR42u3PQREAAAwCIPsnM5YR9t9BA9InIiIiIi"
    "IiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIiIi"
    "IiJyGQ5cDJRFVj6OAAAAAElFTkSuQmCC";
constexpr const char* kBomb =
    "iVBORw0KGgoAAAANSUhEUgABhqAAAYagCAAAAACNOVQUAAAAEUlEQVR42mNgGAWjYBQMdwAAA+gAAc5JTFgAAAAASUVO"
    "RK5CYII";

struct Shelf {
  ServerUnderTest server{[](server::Config& config) {
    config.media.max_upload_bytes = 100'000;
    config.media.worker = CHANCERY_MEDIA_WORKER;
  }};
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");

  // "x/<media id>"
  std::string upload(const std::string& bytes, const std::string& type) const {
    const ApiAnswer answer = alice.send({.method = http::Method::post,
                                         .target = "/_matrix/media/v3/upload?filename=a.bin",
                                         .body = bytes,
                                         .token = {},
                                         .content_type = type});
    REQUIRE(answer.status == 200);
    return answer.text("content_uri").substr(std::string("mxc://").size());
  }
  ApiAnswer download(const std::string& what) const {
    return bob.get(kMedia + "/download/" + what);
  }
};

TEST_CASE("what a browser could run is handed out as an attachment in a sandbox") {
  const Shelf shelf;
  for (const char* type : {"text/html", "image/svg+xml", "application/javascript",
                           "application/pdf", "application/xhtml+xml", "text/xml"}) {
    CAPTURE(type);
    const ApiAnswer answer = shelf.download(shelf.upload("<script>alert(1)</script>", type));
    REQUIRE(answer.status == 200);
    CHECK(answer.headers.find("Content-Disposition")->starts_with("attachment"));
    CHECK(answer.headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(answer.headers.find("Content-Security-Policy")->find("sandbox") != std::string::npos);
    CHECK(answer.headers.find("Content-Security-Policy")->find("default-src 'none'") !=
          std::string::npos);
    CHECK(answer.headers.find("Cross-Origin-Resource-Policy") == "cross-origin");
  }
  const ApiAnswer png = shelf.download(shelf.upload("\x89PNG\r\n\x1a\n", "image/png"));
  CHECK(png.headers.find("Content-Disposition")->starts_with("inline"));
}

TEST_CASE("what only calls itself a picture is no page, whatever it holds") {
  const Shelf shelf;
  for (const char* type : {"image/png", "image/gif", "text/plain", "video/mp4"}) {
    for (const char* bytes : {"<!doctype html><script>alert(1)</script>",
                              "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
                              "%PDF-1.7 /OpenAction /JavaScript"}) {
      const ApiAnswer answer = shelf.download(shelf.upload(bytes, type));
      CAPTURE(type);
      REQUIRE(answer.status == 200);
      CHECK(answer.headers.find("Content-Type") == type);
      CHECK(answer.headers.find("X-Content-Type-Options") == "nosniff");
      CHECK(answer.headers.find("Content-Security-Policy")->starts_with("sandbox; default-src"));
    }
  }
  for (const char* type : {"image/svg+xml", "IMAGE/SVG+XML; charset=utf-8", "text/html ",
                           "image/png, text/html", "image/tiff", "image/x-icon", "image/"}) {
    CAPTURE(type);
    const ApiAnswer answer = shelf.download(shelf.upload("<script>alert(1)</script>", type));
    CHECK(answer.headers.find("Content-Disposition")->starts_with("attachment"));
    CHECK(answer.headers.find("X-Content-Type-Options") == "nosniff");
  }
}

TEST_CASE("what was uploaded comes back byte for byte, also after a restart") {
  Shelf shelf;
  std::string bytes;
  for (int i = 0; i < 90'000; ++i) bytes += static_cast<char>(i * 7 % 251);
  const std::string media = shelf.upload(bytes, "application/octet-stream");

  shelf.server.restart();

  CHECK(shelf.download(media).body == bytes);
}

TEST_CASE("media are for those with a token, and the old paths are not there") {
  Shelf shelf;
  const std::string media = shelf.upload("secret", "text/plain");
  const Person stranger = shelf.server.stranger();
  for (int i = 0; i < 20; ++i) {
    CHECK(stranger.get(kMedia + "/download/" + media).errcode() == "M_MISSING_TOKEN");
  }
  CHECK(stranger.get("/_matrix/media/v3/download/" + media).status == 404);
  CHECK(stranger.get("/_matrix/media/r0/download/" + media).status == 404);
  CHECK(shelf.bob.get("/_matrix/media/v3/download/" + media).body.find("secret") ==
        std::string::npos);
}

TEST_CASE("no media id leads out of the media, however it is written") {
  const Shelf shelf;
  for (const char* path :
       {"x/..", "x/..%2F..%2Fchancery.db", "x/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "../x", "%2e%2e/x",
        "x/%00", "x/a%00b", "x%00/a", "x/a/../../../chancery.db", "x/..\\..\\a", "x/.",
        "elsewhere.example/..%2f..%2fa", "127.0.0.1/a", "%5B::1%5D/a", "x:0/a", "x/"}) {
    CAPTURE(path);
    for (const char* act : {"/download/", "/thumbnail/"}) {
      const ApiAnswer answer =
          shelf.bob.get(kMedia + act + path + "?width=32&height=32&timeout_ms=0");
      CHECK(answer.status >= 400);
      CHECK(answer.status < 500);
      CHECK_FALSE(answer.errcode().empty());
    }
  }
}

// The worker does not run under ThreadSanitizer: libvips is not built for it.
#if __has_feature(thread_sanitizer)
constexpr bool kHasNoWorker = true;
#else
constexpr bool kHasNoWorker = false;
#endif

TEST_CASE("a picture becomes a thumbnail, and what lies about its size is refused alone" *
          doctest::skip(kHasNoWorker)) {
  const Shelf shelf;
  const auto thumbnail = [&shelf](const std::string& bytes) {
    return shelf.bob.get(kMedia + "/thumbnail/" + shelf.upload(bytes, "image/png") +
                         "?width=32&height=32&method=scale");
  };
  const ApiAnswer refused = thumbnail(*base::decode_base64(kBomb));
  CHECK(refused.status >= 400);
  CHECK(refused.status < 500);
  CHECK_FALSE(refused.errcode().empty());
  CHECK(thumbnail("<svg onload='alert(1)'/>").status < 500);

  const ApiAnswer made = thumbnail(*base::decode_base64(kPicture));
  CHECK(made.status == 200);
  CHECK(made.headers.find("Content-Type") == "image/png");
  CHECK(made.headers.find("X-Content-Type-Options") == "nosniff");
}

TEST_CASE("an upload that is too large is refused, and the next one taken") {
  const Shelf shelf;
  const ApiAnswer answer = shelf.alice.post("/_matrix/media/v3/upload", std::string(100'001, 'a'));
  CHECK(answer.status == 413);
  CHECK(answer.errcode() == "M_TOO_LARGE");

  CHECK(shelf.download(shelf.upload(std::string(100'000, 'a'), "text/plain")).body.size() ==
        100'000);
}

TEST_CASE("names and types cannot begin a header of their own") {
  const Shelf shelf;
  const ApiAnswer uploaded =
      shelf.alice.send({.method = http::Method::post,
                        .target = "/_matrix/media/v3/upload?filename=a%0D%0ASet-Cookie:%20x%22.png",
                        .body = "bytes",
                        .token = {},
                        .content_type = "text/plain\r\nX-Evil: 1"});
  if (uploaded.status != 200) return;  // refused is as good
  const ApiAnswer answer =
      shelf.download(uploaded.text("content_uri").substr(std::string("mxc://").size()));
  for (const auto& [name, value] : answer.headers.fields()) {
    CHECK(value.find('\r') == std::string::npos);
    CHECK(value.find('\n') == std::string::npos);
  }
  CHECK_FALSE(answer.headers.find("X-Evil"));
  CHECK_FALSE(answer.headers.find("Set-Cookie"));
}

}  // namespace
}  // namespace chancery::scenario
