// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/search.hpp"

#include "storage/commit/hearing.hpp"
#include "tests/support/search_world.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>

namespace chancery::search {
namespace {

using rooms::Actor;
using support::RoomHouse;

const Actor kAnna = RoomHouse::person("anna");
const Actor kBen = RoomHouse::person("ben");

struct World {
  World() { services = std::make_unique<support::SearchServices>(house); }

  protocol::RoomId create(rooms::RoomRequest request = {.preset = rooms::Preset::public_chat}) {
    return house.create(kAnna, std::move(request));
  }
  protocol::EventId send(const Actor& who, const protocol::RoomId& room, base::JsonObject content,
                         std::string type = "m.room.message") {
    return house.run(house->sending.send(who, {.room = room,
                                               .type = std::move(type),
                                               .content = std::move(content),
                                               .transaction = "w" + std::to_string(++sent),
                                               .sent_at = {}}));
  }
  protocol::EventId edit(const Actor& who, const protocol::RoomId& room,
                         const protocol::EventId& event, const std::string& text) {
    return send(who, room,
                {{"msgtype", "m.text"},
                 {"body", "* " + text},
                 {"m.new_content", base::JsonObject{{"msgtype", "m.text"}, {"body", text}}},
                 {"m.relates_to",
                  base::JsonObject{{"rel_type", "m.replace"}, {"event_id", event.text()}}}});
  }
  void redact(const Actor& who, const protocol::RoomId& room, const protocol::EventId& event) {
    house.run(house->sending.redact(who, {.room = room,
                                          .event = event,
                                          .content = {},
                                          .transaction = "r" + std::to_string(++sent)}));
  }
  void set(const protocol::RoomId& room, std::string type, base::JsonObject content) {
    house.run(house->sending.set_state(
        kAnna, {.room = room, .type = std::move(type), .key = "", .content = std::move(content)}));
  }
  SearchResults find(const Actor& who, std::string term, SearchRequest request = {}) {
    request.user = who.user;
    request.term = std::move(term);
    return house.run(services->search.find(std::move(request)));
  }
  void take_out() {
    for (bool is_more = true; is_more;) is_more = house.run(services->indexer.take_out());
  }
  // Ids of the hits, in their order.
  std::vector<protocol::EventId> ids(const SearchResults& results) {
    std::vector<protocol::EventId> all;
    for (const SearchHit& hit : results.hits) all.push_back(hit.event->event->id());
    return all;
  }
  void restart() {
    house.store().committer().stop();
    services.reset();
    house.restart();
    services = std::make_unique<support::SearchServices>(house);
  }
  // Every block of the index that is stored.
  std::vector<storage::PostingBlock> blocks(const protocol::RoomId& room) {
    std::vector<storage::PostingBlock> all;
    const storage::RoomNumber number = house.room(room)->number();
    for (const auto& segment : house.run(services->index.load_segments({number}))) {
      const auto some = house.run(services->index.load_segment_blocks(
          {.list = {.room = number, .segment = segment.segment, .word = INT64_MIN}, .first = {}},
          10'000));
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }

  RoomHouse house;
  std::unique_ptr<support::SearchServices> services;
  int sent = 0;
};

using Ids = std::vector<protocol::EventId>;
using Order = SearchRequest::Order;

TEST_CASE("a message is found by its words, whatever their case and order, at once") {
  World world;
  const auto room = world.create();
  const auto cake = world.house.say(kAnna, room, "There is CAKE in the kitchen");
  world.house.say(kAnna, room, "There is tea in the kitchen");

  const SearchResults found = world.find(kAnna, "kitchen cake");
  CHECK(world.ids(found) == Ids{cake});
  CHECK(found.count == 1);
  CHECK(std::set(found.highlights.begin(), found.highlights.end()) ==
        std::set<std::string>{"CAKE", "kitchen"});
  CHECK(found.hits[0].rank > 0);
  CHECK(world.find(kAnna, "cakes").hits.empty());
  CHECK(world.find(kAnna, "").hits.empty());
  CHECK(world.find(kAnna, ".*[a-z]+$").hits.empty());
}

TEST_CASE("results are ranked, or the newest first") {
  World world;
  const auto room = world.create();
  const auto twice = world.house.say(kAnna, room, "cake and cake");
  const auto passing = world.house.say(
      kAnna, room, "a long story of many words in which somewhere a cake is named in passing");

  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{twice, passing});
  CHECK(world.ids(world.find(kAnna, "cake", {.order = Order::recent})) == Ids{passing, twice});
}

TEST_CASE("names and topics are found, each under its own key") {
  World world;
  const auto room = world.create();
  world.set(room, "m.room.name", {{"name", "Budget Committee"}});
  world.set(room, "m.room.topic", {{"topic", "The budget of next year"}});
  world.house.say(kAnna, room, "budget!");

  CHECK(world.find(kAnna, "budget").hits.size() == 3);
  const auto names =
      world.find(kAnna, "budget", {.keys = static_cast<std::uint8_t>(SearchKey::name)});
  REQUIRE(names.hits.size() == 1);
  CHECK(names.hits[0].event->event->type() == "m.room.name");
  CHECK(world.find(kAnna, "budget", {.keys = 0}).hits.empty());
}

TEST_CASE("pages follow each other without a hole or a repetition, in either order") {
  for (const Order order : {Order::rank, Order::recent}) {
    World world;
    const auto room = world.create();
    std::set<protocol::EventId> sent;
    for (int i = 0; i < 25; ++i) {
      sent.insert(world.house.say(kAnna, room, "cake number " + std::to_string(i)));
    }
    std::set<protocol::EventId> found;
    SearchRequest request{.order = order, .limit = 4};
    for (int page = 0; page < 10; ++page) {
      const SearchResults results = world.find(kAnna, "cake", request);
      for (const auto& id : world.ids(results)) CHECK(found.insert(id).second);
      CHECK(results.count == 25);
      if (!results.next) break;
      request.place = *results.next;
      world.house.say(kAnna, room, "cake that came meanwhile");
    }
    CHECK(found == sent);
  }
}

TEST_CASE("a redacted message is found no more, and no list names it") {
  World world;
  const auto room = world.create();
  const auto gone = world.house.say(kAnna, room, "secret cake");
  const auto stays = world.house.say(kAnna, room, "open cake");
  REQUIRE(world.find(kAnna, "cake").hits.size() == 2);
  const std::size_t before = world.blocks(room).size();

  world.redact(kAnna, room, gone);

  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{stays});
  CHECK(world.find(kAnna, "secret").hits.empty());
  CHECK(world.find(kAnna, "secret").count == 0);
  CHECK(world.find(kAnna, "cake").count == 1);
  CHECK(world.blocks(room).size() == before);  // no search waits for its words to be taken out
  world.restart();
  world.take_out();
  CHECK(world.find(kAnna, "secret").count == 0);
  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{stays});
  CHECK(world.blocks(room).size() == before - 1);  // the list of "secret" is gone
}

TEST_CASE("what was redacted in a long segment is taken out of all its lists") {
  World world;
  const auto room = world.create();
  const auto gone = world.house.say(kAnna, room, "first of many words to go");
  for (int i = 0; i < 400; ++i) world.house.say(kAnna, room, "stays" + std::to_string(i));
  const auto last = world.house.say(kAnna, room, "last of many words to go");
  REQUIRE(world.find(kAnna, "many").hits.size() == 2);
  world.redact(kAnna, room, gone);
  world.redact(kAnna, room, last);
  REQUIRE(world.find(kAnna, "many").hits.empty());

  world.take_out();

  CHECK(world.find(kAnna, "many").count == 0);
  CHECK(world.blocks(room).size() == 400);
  CHECK(world.find(kAnna, "stays399").hits.size() == 1);
}

TEST_CASE(
    "an edited message is found by what it says now, and by its old words when that is "
    "redacted") {
  World world;
  const auto room = world.create();
  const auto event = world.house.say(kAnna, room, "there will be cake");
  REQUIRE(world.find(kAnna, "cake").hits.size() == 1);

  const auto edit = world.edit(kAnna, room, event, "there will be tea");
  CHECK(world.find(kAnna, "cake").hits.empty());
  CHECK(world.find(kAnna, "cake").count == 0);
  CHECK(world.ids(world.find(kAnna, "tea")) == Ids{event});

  world.redact(kAnna, room, edit);
  CHECK(world.find(kAnna, "tea").hits.empty());
  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{event});
  world.take_out();
  CHECK(world.find(kAnna, "tea").count == 0);
  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{event});
}

