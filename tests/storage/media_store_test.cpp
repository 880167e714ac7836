// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/media_store.hpp"

#include "storage/commit/change.hpp"
#include "tests/storage/store_under_test.hpp"

namespace chancery::storage {
namespace {

const auto kAlice = protocol::UserId::trusted("@alice:example.org");
const auto kBob = protocol::UserId::trusted("@bob:example.org");

MediaFile file_named(char first, std::uint64_t size) {
  return {.name = std::string(1, first) + std::string(31, '\xff'),
          .size = size,
          .record = std::string("sealed\0bytes", 12)};
}

AddMedia uploaded(std::string id, MediaFile file) {
  return {.media_id = std::move(id),
          .user = kAlice,
          .created_at = {1000},
          .expires_at = {},
          .file = std::move(file)};
}

AddMedia promised(std::string id, base::Timestamp until) {
  return {.media_id = std::move(id),
          .user = kAlice,
          .created_at = {1000},
          .expires_at = until,
          .file = {}};
}

Change with_precondition(Precondition required, Mutation mutation) {
  return {.preconditions = {std::move(required)}, .mutations = {std::move(mutation)}, .audit = {}};
}

}  // namespace

STORE_TEST("media that were uploaded are found with their file after a restart") {
  store.commit({uploaded("one", file_named('a', 70'000))});
  store.reopen();
  sql::SqlMediaStore media(store.reader());

  const auto found = store.run(media.find_media("one"));

  REQUIRE(found);
  CHECK(found->user == kAlice);
  CHECK(found->created_at.milliseconds == 1000);
  REQUIRE(found->file);
  CHECK(found->file->name == file_named('a', 0).name);
  CHECK(found->file->size == 70'000);
  CHECK(found->file->record == std::string("sealed\0bytes", 12));
  CHECK_FALSE(store.run(media.find_media("two")));
}

STORE_TEST("nobody is promised more media ids than they may have, however many ask at once") {
  const auto one_more = [](std::string id, std::int64_t now) {
    return with_precondition(RequireMediaPromises{kAlice, {now}, 2},
                             promised(std::move(id), {2000}));
  };
  store.commit({uploaded("kept", file_named('a', 1))});
  store.commit(one_more("one", 1500));
  store.commit(one_more("two", 1500));
  CHECK_THROWS_AS(store.commit(one_more("three", 1999)), StorageConflict);
  store.commit(one_more("three", 2000));  // the others have expired
}

STORE_TEST("a file is known by its name, be it of media or of a thumbnail") {
  sql::SqlMediaStore media(store.reader());
  store.commit({uploaded("one", file_named('a', 1)),
                AddThumbnail{{"one", 32, 32, "crop"}, file_named('b', 1)}});
  CHECK(store.run(media.is_file_named(file_named('a', 1).name)));
  CHECK(store.run(media.is_file_named(file_named('b', 1).name)));
  CHECK_FALSE(store.run(media.is_file_named(file_named('c', 1).name)));
}

STORE_TEST("a promised media id is filled once, by its user, before it expires") {
  sql::SqlMediaStore media(store.reader());
  store.commit({promised("later", {2000})});
  const auto fill = [&](const protocol::UserId& user, std::int64_t now, char name) {
    store.commit(with_precondition(RequireMediaPromised{"later", user, {now}},
                                   FillMedia{"later", file_named(name, 5)}));
  };

  REQUIRE(store.run(media.find_media("later")));
  CHECK_FALSE(store.run(media.find_media("later"))->file);
  CHECK_THROWS_AS(fill(kBob, 1500, 'b'), StorageConflict);
  CHECK_THROWS_AS(fill(kAlice, 2000, 'b'), StorageConflict);
  fill(kAlice, 1999, 'b');
  CHECK_THROWS_AS(fill(kAlice, 1999, 'c'), StorageConflict);

  REQUIRE(store.run(media.find_media("later"))->file);
  CHECK(store.run(media.find_media("later"))->file->name == file_named('b', 0).name);
}

STORE_TEST("one user's media before a time are found by age, oldest first, promises left out") {
  sql::SqlMediaStore media(store.reader());
  const auto stored = [](std::string id, char name, std::int64_t at) {
    AddMedia add = uploaded(std::move(id), file_named(name, 5));
    add.created_at = {at};
    return add;
  };
  AddMedia of_bob = stored("bobs", 'd', 1);
  of_bob.user = kBob;
  store.commit({stored("new", 'a', 3000), stored("old", 'b', 2000), stored("oldest", 'c', 1000),
                of_bob, promised("later", {9000})});
  const auto older = [&](std::int64_t before, std::size_t most) {
    return store.run(media.load_older(kAlice, {before}, most));
  };

  CHECK(older(3000, 10) == std::vector<std::string>{"oldest", "old"});
  CHECK(older(9000, 2) == std::vector<std::string>{"oldest", "old"});
  CHECK(older(1000, 10).empty());
}

STORE_TEST("the quota counts what one user has stored, to the byte") {
  sql::SqlMediaStore media(store.reader());
  store.commit({uploaded("one", file_named('a', 60)), uploaded("two", file_named('b', 30))});
  const auto add = [&](std::string id, char name, std::uint64_t size, protocol::UserId user) {
    store.commit(with_precondition(RequireMediaQuota{std::move(user), size, 100},
                                   uploaded(std::move(id), file_named(name, size))));
  };

  CHECK(store.run(media.load_use(kAlice, {0})).bytes == 90);
  CHECK_THROWS_AS(add("three", 'c', 11, kAlice), StorageConflict);
  add("three", 'c', 10, kAlice);
  CHECK_THROWS_AS(add("four", 'd', 1, kAlice), StorageConflict);
  add("five", 'e', 100, kBob);
}

STORE_TEST("promises that have expired are counted no more and can be cleared away") {
  sql::SqlMediaStore media(store.reader());
  store.commit(
      {promised("old", {2000}), promised("new", {3000}), uploaded("kept", file_named('a', 1))});

  CHECK(store.run(media.load_use(kAlice, {1999})).promised == 2);
  CHECK(store.run(media.load_use(kAlice, {2000})).promised == 1);
  store.commit({RemoveExpiredMedia{kAlice, {2000}}});

  CHECK_FALSE(store.run(media.find_media("old")));
  CHECK(store.run(media.find_media("new")));
  CHECK(store.run(media.find_media("kept")));
}

STORE_TEST("a thumbnail is found under its size and form, and goes with its media") {
  sql::SqlMediaStore media(store.reader());
  store.commit({uploaded("one", file_named('a', 60))});
  const ThumbnailKey key{.media_id = "one", .width = 96, .height = 96, .form = "crop"};
  store.commit(
      with_precondition(RequireMediaStored{"one"}, AddThumbnail{key, file_named('b', 12)}));
  store.commit({AddThumbnail{key, file_named('c', 13)}});

  const auto found = store.run(media.find_thumbnail(key));
  REQUIRE(found);
  CHECK(found->name == file_named('b', 0).name);
  CHECK(found->size == 12);
  CHECK_FALSE(store.run(media.find_thumbnail({"one", 96, 96, "scale"})));
  CHECK(store.run(media.load_thumbnail_files("one")).size() == 1);

  store.commit({RemoveMedia{"one"}});

  CHECK_FALSE(store.run(media.find_media("one")));
  CHECK_FALSE(store.run(media.find_thumbnail(key)));
  CHECK_THROWS_AS(store.commit(with_precondition(RequireMediaStored{"one"},
                                                 AddThumbnail{key, file_named('d', 1)})),
                  StorageConflict);
}

STORE_TEST("files are listed by the first byte of their names") {
  sql::SqlMediaStore media(store.reader());
  store.commit({uploaded("one", file_named('a', 1)), uploaded("two", file_named('b', 1)),
                uploaded("three", file_named('\xff', 1)),
                AddThumbnail{{"one", 32, 32, "crop"}, file_named('\x00', 1)}});

  CHECK(store.run(media.load_files('a')) == std::vector{file_named('a', 0).name});
  CHECK(store.run(media.load_files(0xff)) == std::vector{file_named('\xff', 0).name});
  CHECK(store.run(media.load_files(0)) == std::vector{file_named('\0', 0).name});
  CHECK(store.run(media.load_files('c')).empty());
}

}  // namespace chancery::storage
