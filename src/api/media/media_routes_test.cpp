// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/boundary.hpp"
#include "api/media/routes.hpp"
#include "tests/support/known_tokens.hpp"
#include "tests/support/media_world.hpp"

#include <doctest/doctest.h>

namespace chancery::media_api {
namespace {

class TextBody final : public http::BodyReader {
 public:
  explicit TextBody(std::string text) : text_(std::move(text)) {}
  runtime::Task<std::string> read_some() override {
    std::string piece = text_.substr(0, 5000);
    text_.erase(0, piece.size());
    co_return piece;
  }

 private:
  std::string text_;
};

struct Asked {
  http::Method method = http::Method::get;
  std::string path;
  std::string query;
  std::string body;
  std::string token = "@alice:example.org";
  std::vector<std::pair<std::string, std::string>> headers;
};

struct Answer {
  unsigned status = 0;
  http::Headers headers;
  std::string body;

  [[nodiscard]] std::string header(std::string_view name) const {
    return std::string(headers.find(name).value_or("-"));
  }
  [[nodiscard]] base::JsonObject json() const { return base::parse_json(body)->get_object(); }
  // "404 M_NOT_FOUND"
  [[nodiscard]] std::string error() const {
    return fmt::format("{} {}", status, *base::find_string(json(), "errcode"));
  }
};

class Face {
 public:
  explicit Face(media::MediaSettings settings = {}, LegacyPaths legacy = LegacyPaths::closed)
      : world(std::move(settings)),
        limits_(boundary::LimitsEnabled::no, {}, world.scheduler.clock()),
        boundary_(media_routes({world.media, world.thumbnails, world.previews, legacy}),
                  {authenticator_, limits_, world.scheduler.clock()}) {}

  Answer ask(Asked asked) {
    TextBody body(asked.body);
    http::Request request;
    request.method = asked.method;
    request.path = asked.path;
    request.query = *http::Query::parse(asked.query);
    // Tokens are user ids.
    if (asked.token.starts_with('@')) {
      authenticator_.add(asked.token, {.user = protocol::UserId::trusted(asked.token),
                                       .device = protocol::DeviceId::trusted("D")});
    }
    if (!asked.token.empty()) request.headers.add("Authorization", "Bearer " + asked.token);
    for (const auto& [name, value] : asked.headers) request.headers.add(name, value);
    if (asked.method != http::Method::get) request.content_length = asked.body.size();
    request.body = &body;
    http::Response response = world.run(boundary_.handle(request));
    Answer answer{.status = response.status, .headers = response.headers, .body = {}};
    if (auto* text = std::get_if<std::string>(&response.body)) {
      answer.body = *text;
    } else if (auto* source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body)) {
      const std::uint64_t length = *(*source)->length();
      while (true) {
        const std::string piece = world.run((*source)->next());
        if (piece.empty()) break;
        answer.body += piece;
      }
      CHECK(answer.body.size() == length);
    }
    return answer;
  }

  // The media id.
  std::string upload(std::string body, std::string type, std::string query = "") {
    const Answer answer = ask({.method = http::Method::post,
                               .path = "/_matrix/media/v3/upload",
                               .query = std::move(query),
                               .body = std::move(body),
                               .headers = {{"Content-Type", std::move(type)}}});
    REQUIRE(answer.status == 200);
    const auto uri = protocol::MediaUri::parse(*base::find_string(answer.json(), "content_uri"));
    REQUIRE(uri);
    CHECK(uri->server.text() == "example.org");
    return uri->media_id;
  }
  Answer download(const std::string& id,
                  std::vector<std::pair<std::string, std::string>> headers = {}) {
    return ask({.path = "/_matrix/client/v1/media/download/example.org/" + id,
                .headers = std::move(headers)});
  }

  media::World world;

 private:
  support::KnownTokens authenticator_;
  boundary::RateLimits limits_;
  boundary::Boundary boundary_;
};

}  // namespace

