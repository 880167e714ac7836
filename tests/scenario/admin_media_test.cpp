// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What owners do with files that are not theirs.
#include "domain/admin/media_moderation.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace chancery::scenario {
namespace {

const std::string kV1 = "/_synapse/admin/v1";

std::string of_room(const std::string& room, const std::string& rest) {
  return "/rooms/" + percent_encode(room) + rest;
}

struct Shelf {
  Shelf() {
    server.make_owner("@owner:x");
    bob.join(room);
  }
  // The media id.
  std::string upload(const std::string& bytes) const { return upload(alice, bytes); }
  static std::string upload(const Person& by, const std::string& bytes) {
    const ApiAnswer answer = by.send({.method = http::Method::post,
                                      .target = "/_matrix/media/v3/upload?filename=a.bin",
                                      .body = bytes,
                                      .token = {},
                                      .content_type = "application/x-test"});
    REQUIRE(answer.status == 200);
    return answer.text("content_uri").substr(std::string("mxc://x/").size());
  }
  [[nodiscard]] unsigned seen(const std::string& id) const {
    return bob.get("/_matrix/client/v1/media/download/x/" + id + "?timeout_ms=0").status;
  }

  ServerUnderTest server;
  Person owner = server.register_user("owner");
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room(R"({"preset":"public_chat"})");
};

TEST_CASE("files in quarantine are seen by nobody until they are let out") {
  Shelf shelf;
  const std::string id = shelf.upload("some bytes");
  CHECK(shelf.seen(id) == 200);
  CHECK(shelf.owner.post(kV1 + "/media/quarantine/x/" + id).status == 200);
  CHECK(shelf.seen(id) == 404);
  CHECK(shelf.bob.get("/_matrix/client/v1/media/thumbnail/x/" + id + "?width=8&height=8").status ==
        404);
  CHECK(text_at(shelf.owner.get(kV1 + "/media/x/" + id).json, "/media_info/quarantined_by") ==
        "@owner:x");
  CHECK(shelf.owner.post(kV1 + "/media/unquarantine/x/" + id).status == 200);
  CHECK(shelf.seen(id) == 200);

  CHECK(shelf.owner.post(kV1 + "/media/protect/" + id).status == 200);
  CHECK(shelf.owner.post(kV1 + "/media/quarantine/x/" + id + "/").errcode() == "M_FORBIDDEN");
  CHECK(shelf.owner.post(kV1 + "/user/%40alice%3Ax/media/quarantine").body ==
        R"({"num_quarantined":0})");
  CHECK(shelf.owner.post(kV1 + "/media/unprotect/" + id).status == 200);
  CHECK(shelf.owner.post(kV1 + "/user/%40alice%3Ax/media/quarantine").body ==
        R"({"num_quarantined":1})");
  CHECK(shelf.seen(id) == 404);
  CHECK(shelf.owner.post(kV1 + "/media/quarantine/x/none").errcode() == "M_NOT_FOUND");
  CHECK(shelf.owner.post(kV1 + "/media/quarantine/elsewhere.example/" + id).errcode() ==
        "M_NOT_FOUND");
  CHECK(shelf.bob.post(kV1 + "/media/unquarantine/x/" + id).errcode() == "M_FORBIDDEN");
}

TEST_CASE("the files that a room's events name are found, and put into quarantine together") {
  Shelf shelf;
  const std::string id = shelf.upload("some bytes");
  const std::string small = shelf.upload("smaller");
  shelf.alice.put(of_room(shelf.room, "/send/m.room.message/p"),
                  R"({"msgtype":"m.image","body":"b","url":"mxc://x/)" + id +
                      R"(","info":{"thumbnail_url":"mxc://x/)" + small + R"("}})");
  shelf.alice.put(of_room(shelf.room, "/send/m.room.message/q"),
                  R"({"msgtype":"m.image","body":"b","url":"mxc://elsewhere.example/a"})");
  const ApiAnswer found = shelf.owner.get(kV1 + "/room/" + percent_encode(shelf.room) + "/media");
  CHECK(found.object().at("local").as_array().size() == 2);
  CHECK(found.object().at("remote").as_array().size() == 1);
  CHECK(shelf.owner.post(kV1 + "/room/" + percent_encode(shelf.room) + "/media/quarantine").body ==
        R"({"num_quarantined":2})");
  CHECK(shelf.seen(small) == 404);
}

TEST_CASE("owners see who keeps what, and remove it by name, by person and by age") {
  Shelf shelf;
  const std::string one = shelf.upload("1");
  const std::string three = shelf.upload("333");
  const std::string face = shelf.upload("face");
  shelf.alice.put("/profile/%40alice%3Ax/avatar_url", R"({"avatar_url":"mxc://x/)" + face + "\"}");

  const ApiAnswer list =
      shelf.owner.get(kV1 + "/users/%40alice%3Ax/media?order_by=media_length&dir=b");
  CHECK(list.object().at("total").as_int64() == 3);
  CHECK(text_at(list.json, "/media/0/media_id") == face);
  CHECK(text_at(list.json, "/media/0/media_type") == "application/x-test");
  CHECK(text_at(list.json, "/media/0/upload_name") == "a.bin");
  CHECK(shelf.owner.get(kV1 + "/users/%40alice%3Ax/media?order_by=upload_name").errcode() ==
        "M_INVALID_PARAM");
  const ApiAnswer use = shelf.owner.get(kV1 + "/statistics/users/media?order_by=media_length");
  CHECK(find_at(use.json, "/users/0/media_count")->as_int64() == 3);
  CHECK(find_at(use.json, "/users/0/media_length")->as_int64() == 8);

  CHECK(shelf.owner.del(kV1 + "/media/x/" + one).body ==
        R"({"deleted_media":[")" + one + R"("],"total":1})");
  CHECK(shelf.seen(one) == 404);
  CHECK(shelf.owner.del(kV1 + "/media/x/" + one + "/").errcode() == "M_NOT_FOUND");
  CHECK(shelf.owner.del(kV1 + "/media/elsewhere.example/" + one).errcode() == "M_INVALID_PARAM");

  shelf.server.scheduler().advance(std::chrono::hours(1));
  const std::string now = std::to_string(shelf.server.scheduler().clock().now().milliseconds);
  CHECK(shelf.owner.post(kV1 + "/media/delete?before_ts=1").errcode() == "M_INVALID_PARAM");
  CHECK(shelf.owner.post(kV1 + "/media/delete").errcode() == "M_MISSING_PARAM");
  CHECK(shelf.owner.post(kV1 + "/media/x/delete?size_gt=2&before_ts=" + now).body ==
        R"({"deleted_media":[")" + three + R"("],"total":1})");
  CHECK(shelf.seen(face) == 200);
  CHECK(shelf.owner.del(kV1 + "/users/%40alice%3Ax/media").body ==
        R"({"deleted_media":[")" + face + R"("],"total":1})");
}

TEST_CASE("an owner takes or hides no file of another owner's by its name, but their own") {
  Shelf shelf;
  const Person other = shelf.server.register_owner("other");
  const std::string file = Shelf::upload(other, "theirs");
  const auto is_refused = [](const ApiAnswer& answer) {
    return answer.status == 403 && answer.body.find("another administrator") != std::string::npos;
  };
  for (const std::string slash : {"", "/"}) {
    CAPTURE(slash);
    CHECK(is_refused(shelf.owner.del(kV1 + "/media/x/" + file + slash)));
    CHECK(is_refused(shelf.owner.post(kV1 + "/media/quarantine/x/" + file + slash)));
  }
  CHECK(shelf.seen(file) == 200);
  CHECK(other.post(kV1 + "/media/quarantine/x/" + file).status == 200);
  CHECK(shelf.owner.post(kV1 + "/media/unquarantine/x/" + file).status == 200);
  CHECK(shelf.seen(file) == 200);
  CHECK(other.del(kV1 + "/media/x/" + file).status == 200);
  CHECK(shelf.seen(file) == 404);
}

TEST_CASE("old media go however many pictures of rooms stand before them") {
  Shelf shelf;
  std::vector<std::string> pictures;
  for (std::int64_t i = 0; i < 2 * admin::MediaModeration::kOldAPage; ++i) {
    pictures.push_back(shelf.upload("picture"));
    const std::string room = shelf.alice.create_room(R"({"preset":"private_chat"})");
    const std::string content = R"({"url":"mxc://x/)" + pictures.back() + R"("})";
    REQUIRE(shelf.alice.put(of_room(room, "/state/m.room.avatar/"), content).status == 200);
  }
  std::vector<std::string> old;
  for (int i = 0; i < 5; ++i) old.push_back(shelf.upload("old"));
  std::ranges::sort(old);
  shelf.server.scheduler().advance(std::chrono::hours(1));
  const std::string now = std::to_string(shelf.server.scheduler().clock().now().milliseconds);

  const ApiAnswer removed = shelf.owner.post(kV1 + "/media/delete?before_ts=" + now);

  std::vector<std::string> gone;
  for (const base::Json& id : removed.object().at("deleted_media").as_array()) {
    gone.emplace_back(id.as_string());
  }
  CHECK(gone == old);
  CHECK(shelf.seen(pictures.front()) == 200);
  CHECK(shelf.seen(old.back()) == 404);
}

}  // namespace
}  // namespace chancery::scenario
