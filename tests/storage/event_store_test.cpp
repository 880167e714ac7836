// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/event.hpp"
#include "protocol/room_version.hpp"
#include "storage/commit/change.hpp"
#include "storage/sql/sync_stores.hpp"
#include "tests/storage/store_under_test.hpp"

#include <fmt/core.h>

#include <string>
#include <vector>

namespace chancery::storage {
namespace {

const protocol::UserId kAnna = protocol::UserId::trusted("@anna:example.org");
const protocol::UserId kBen = protocol::UserId::trusted("@ben:example.org");

protocol::RoomId room_id(std::uint32_t number) {
  return protocol::RoomId::trusted(fmt::format("!room{}:example.org", number));
}

protocol::EventPtr event(std::uint64_t number) {
  const std::string text = fmt::format(
      R"({{"auth_events":[],"content":{{"body":"{}"}},"depth":{},"hashes":{{"sha256":"x"}},)"
      R"("origin_server_ts":1,"prev_events":[],"room_id":"!room1:example.org",)"
      R"("sender":"@anna:example.org","type":"m.room.message"}})",
      number, number);
  auto admitted =
      protocol::admit_stored(text, protocol::EventId::trusted(fmt::format("${}", number)),
                             *protocol::find_room_version("11"));
  REQUIRE(admitted.has_value());
  return *admitted;
}

AppendEvent append(std::uint64_t number, std::uint32_t room = 1) {
  return {.number = {number},
          .room = {room},
          .event = event(number),
          .record = fmt::format("record {}", number),
          .state_after = {.hash = {static_cast<unsigned char>(number)}},
          .relation_type = "",
          .related_event = "",
          .device = "PHONE",
          .transaction = fmt::format("txn{}", number)};
}

CreateRoom create(std::uint32_t number) { return {{number}, room_id(number), "11"}; }

std::vector<std::uint64_t> numbers(const std::vector<StoredEvent>& events) {
  std::vector<std::uint64_t> numbers;
  for (const StoredEvent& one : events) numbers.push_back(one.number.value);
  return numbers;
}

using Numbers = std::vector<std::uint64_t>;

STORE_TEST("an event is found by its id with everything that was stored of it") {
  store.commit({create(1), append(7)});
  const auto found = store.run(store.events().find_event(event(7)->id()));

  REQUIRE(found.has_value());
  CHECK(found->number == EventNumber{7});
  CHECK(found->room == RoomNumber{1});
  CHECK(found->position == StreamPosition{1});
  CHECK(found->id == event(7)->id());
  CHECK(found->record == "record 7");
  CHECK(found->state_after.hash[0] == 7);
  CHECK(found->redacted_because.empty());
  CHECK(found->sender_device == "PHONE");
  CHECK(found->transaction == "txn7");
  CHECK(!store.run(store.events().find_event(event(8)->id())).has_value());
}

STORE_TEST("an event knows the delayed one that it was, and most were none") {
  AppendEvent delayed = append(7);
  delayed.delay_id = "delay";
  store.commit({create(1), delayed, append(8)});
  CHECK(store.run(store.events().find_event(event(7)->id()))->delay_id == "delay");
  CHECK(store.run(store.events().find_event(event(8)->id()))->delay_id.empty());
}

STORE_TEST("sticky events are told while they last, in their order") {
  AppendEvent longer = append(7);
  longer.sticky_until = {1'000};
  AppendEvent shorter = append(8, 2);
  shorter.sticky_until = {500};
  store.commit({create(1), create(2), longer, append(9)});
  const StreamPosition second = store.commit({shorter});

  const auto both = store.run(store.events().load_sticky_events({499}));
  REQUIRE(both.size() == 2);
  CHECK(both[0].number == EventNumber{7});
  CHECK(both[1].number == EventNumber{8});
  CHECK(both[1].room == RoomNumber{2});
  CHECK(both[1].position == second);
  CHECK(both[1].until == base::Timestamp{500});
  CHECK(store.run(store.events().load_sticky_events({500})).size() == 1);
  CHECK(store.run(store.events().load_sticky_events({1'000})).empty());

  store.commit({RemoveRoom{.number = {1}, .room = room_id(1)}});
  CHECK(store.run(store.events().load_sticky_events({499})).size() == 1);
}

STORE_TEST("what is sticky no more is forgotten by our clock, whatever time an event says") {
  AppendEvent first = append(7);  // all of these say of themselves that they are of 1970
  first.sticky_until = {1'000};
  first.now = {100};
  store.commit({create(1), first});
  const auto left = [&] { return store.run(store.events().load_sticky_events({0})).size(); };
  AppendEvent second = append(8);
  second.sticky_until = {2'000};
  second.now = {999};
  store.commit({second});
  CHECK(left() == 2);
  AppendEvent third = append(9);
  third.sticky_until = {3'000};
  third.now = {1'001};
  store.commit({third});
  CHECK(left() == 2);
}

STORE_TEST("what hangs on a room is stored only while the room is there") {
  const auto with_room = [](std::uint32_t room) {
    return Change{.preconditions = {RequireRoomPresent{{room}}},
                  .mutations = {SetRoomVisibility{{room}, SetRoomVisibility::Shown::yes}},
                  .audit = {}};
  };
  store.commit({create(1)});
  store.commit(with_room(1));
  CHECK_THROWS_AS(store.commit(with_room(2)), StorageConflict);
  store.commit({RemoveRoom{.number = {1}, .room = room_id(1)}});
  CHECK_THROWS_AS(store.commit(with_room(1)), StorageConflict);
}

STORE_TEST("an event cannot be stored twice") {
  store.commit({create(1), append(7)});
  AppendEvent again = append(7);
  again.number = {8};

  CHECK_THROWS_AS(store.commit({std::move(again)}), StorageRefused);
}

STORE_TEST("what clients chose may hold any byte") {
  AppendEvent made = append(7);
  made.device = std::string("a\0b\xff", 4);
  made.transaction = std::string("\0", 1);
  made.relation_type = std::string("m.\0", 3);
  made.related_event = std::string("$\0", 2);
  made.record = std::string("\0\x01\xfe", 3);
  store.commit({create(1), made});

  const auto found = store.run(store.events().find_event(event(7)->id()));
  CHECK(found->sender_device == made.device);
  CHECK(found->transaction == made.transaction);
  CHECK(found->record == made.record);
}

STORE_TEST("events of all rooms are read in the order of their positions, page by page") {
  store.commit({create(1), create(2), append(5, 2)});
  store.commit({append(3, 1)});
  store.commit({append(9, 2)});
  store.commit({append(4, 1)});
  const auto read = [&](StreamPosition after, StreamPosition until, std::size_t limit) {
    return numbers(store.run(store.events().load_events(after, until, limit)));
  };

  CHECK(read({}, {100}, 10) == Numbers{5, 3, 9, 4});
  CHECK(read({}, {100}, 2) == Numbers{5, 3});
  CHECK(read({2}, {3}, 10) == Numbers{9});
  CHECK(read({4}, {UINT64_MAX}, 10).empty());
}

STORE_TEST("events are got in the order asked for, twice if asked twice, up to any count") {
  std::vector<Mutation> mutations{create(1)};
  for (std::uint64_t number = 1; number <= 30; ++number) mutations.emplace_back(append(number));
  store.commit(std::move(mutations));
  Numbers wanted;
  std::vector<EventNumber> asked;
  for (const std::uint64_t number : {30, 1, 17, 17, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}) {
    wanted.push_back(number);
    asked.push_back({number});
  }

  CHECK(numbers(store.run(store.events().get_events(asked))) == wanted);
  CHECK(store.run(store.events().get_events({})).empty());
  CHECK(numbers(store.run(store.events().get_events({{5}}))) == Numbers{5});
  CHECK_THROWS_AS(store.run(store.events().get_events({{5}, {99}})), StorageCorrupt);
}

STORE_TEST("a timeline is read in both directions within its bounds and its room") {
  store.commit({create(1), create(2)});
  for (std::uint64_t number = 1; number <= 6; ++number) {
    store.commit({append(number, number == 4 ? 2 : 1)});  // at position number + 1
  }
  const auto load = [&](std::uint64_t after, std::uint64_t until, Direction direction,
                        std::size_t limit) {
    return numbers(store.run(store.events().load_timeline({.room = {1},
                                                           .after = {after},
                                                           .until = {until},
                                                           .direction = direction,
                                                           .limit = limit})));
  };

  CHECK(load(0, ~std::uint64_t{0}, Direction::backwards, 100) == Numbers{6, 5, 3, 2, 1});
  CHECK(load(0, ~std::uint64_t{0}, Direction::backwards, 2) == Numbers{6, 5});
  CHECK(load(0, ~std::uint64_t{0}, Direction::forwards, 3) == Numbers{1, 2, 3});
  CHECK(load(2, 6, Direction::forwards, 100) == Numbers{2, 3, 5});
  CHECK(load(2, 6, Direction::backwards, 100) == Numbers{5, 3, 2});
  CHECK(load(0, 100, Direction::backwards, 0).empty());
}

STORE_TEST("events of one change follow each other by their numbers") {
  store.commit({create(1), append(3), append(1), append(2)});
  const TimelineRange range{.room = {1}, .after = {0}, .until = {9}, .limit = 9};

  CHECK(numbers(store.run(store.events().load_timeline(range))) == Numbers{3, 2, 1});
}

STORE_TEST("relations of an event are read newest first, below a position") {
  store.commit({create(1)});
  for (std::uint64_t number = 1; number <= 4; ++number) {
    AppendEvent made = append(number);
    if (number != 3) {
      made.relation_type = "m.annotation";
      made.related_event = "$target";
    }
    store.commit({made});  // at position number + 1
  }
  const auto load = [&](std::uint64_t before, std::size_t limit) {
    return numbers(store.run(store.events().load_relations(
        {1}, protocol::EventId::trusted("$target"), {before}, limit)));
  };

  CHECK(load(~std::uint64_t{0}, 10) == Numbers{4, 2, 1});
  CHECK(load(5, 10) == Numbers{2, 1});
  CHECK(load(100, 1) == Numbers{4});
}

STORE_TEST("an event is read with whether others relate to it in a way that it shows") {
  store.commit({create(1)});
  store.commit({append(1)});
  store.commit({append(2)});
  const auto relate = [&](std::uint64_t number, std::uint64_t to, std::string type) {
    AppendEvent made = append(number);
    made.relation_type = std::move(type);
    made.related_event = append(to).event->id().text();
    store.commit({made});
  };
  relate(3, 1, "m.thread");
  relate(4, 1, "m.annotation");
  relate(5, 2, "m.annotation");
  relate(6, 1, "m.replace");

  const auto events =
      store.run(store.events().get_events({EventNumber{1}, EventNumber{2}, EventNumber{3}}));
  CHECK(events.at(0).is_related_to);
  CHECK_FALSE(events.at(1).is_related_to);
  CHECK_FALSE(events.at(2).is_related_to);
  const auto load = [&](std::uint64_t of, std::uint64_t before, std::size_t limit) {
    return numbers(
        store.run(store.events().load_aggregated({1}, append(of).event->id(), {before}, limit)));
  };
  CHECK(load(1, ~std::uint64_t{0}, 10) == Numbers{6, 3});
  CHECK(load(1, ~std::uint64_t{0}, 1) == Numbers{6});
  CHECK(load(1, 7, 10) == Numbers{3});
  CHECK(load(2, ~std::uint64_t{0}, 10).empty());
}

STORE_TEST("relations of an event are read by type, between places, in both directions") {
  store.commit({create(1)});
  for (std::uint64_t number = 1; number <= 6; ++number) {
    AppendEvent made = append(number);
    made.relation_type = number % 2 == 0 ? "m.thread" : "m.annotation";
    made.related_event = number == 6 ? "$other" : "$target";
    store.commit({made});  // at position number + 1
  }
  RelationRange range{.room = {1},
                      .event = protocol::EventId::trusted("$target"),
                      .relation_type = "",
                      .after = {0},
                      .until = {~std::uint64_t{0}},
                      .limit = 10};
  const auto load = [&] { return numbers(store.run(store.events().load_relations(range))); };

  CHECK(load() == Numbers{5, 4, 3, 2, 1});
  range.direction = Direction::forwards;
  CHECK(load() == Numbers{1, 2, 3, 4, 5});
  range.relation_type = "m.annotation";
  CHECK(load() == Numbers{1, 3, 5});
  range.after = {2};
  range.until = {5};
  CHECK(load() == Numbers{3});
  range.after = {};
  range.direction = Direction::backwards;
  range.limit = 1;
  CHECK(load() == Numbers{3});
}

STORE_TEST("events are found by their ids, many at once, and what is not there is left out") {
  store.commit({create(1)});
  std::vector<protocol::EventId> ids{protocol::EventId::trusted("$nothing")};
  for (std::uint64_t i = 1; i <= 11; ++i) {
    const AppendEvent made = append(i);
    ids.push_back(made.event->id());
    store.commit({made});
  }
  const auto found = store.run(store.events().find_events_by_id(ids));

  CHECK(found.size() == 11);
  CHECK(store.run(store.events().find_events_by_id({})).empty());
  CHECK(store.run(store.events().find_events_by_id({ids[5]})).front().id == ids[5]);
}

STORE_TEST("threads are read by their newest reply, and in pages") {
  store.commit({create(1)});
  const std::vector<std::string> roots{"$a", "$b", "$a", "$c", "$b", "$a"};
  for (std::size_t i = 0; i < roots.size(); ++i) {
    AppendEvent made = append(i + 1);
    made.relation_type = "m.thread";
    made.related_event = roots[i];
    store.commit({made});  // at position i + 2
  }
  const auto load = [&](std::uint64_t before, std::size_t limit,
                        std::uint64_t until = ~std::uint64_t{0}) {
    std::string text;
    for (const RelatedEvent& one :
         store.run(store.events().load_related({.room = {1},
                                                .relation_type = "m.thread",
                                                .before = {before},
                                                .until = {until},
                                                .limit = limit}))) {
      text += fmt::format("{}@{} ", one.event.text(), one.newest.value);
    }
    return text;
  };
  CHECK(load(~std::uint64_t{0}, 10) == "$a@7 $b@6 $c@5 ");
  CHECK(load(~std::uint64_t{0}, 2) == "$a@7 $b@6 ");
  CHECK(load(6, 2) == "$c@5 ");
  // As it was when nothing was behind that place.
  CHECK(load(~std::uint64_t{0}, 10, 5) == "$c@5 $a@4 $b@3 ");
  CHECK(load(4, 10, 5) == "$b@3 ");
}

STORE_TEST("a room is found with its head") {
  store.commit({create(1)});
  const std::vector<protocol::EventId> tips{protocol::EventId::trusted("$a"),
                                            protocol::EventId::trusted("$b")};
  store.commit({SetRoomHead{{1}, {.hash = {9}}, 12, tips}});

  const auto room = store.run(store.events().find_room(room_id(1)));
  REQUIRE(room.has_value());
  CHECK(room->number == RoomNumber{1});
  CHECK(room->version == "11");
  CHECK(room->state.hash[0] == 9);
  CHECK(room->depth == 12);
  CHECK(room->forward_extremities == tips);
  CHECK(room->last_position == StreamPosition{2});
  CHECK(!store.run(store.events().find_room(room_id(2))).has_value());
}

STORE_TEST("a change that builds on another head than the room's fails") {
  const auto tip = protocol::EventId::trusted("$a");
  const auto other = protocol::EventId::trusted("$b");
  store.commit({create(1), SetRoomHead{{1}, {}, 1, {tip, other}}});
  Change fits{.preconditions = {RequireRoomHead{{1}, {other, tip}}},
              .mutations = {SetRoomHead{{1}, {}, 2, {tip}}},
              .audit = {}};
  Change late = fits;

  CHECK(store.commit(std::move(fits)) == StreamPosition{2});
  CHECK_THROWS_AS(store.commit(std::move(late)), StorageConflict);
}

STORE_TEST("a membership is replaced by the next of the same user and room") {
  store.commit({create(1), create(2)});
  store.commit({SetMembership{{1}, kAnna, "join", {1}}, SetMembership{{2}, kAnna, "invite", {2}},
                SetMembership{{1}, kBen, "join", {3}}});
  store.commit({SetMembership{{1}, kBen, "leave", {4}, SetMembership::Forgotten::yes}});

  const auto of_anna = store.run(store.events().load_memberships_of(kAnna));
  REQUIRE(of_anna.size() == 2);
  CHECK(of_anna[0].room_id == room_id(1));
  CHECK(of_anna[1].membership == "invite");
  const auto in_first = store.run(store.events().load_memberships_in({1}));
  REQUIRE(in_first.size() == 2);
  CHECK(in_first[1].user == kBen);
  CHECK(in_first[1].membership == "leave");
  CHECK(in_first[1].event == EventNumber{4});
  CHECK(in_first[1].position == StreamPosition{3});
  CHECK(in_first[1].forgotten);
  CHECK(!in_first[0].forgotten);
  CHECK(store.run(store.events().load_current_memberships()).size() == 2);
}

STORE_TEST("memberships that changed in a stretch of positions are found, whatever they are") {
  store.commit({CreateRoom{{1}, room_id(1), "11"}, SetMembership{{1}, kAnna, "join", {1}}});
  store.commit({SetMembership{{1}, kBen, "join", {2}}});
  store.commit({SetMembership{{1}, kAnna, "leave", {3}}});
  const auto changed = [&](std::uint64_t after, std::uint64_t until) {
    return store.run(store.events().load_memberships_changed(kBen, {after}, {until}));
  };

  REQUIRE(changed(0, 3).size() == 2);
  CHECK(changed(0, 3)[0].user == kBen);
  CHECK(changed(0, 3)[1].membership == "leave");
  CHECK(changed(0, 1).empty());
  REQUIRE(changed(2, 3).size() == 1);
  CHECK(changed(2, 3)[0].user == kAnna);
  CHECK(changed(3, 9).empty());
}

STORE_TEST("memberships that changed are told of the rooms of whoever asks alone") {
  store.commit({create(1), create(2)});
  store.commit({SetMembership{{1}, kAnna, "join", {1}}, SetMembership{{2}, kAnna, "join", {2}},
                SetMembership{{2}, kBen, "leave", {3}}});
  const auto count = [&](const char* viewer) {
    return store
        .run(store.events().load_memberships_changed(protocol::UserId::trusted(viewer), {0}, {9}))
        .size();
  };

  CHECK(count("@anna:example.org") == 3);
  CHECK(count("@ben:example.org") == 2);
  CHECK(count("@cora:example.org") == 0);
}

STORE_TEST("stays in a removed room tell since when each is over, until they are old") {
  sql::SqlRemovedStayStore removed(store.reader());
  using Stay = NoteRemovedStays::Stay;
  AppendEvent left = append(3);
  left.replaces = {2};
  store.commit({create(1), append(1), append(2)});
  const StreamPosition leave = store.commit({left});
  store.commit({append(4)});
  const auto cora = protocol::UserId::trusted("@cora:example.org");
  const StreamPosition removal = store.commit(
      {NoteRemovedStays{{1},
                        room_id(1),
                        {50},
                        {Stay{kAnna, {1}, Stay::End::now}, Stay{kBen, {3}, Stay::End::before},
                         // Their first member event put them outside already.
                         Stay{cora, {4}, Stay::End::before}}},
       RemoveRoom{{1}, room_id(1)}});
  store.commit({NoteRemovedStays{{2}, room_id(2), {60}, {Stay{kAnna, {9}, Stay::End::now}}}});
  const auto of = [&](const protocol::UserId& user, StreamPosition after, StreamPosition until) {
    return store.run(removed.load_removed_stays(user, after, until));
  };

  const auto of_anna = of(kAnna, {0}, removal);
  REQUIRE(of_anna.size() == 1);
  CHECK(of_anna[0].room == RoomNumber{1});
  CHECK(of_anna[0].id == room_id(1));
  CHECK(of_anna[0].removed == removal);
  CHECK(of_anna[0].ended == removal);
  CHECK(of_anna[0].at == base::Timestamp{50});
  REQUIRE(of(kBen, {0}, {99}).size() == 1);
  CHECK(of(kBen, {0}, {99})[0].ended == leave);
  CHECK(of(cora, {0}, {99})[0].ended == StreamPosition{0});
  CHECK(of(kAnna, {0}, {99}).size() == 2);
  CHECK(of(kAnna, removal, {99}).size() == 1);
  CHECK(of(kBen, removal, {99}).empty());
  const auto last = store.run(removed.load_last_removals());
  REQUIRE(last.size() == 3);
  CHECK(last[0] == std::pair(kAnna, StreamPosition{removal.value + 1}));
  CHECK(last[1] == std::pair(kBen, removal));

  store.commit({ForgetRemovedStays{{60}}});
  CHECK(of(kAnna, {0}, {99}).size() == 1);
  CHECK(of(kBen, {0}, {99}).empty());
}

STORE_TEST("transactions are read in pages, and forgotten when they are old enough") {
  const auto remember = [](const protocol::UserId& user, const char* id, std::int64_t at) {
    return RememberTransaction{user, "PHONE/send", id, "$event", {at}};
  };
  store.commit({remember(kAnna, "1", 5), remember(kAnna, "2", 9), remember(kBen, "1", 5)});

  const auto first = store.run(store.events().load_transactions(std::nullopt, 2)).ids;
  REQUIRE(first.size() == 2);
  CHECK(first[0].first.user == kAnna);
  CHECK(first[0].second == base::Timestamp{5});
  CHECK(first[1].first.transaction == "2");
  const auto rest = store.run(store.events().load_transactions(first[1].first, 2)).ids;
  REQUIRE(rest.size() == 1);
  CHECK(rest[0].first.user == kBen);
  CHECK(store.run(store.events().load_transactions(rest[0].first, 2)).ids.empty());

  // The second is not as old as that, so it stays.
  store.commit({ForgetTransactions{.ids = {first[0].first, first[1].first}, .before = {6}}});
  const auto left = store.run(store.events().load_transactions(std::nullopt, 9)).ids;
  REQUIRE(left.size() == 2);
  CHECK(left[0].first.transaction == "2");
  CHECK(left[1].first.user == kBen);
}

STORE_TEST("a transaction is found by its user, scope and id alone") {
  store.commit({RememberTransaction{kAnna, "PHONE/send", "1", "$event", {5}}});
  const auto find = [&](const protocol::UserId& user, const char* scope, const char* id) {
    return store.run(store.events().find_transaction(user, scope, id));
  };

  CHECK(find(kAnna, "PHONE/send", "1") == "$event");
  CHECK(!find(kAnna, "LAPTOP/send", "1").has_value());
  CHECK(!find(kBen, "PHONE/send", "1").has_value());
  CHECK(!find(kAnna, "PHONE/send", "2").has_value());
}

STORE_TEST("state nodes are kept once and read by their name") {
  const StateNode node{name_state_node("bytes of a node"), "bytes of a node"};
  store.commit({PutStateNodes{{node}}});
  store.commit({PutStateNodes{{node}}});

  CHECK(*store.run(store.events().get_node(node.name)) == "bytes of a node");
  CHECK_THROWS_AS(store.run(store.events().get_node({.hash = {1}})), StorageCorrupt);
}

STORE_TEST("a state node that is not what its name says is refused") {
  store.commit({PutStateNodes{{{{.hash = {1}}, "bytes of another"}}}});

  CHECK_THROWS_AS(store.run(store.events().get_node({.hash = {1}})), StorageCorrupt);
}

STORE_TEST("a redaction replaces the record and names its cause") {
  store.commit({create(1), append(1)});
  store.commit({ReplaceEventRecord{{1}, "redacted", protocol::EventId::trusted("$why")}});

  const auto found = store.run(store.events().get_events({{1}}));
  CHECK(found[0].record == "redacted");
  CHECK(found[0].redacted_because == "$why");
  CHECK(found[0].position == StreamPosition{1});
}

STORE_TEST("events that are removed are gone with what they said of others, and nothing else is") {
  AppendEvent related = append(2);
  related.relation_type = "m.thread";
  related.related_event = event(9)->id().text();
  AppendEvent kept = append(3);
  kept.relation_type = "m.thread";
  kept.related_event = event(9)->id().text();
  AppendEvent sticky = append(4);
  sticky.sticky_until = {9'000'000'000'000};
  store.commit({create(1), create(2), append(1)});
  store.commit({related});
  store.commit({kept});
  store.commit({sticky});
  store.commit({append(5, 2)});

  // One of another room, and one that is not there, are left alone.
  store.commit({RemoveEvents{.room = {1}, .numbers = {{2}, {4}, {5}, {77}}}});

  CHECK(numbers(store.run(store.events().find_events({{1}, {2}, {3}, {4}, {5}}))) ==
        Numbers{1, 3, 5});
  CHECK_THROWS_AS(store.run(store.events().get_events({{1}, {2}})), StorageCorrupt);
  CHECK_FALSE(store.run(store.events().find_event(event(2)->id())).has_value());
  CHECK(numbers(store.run(store.events().load_relations({1}, event(9)->id(), {100}, 10))) ==
        Numbers{3});
  CHECK(store.run(store.events().load_sticky_events({1})).empty());
}

STORE_TEST("the number of an event that was removed is not given again") {
  store.commit({create(1), append(1)});
  store.commit({append(7)});
  store.commit({RemoveEvents{.room = {1}, .numbers = {{7}}}});

  CHECK(store.run(store.events().load_last_event_number()) == EventNumber{7});
}

STORE_TEST("the highest numbers given are known, 0 in a new database") {
  CHECK(store.run(store.events().load_last_event_number()) == EventNumber{0});
  CHECK(store.run(store.events().load_last_room_number()) == RoomNumber{0});

  store.commit({create(41), append(9), append(1'000'000'000'000)});

  CHECK(store.run(store.events().load_last_event_number()) == EventNumber{1'000'000'000'000});
  CHECK(store.run(store.events().load_last_room_number()) == RoomNumber{41});
}

}  // namespace
}  // namespace chancery::storage