TEST_CASE("an upload comes back by download, with headers that keep browsers from harm") {
  Face face;
  const std::string content(100'000, 'x');
  const std::string id = face.upload(content, "image/png", "filename=caf%C3%A9.png");

  const Answer answer = face.download(id);

  CHECK(answer.status == 200);
  CHECK(answer.body == content);
  CHECK(answer.header("Content-Type") == "image/png");
  CHECK(answer.header("Content-Disposition") == "inline; filename*=utf-8''caf%C3%A9.png");
  CHECK(answer.header("X-Content-Type-Options") == "nosniff");
  CHECK(answer.header("Content-Security-Policy").starts_with("sandbox; default-src 'none';"));
  CHECK(answer.header("Cross-Origin-Resource-Policy") == "cross-origin");
  CHECK(answer.header("Cache-Control").starts_with("private"));
}

TEST_CASE("what a browser could run is an attachment, whatever it is called") {
  Face face;

  const Answer page = face.download(face.upload("<script>", "text/html", "filename=a.png"));
  const Answer nothing = face.download(face.upload("x", ""));

  CHECK(page.header("Content-Disposition") == "attachment; filename=\"a.png\"");
  CHECK(nothing.header("Content-Disposition") == "attachment");
  CHECK(nothing.header("Content-Type") == "application/octet-stream");
}

TEST_CASE("the path may give another name") {
  Face face;
  const std::string id = face.upload("x", "text/plain", "filename=mine.txt");

  const Answer answer = face.ask(
      {.path = "/_matrix/client/v1/media/download/example.org/" + id + "/y%0D%0Aours.txt"});

  CHECK(answer.header("Content-Disposition") == "inline; filename=\"yours.txt\"");
}

TEST_CASE("a range and a known tag spare bytes") {
  Face face;
  const std::string id = face.upload("0123456789", "text/plain");
  const std::string tag = face.download(id).header("ETag");

  const Answer part = face.download(id, {{"Range", "bytes=2-4"}});
  const Answer beyond = face.download(id, {{"Range", "bytes=10-"}});
  const Answer stale = face.download(id, {{"Range", "bytes=2-4"}, {"If-Range", "\"other\""}});
  const Answer known = face.download(id, {{"If-None-Match", tag}});

  CHECK(part.status == 206);
  CHECK(part.body == "234");
  CHECK(part.header("Content-Range") == "bytes 2-4/10");
  CHECK(beyond.status == 416);
  CHECK(beyond.header("Content-Range") == "bytes */10");
  CHECK(stale.status == 200);
  CHECK(stale.body == "0123456789");
  CHECK(known.status == 304);
  CHECK(known.body.empty());
}

TEST_CASE("nothing is uploaded or downloaded without a token") {
  Face face;
  const std::string id = face.upload("x", "text/plain");

  CHECK(face.ask({.method = http::Method::post, .path = "/_matrix/media/v3/upload", .token = ""})
            .error() == "401 M_MISSING_TOKEN");
  CHECK(face.ask({.path = "/_matrix/client/v1/media/download/example.org/" + id, .token = ""})
            .error() == "401 M_MISSING_TOKEN");
  CHECK(face.ask({.path = "/_matrix/client/v1/media/thumbnail/example.org/" + id, .token = ""})
            .error() == "401 M_MISSING_TOKEN");
}

TEST_CASE("the paths from before tokens answer only where the operator lets them") {
  for (const std::string version : {"v3", "r0", "v1"}) {
    CAPTURE(version);
    Face closed;
    Face open({}, LegacyPaths::open);
    const std::string path = "/_matrix/media/" + version + "/download/example.org/";

    CHECK(closed.ask({.path = path + closed.upload("x", "text/plain"), .token = ""}).error() ==
          "404 M_NOT_FOUND");
    const std::string id = open.upload("x", "text/plain");
    CHECK(open.ask({.path = path + id, .token = ""}).body == "x");
    CHECK(open.ask({.path = path + id + "/name.txt", .token = ""}).header("Content-Disposition") ==
          "inline; filename=\"name.txt\"");
  }
}

TEST_CASE("limits are announced and kept") {
  Face face({.max_upload_bytes = 1000, .quota_bytes_per_user = 1500});

  const Answer config = face.ask({.path = "/_matrix/client/v1/media/config"});
  const Answer too_large = face.ask({.method = http::Method::post,
                                     .path = "/_matrix/media/v3/upload",
                                     .body = std::string(1001, 'x')});
  face.upload(std::string(1000, 'x'), "text/plain");
  const Answer over_quota = face.ask({.method = http::Method::post,
                                      .path = "/_matrix/media/r0/upload",
                                      .body = std::string(501, 'x')});

  CHECK(base::find_integer(config.json(), "m.upload.size") == 1000);
  CHECK(too_large.error() == "413 M_TOO_LARGE");
  CHECK(over_quota.error() == "403 M_FORBIDDEN");
}

TEST_CASE("a full disk is 503, and the next upload succeeds when there is room") {
  Face face;
  face.world.disk.fail_all_writes(ENOSPC);
  const Answer full = face.ask(
      {.method = http::Method::post, .path = "/_matrix/media/v3/upload", .body = "content"});
  face.world.disk.fail_all_writes(0);

  CHECK(full.error() == "503 M_UNKNOWN");
  CHECK(face.world.paths().empty());
  CHECK(face.download(face.upload("content", "text/plain")).body == "content");
}

TEST_CASE("a media id can be had first and uploaded to later") {
  Face face;
  const Answer created =
      face.ask({.method = http::Method::post, .path = "/_matrix/media/v1/create"});
  REQUIRE(created.status == 200);
  const auto uri = protocol::MediaUri::parse(*base::find_string(created.json(), "content_uri"));
  REQUIRE(uri);
  const std::string path = "/_matrix/client/v1/media/download/example.org/" + uri->media_id;
  const Asked put{.method = http::Method::put,
                  .path = "/_matrix/media/v3/upload/example.org/" + uri->media_id,
                  .body = "later",
                  .headers = {{"Content-Type", "text/plain"}}};

  CHECK(base::find_integer(created.json(), "unused_expires_at").has_value());
  CHECK(face.ask({.path = path, .query = "timeout_ms=0"}).error() == "504 M_NOT_YET_UPLOADED");
  CHECK(face.ask(put).status == 200);
  CHECK(face.ask({.path = path}).body == "later");
  CHECK(face.ask(put).error() == "409 M_CANNOT_OVERWRITE_MEDIA");
}

TEST_CASE("a changed file is 500 and not a byte of it") {
  Face face;
  const std::string id = face.upload("content", "text/plain");
  const std::string path = face.world.paths().front();
  std::string bytes = *face.world.disk.read_file(path);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  face.world.disk.write_file(path, bytes);

  CHECK(face.download(id).error() == "500 M_UNKNOWN");
}

TEST_CASE("thumbnails are asked for by size and method") {
  Face face;
  const std::string id = face.upload("image", "image/png");
  face.world.maker.answer = media::MadeThumbnail{.content_type = "image/png", .bytes = "small"};
  const auto thumbnail = [&](std::string query) {
    return face.ask({.path = "/_matrix/client/v1/media/thumbnail/example.org/" + id,
                     .query = std::move(query)});
  };

  CHECK(thumbnail("width=32&height=32&method=crop").body == "small");
  CHECK(thumbnail("width=32&height=32&method=crop").header("Content-Type") == "image/png");
  CHECK(thumbnail("width=320&height=240&animated=true").status == 200);
  CHECK(face.world.maker.jobs.back().size.form == media::ThumbnailForm::animated);
  CHECK(thumbnail("height=32").error() == "400 M_MISSING_PARAM");
  CHECK(thumbnail("width=0&height=32").error() == "400 M_INVALID_PARAM");
  CHECK(thumbnail("width=-1&height=32").error() == "400 M_INVALID_PARAM");
  CHECK(thumbnail("width=9x&height=32").error() == "400 M_INVALID_PARAM");
  CHECK(thumbnail("width=32&height=32&method=fold").error() == "400 M_INVALID_PARAM");
  CHECK(thumbnail("width=32&height=32&timeout_ms=-1").error() == "400 M_INVALID_PARAM");
}

}  // namespace chancery::media_api