TEST_CASE("what somebody else sends as an edit changes nothing") {
  World world;
  const auto room = world.create();
  world.house.join(kBen, room);
  const auto event = world.house.say(kAnna, room, "there will be cake");
  world.edit(kBen, room, event, "there will be tea");
  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{event});
  CHECK(world.find(kAnna, "tea").hits.empty());
}

TEST_CASE("nothing of an encrypted room is found, or kept") {
  World world;
  const auto room = world.create();
  world.house.say(kAnna, room, "cake before");
  REQUIRE(world.find(kAnna, "cake").hits.size() == 1);

  world.set(room, "m.room.encryption", {{"algorithm", "m.megolm.v1.aes-sha2"}});
  world.house.say(kAnna, room, "cake after");

  CHECK(world.find(kAnna, "cake").hits.empty());
  CHECK(world.blocks(room).empty());
  world.restart();
  CHECK(world.find(kAnna, "cake").hits.empty());
}

TEST_CASE("who may not see a message does not find it, nor learn from a number that it is there") {
  World world;
  const auto room = world.create();
  world.set(room, "m.room.history_visibility", {{"history_visibility", "joined"}});
  world.house.say(kAnna, room, "cake before ben");
  world.house.join(kBen, room);
  const auto with = world.house.say(kAnna, room, "cake with ben");
  world.house.run(world.house->members.leave(kBen, room, {}));
  world.house.say(kAnna, room, "cake after ben");

  CHECK(world.find(kAnna, "cake").count == 3);
  const SearchResults left = world.find(kBen, "cake");
  CHECK(world.ids(left) == Ids{with});
  CHECK(left.count == 1);
  CHECK(world.find(RoomHouse::person("mallory"), "cake").hits.empty());

  world.house.join(kBen, room);
  const SearchResults back = world.find(kBen, "cake");
  CHECK(world.ids(back) == Ids{with});
  CHECK(back.count == 1);
}

