// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/unread_counters.hpp"
#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

namespace chancery::push {
namespace {

using rooms::UnreadCount;
using support::PushWorld;

const std::vector<std::string> kPeople{"alice", "bob", "carol", "dave", "erin"};

std::optional<UnreadCount> at_hand(PushWorld& world, const std::string& who,
                                   const protocol::RoomId& room) {
  const auto counts = world.counters().find_at_hand(PushWorld::user(who), *world.get(room));
  return counts ? std::optional(counts->whole_room) : std::nullopt;
}

// Everybody's counters are made.
void count_all(PushWorld& world, const protocol::RoomId& room) {
  for (const std::string& who : kPeople) world.count(who, room);
}

// What happens in one room, decided by a seed.
class Story {
 public:
  Story(PushWorld& world, std::uint32_t seed)
      : world_(world), random_(seed), room_(world.make_room(kPeople)) {
    say("alice", "first");
  }

  void go_on() {
    std::string who = one_of(kPeople);
    if (who == "erin" && is_gone_) who = "alice";
    const protocol::EventId about = said_[below(said_.size())];
    switch (below(15)) {
      case 0:
        said_.push_back(world_.mention(who, room_, one_of(kPeople)));
        break;
      case 1:
        answer_in_thread(who);
        break;
      case 2:
        said_.push_back(world_.relate(who, room_, about, "m.replace"));
        break;
      case 3:
        said_.push_back(world_.send(who, room_, {}, "m.call.invite"));
        break;
      case 4:
        world_.read(who, room_, about, "", below(2) == 0 ? "m.read" : "m.read.private");
        break;
      case 5:
        world_.read(who, room_, roots_[below(roots_.size())], "main");
        break;
      case 6:
        world_.redact("alice", room_, about);
        // It is in no thread any more.
        std::erase_if(answers_, [&](const auto& one) { return one.first == about; });
        break;
      case 7:
        world_.name_member(who, room_, one_of(names_));
        break;
      case 8:
        ignore(who, one_of(kPeople));
        break;
      case 9:
        change_rule(who);
        break;
      case 10:
        come_or_go();
        break;
      case 11:
        say(who, std::string(6'000, 'x'));
        break;
      default:
        say(who, "hello " + one_of(names_));
    }
  }
  const protocol::RoomId& room() const { return room_; }
  std::size_t below(std::size_t bound) { return random_() % bound; }

 private:
  const std::string& one_of(const std::vector<std::string>& many) {
    return many[below(many.size())];
  }
  // Or reads what was answered.
  void answer_in_thread(const std::string& who) {
    if (!answers_.empty() && below(3) == 0) {
      const auto& [answer, root] = answers_[below(answers_.size())];
      world_.read(who, room_, answer, root.text());
      return;
    }
    const protocol::EventId& root = roots_[below(roots_.size())];
    answers_.emplace_back(world_.relate(who, room_, root, "m.thread"), root);
    said_.push_back(answers_.back().first);
  }
  void say(const std::string& who, const std::string& what) {
    said_.push_back(world_.say(who, room_, what));
    roots_.push_back(said_.back());
  }
  void ignore(const std::string& who, const std::string& whom) {
    const std::string users = below(2) == 0 ? "{}" : R"({"@)" + whom + R"(:x":{}})";
    world_.run(world_.account_data().put(PushWorld::session(who), "", "m.ignored_user_list",
                                         R"({"ignored_users":)" + users + "}"));
  }
  void change_rule(const std::string& who) {
    const bool is_on = below(2) == 0;
    world_.run(world_.rules().set_state(
        PushWorld::session(who),
        {.kind = protocol::PushRuleKind::underride, .id = ".m.rule.message"},
        is_on ? protocol::PushRuleState::enabled : protocol::PushRuleState::disabled));
  }
  void come_or_go() {
    if (is_gone_) {
      world_.join("erin", room_);
    } else {
      world_.leave("erin", room_);
    }
    is_gone_ = !is_gone_;
  }

  const std::vector<std::string> names_{"Robert", "sir robin", "Al", "\u00C4rger", "bob"};
  PushWorld& world_;
  std::mt19937 random_;
  protocol::RoomId room_;
  std::vector<protocol::EventId> said_;
  std::vector<protocol::EventId> roots_;  // those that threads may grow from
  std::vector<std::pair<protocol::EventId, protocol::EventId>> answers_;  // with their roots
  bool is_gone_ = false;
};

// Rooms and events have other ids in another world: threads are told apart by their counts.
std::vector<std::pair<std::uint64_t, std::uint64_t>> thread_counts(
    const rooms::UnreadCounts& counts) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
  for (const auto& [root, count] : counts.threads) {
    found.emplace_back(count.notifications, count.highlights);
  }
  std::ranges::sort(found);
  return found;
}

void check_same(const rooms::UnreadCounts& left, const rooms::UnreadCounts& right) {
  CHECK(left.whole_room == right.whole_room);
  CHECK(left.main == right.main);
  CHECK(thread_counts(left) == thread_counts(right));
}

}  // namespace

TEST_CASE("when one member was told what is new, the others are told at once") {
  PushWorld world;
  const auto room = world.make_room(kPeople);
  count_all(world, room);
  world.mention("alice", room, "carol");
  CHECK_FALSE(at_hand(world, "bob", room));

  CHECK(world.count("bob", room).whole_room == UnreadCount{1, 0});
  CHECK(at_hand(world, "bob", room) == UnreadCount{1, 0});
  CHECK(at_hand(world, "carol", room) == UnreadCount{1, 1});
  CHECK(at_hand(world, "alice", room) == UnreadCount{0, 0});

  // Who missed some is told at once as well, while they are not many.
  world.say("alice", room);
  world.count("bob", room);
  world.say("alice", room);
  world.count("bob", room);
  CHECK(at_hand(world, "carol", room) == UnreadCount{3, 1});
  for (std::size_t i = 0; i <= LatestEvents::kMostEvents; ++i) {
    world.say("alice", room);
    world.count("bob", room);
  }
  CHECK_FALSE(at_hand(world, "carol", room));
  CHECK(world.count("carol", room).whole_room == UnreadCount{12, 1});
}

TEST_CASE("nothing is at hand for who is not in the room, or no more") {
  PushWorld world;
  const auto room = world.make_room(kPeople);
  count_all(world, room);
  CHECK_FALSE(at_hand(world, "zoe", room));
  world.leave("erin", room);
  CHECK_FALSE(at_hand(world, "erin", room));
  CHECK(world.count("erin", room).whole_room == UnreadCount{});

  world.count("bob", room);
  world.remove_room(room);
  CHECK(world.counters().size() == 0);
}

TEST_CASE("other rules are asked, and another name looked for, before anything is at hand again") {
  PushWorld world;
  const auto room = world.make_room(kPeople);
  count_all(world, room);
  world.name_member("bob", room, "Robert");
  world.say("alice", room, "ask Robert");
  world.count("carol", room);
  CHECK_FALSE(at_hand(world, "bob", room));
  CHECK(world.count("bob", room).whole_room == UnreadCount{1, 1});
  world.say("alice", room, "or robert?");
  world.count("carol", room);
  CHECK(at_hand(world, "bob", room) == UnreadCount{2, 2});

  world.run(world.rules().set_state(
      PushWorld::session("bob"), {.kind = protocol::PushRuleKind::override, .id = ".m.rule.master"},
      protocol::PushRuleState::enabled));
  CHECK_FALSE(at_hand(world, "bob", room));
  CHECK(world.count("bob", room).whole_room == UnreadCount{});
}

TEST_CASE("what was redacted is not at hand for who has not counted it") {
  PushWorld world;
  const auto room = world.make_room(kPeople);
  count_all(world, room);
  const auto first = world.say("alice", room);
  world.count("bob", room);
  world.redact("alice", room, first);
  CHECK_FALSE(at_hand(world, "carol", room));
  CHECK(world.count("carol", room).whole_room == UnreadCount{});
  world.count("dave", room);

  const auto second = world.say("alice", room);
  world.redact("alice", room, second);
  CHECK(world.count("bob", room).whole_room == UnreadCount{});
  CHECK(world.count("carol", room).whole_room == UnreadCount{});
  CHECK(at_hand(world, "dave", room) == UnreadCount{});
}

TEST_CASE("a long message is not kept for everybody, and counts all the same") {
  PushWorld world;
  const auto room = world.make_room(kPeople);
  count_all(world, room);
  world.say("alice", room, std::string(LatestEvents::kMostBytes, 'x'));
  CHECK(world.count("bob", room).whole_room == UnreadCount{1, 0});
  CHECK_FALSE(at_hand(world, "carol", room));
  CHECK(world.count("carol", room).whole_room == UnreadCount{1, 0});
}

TEST_CASE("the latest events of few rooms are kept at a time") {
  PushWorld world({.rooms_at_hand = 2});
  std::vector<protocol::RoomId> rooms;
  for (int i = 0; i < 3; ++i) {
    rooms.push_back(world.make_room(kPeople));
    count_all(world, rooms.back());
    world.say("alice", rooms.back());
    world.count("bob", rooms.back());
  }
  CHECK_FALSE(at_hand(world, "carol", rooms[0]));
  CHECK(at_hand(world, "carol", rooms[1]));
  CHECK(at_hand(world, "carol", rooms[2]));
  CHECK(world.count("carol", rooms[0]).whole_room == UnreadCount{1, 0});
}

TEST_CASE("counters say the same whether the latest events are shared or looked at by each alone") {
  std::size_t answered_at_once = 0;
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    PushWorld shared;
    PushWorld alone({.rooms_at_hand = 0});
    Story of_shared(shared, seed);
    Story of_alone(alone, seed);
    std::mt19937 random(seed);
    for (int step = 0; step < 50; ++step) {
      of_shared.go_on();
      of_alone.go_on();
      for (const std::string& who : kPeople) {
        if (random() % 3 == 0) continue;
        CAPTURE(seed);
        CAPTURE(step);
        CAPTURE(who);
        answered_at_once += at_hand(shared, who, of_shared.room()) ? 1 : 0;
        const auto left = shared.count(who, of_shared.room());
        const auto right = alone.count(who, of_alone.room());
        check_same(left, right);
      }
    }
  }
  CHECK(answered_at_once > 300);
}

}  // namespace chancery::push