TEST_CASE("a rank does not tell how common a word is where the searcher may not look") {
  const auto rank_with = [](int hidden) {
    World world;
    const auto room = world.create();
    world.set(room, "m.room.history_visibility", {{"history_visibility", "joined"}});
    for (int i = 0; i < 20; ++i) world.house.say(kAnna, room, i < hidden ? "merger" : "lunch");
    world.house.join(kBen, room);
    world.house.say(kAnna, room, "merger");
    return world.find(kBen, "merger").hits.at(0).rank;
  };
  CHECK(rank_with(0) == rank_with(20));
}

TEST_CASE("the index is filled for what was there before it, and goes on after a restart") {
  World world;
  const auto room = world.create();
  for (int i = 0; i < 700; ++i) world.house.say(kAnna, room, "cake " + std::to_string(i));
  CHECK(world.services->indexer.count_behind() == 1);
  CHECK(world.house.run(world.services->indexer.work(200)));
  world.restart();
  CHECK(world.services->indexer.is_behind(world.house.room(room)->number()));
  CHECK_FALSE(world.house.run(world.services->indexer.work(10'000)));
  CHECK(world.services->indexer.count_behind() == 0);

  CHECK(world.find(kAnna, "cake").count == 700);
  CHECK(world.find(kAnna, "cake 699").hits.size() == 1);
  CHECK(world.find(kAnna, "cake 0").hits.size() == 1);
}

TEST_CASE(
    "what was purged leaves the index with its events, and the rest of the room stays in it") {
  World world;
  const auto room = world.create();
  const auto gone = world.house.say(kAnna, room, "secret cake");
  const auto stays = world.house.say(kAnna, room, "open cake");
  const auto edited = world.house.say(kAnna, room, "plain tea");
  const auto edit = world.edit(kAnna, room, edited, "sweet tea");
  REQUIRE(world.find(kAnna, "cake").hits.size() == 2);
  REQUIRE(world.find(kAnna, "sweet").hits.size() == 1);
  const auto number_of = [&world](const protocol::EventId& event) {
    return world.house.run(world.house->rooms.events().find(event))->number;
  };
  const storage::RoomNumber number = world.house.room(room)->number();

  storage::Change change;
  // Of an edit the words are where the event is that it edits.
  world.services->indexer.add_removals(change, number,
                                       {number_of(gone), number_of(edit), number_of(edited)});
  change.mutations.emplace_back(
      storage::RemoveEvents{.room = number, .numbers = {number_of(gone), number_of(edit)}});
  world.house.run(world.house.store().committer().commit(std::move(change)));

  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{stays});
  world.restart();
  world.take_out();
  CHECK(world.blocks(room).size() == 3);  // open, cake, tea
  CHECK(world.ids(world.find(kAnna, "cake")) == Ids{stays});
  CHECK(world.ids(world.find(kAnna, "tea")) == Ids{edited});
  CHECK(world.find(kAnna, "secret").count == 0);
  CHECK(world.find(kAnna, "sweet").count == 0);
}

TEST_CASE("a room that turns encrypted loses a long index in several changes") {
  std::atomic<std::size_t> changes = 0;  // the committer's thread counts
  World world;
  world.house.store().committer().add_reader(
      storage::hear([&changes](const storage::ForgetPostings&) { ++changes; }));
  const auto room = world.create();
  for (int i = 0; i < 25; ++i) {
    std::string words;
    for (int j = 0; j < 50; ++j) words += "word" + std::to_string(50 * i + j) + " ";
    world.house.say(kAnna, room, words);
  }
  REQUIRE(world.find(kAnna, "word7").hits.size() == 1);
  REQUIRE(world.blocks(room).size() == 1'250);

  world.set(room, "m.room.encryption", {{"algorithm", "m.megolm.v1.aes-sha2"}});
  CHECK(world.find(kAnna, "word7").hits.empty());

  CHECK(changes == 2);
  CHECK_FALSE(
      world.house.run(world.services->index.has_postings(world.house.room(room)->number())));
}

TEST_CASE("an index that is made anew finds the same") {
  World world;
  const auto room = world.create();
  const auto event = world.house.say(kAnna, room, "cake");
  const auto edited = world.house.say(kAnna, room, "tea");
  world.edit(kAnna, room, edited, "coffee");
  world.redact(kAnna, room, world.house.say(kAnna, room, "cake no more"));
  const auto before = world.ids(world.find(kAnna, "cake"));

  world.house.run(world.services->indexer.start_over());

  CHECK(world.blocks(room).empty());
  CHECK(world.ids(world.find(kAnna, "cake")) == before);
  CHECK(before == Ids{event});
  CHECK(world.ids(world.find(kAnna, "coffee")) == Ids{edited});
  CHECK(world.find(kAnna, "tea").hits.empty());
}

TEST_CASE("the index says neither words nor how they repeat from room to room") {
  World world;
  const auto one = world.create();
  const auto other = world.create();
  world.house.say(kAnna, one, "confidential");
  world.house.say(kAnna, other, "confidential");
  CHECK(world.find(kAnna, "confidential").hits.size() == 2);

  const auto left = world.blocks(one);
  const auto right = world.blocks(other);
  REQUIRE(left.size() == 1);
  REQUIRE(right.size() == 1);
  CHECK(left[0].list.word != right[0].list.word);
  CHECK(left[0].sealed.find("confidential") == std::string::npos);
}

TEST_CASE("ten thousand rooms in a filter are no more than the searcher's own") {
  World world;
  const auto room = world.create();
  const auto cake = world.house.say(kAnna, room, "cake");
  std::string filter = R"({"rooms":[)";
  for (int i = 0; i < 9'999; ++i) filter += "\"!no" + std::to_string(i) + ":example.org\",";
  filter += "\"" + room.text() + "\"]}";
  SearchRequest request;
  request.filter = *protocol::RoomEventFilter::parse(*base::parse_json(filter));
  CHECK(world.ids(world.find(kAnna, "cake", std::move(request))) == Ids{cake});
}

TEST_CASE("among equals the room that the client names first comes first") {
  World world;
  const auto older = world.create();
  const auto newer = world.create();
  const auto first = world.house.say(kAnna, older, "message before");
  const auto second = world.house.say(kAnna, newer, "message after");
  SearchRequest request;
  request.filter = *protocol::RoomEventFilter::parse(
      *base::parse_json(R"({"rooms":[")" + older.text() + R"(",")" + newer.text() + R"("]})"));
  CHECK(world.ids(world.find(kAnna, "message", request)) == Ids{first, second});
  CHECK(world.ids(world.find(kAnna, "message")) == Ids{second, first});
}

TEST_CASE("lists that were split find every event, before and after more is put in between") {
  World world;
  const auto room = world.create();
  Ids sent;
  for (int i = 0; i < 1'300; ++i) {
    sent.push_back(world.house.say(kAnna, room, "other " + std::to_string(i)));
    if (i % 97 == 0) world.find(kAnna, "other");  // small batches between large ones
  }
  CHECK(world.find(kAnna, "other").count == 1'300);
  // Old events come into a list that has newer ones.
  for (int i = 0; i < 1'300; i += 13) world.edit(kAnna, room, sent[i], "cake");
  CHECK(world.find(kAnna, "cake").count == 100);
  CHECK(world.find(kAnna, "other").count == 1'200);
}

}  // namespace
}  // namespace chancery::search
