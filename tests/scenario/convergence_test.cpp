// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Whatever people do at the same time, and whenever the server starts again: who followed all the
// time knows what who comes now is told.
#include "tests/scenario/following_client.hpp"
#include "tests/scenario/sliding_client.hpp"

#include <doctest/doctest.h>

#include <random>

namespace chancery::scenario {
namespace {

using http::Method;

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  return texts;
}

// People who do what comes to their mind, by a seed.
class Crowd {
 public:
  enum class Disk : std::uint8_t { sound, full_now_and_then };
  explicit Crowd(std::uint64_t seed, Disk disk = Disk::sound)
      : server_({}, seed), disk_(disk == Disk::sound ? nullptr : &server_.disk()), random_(seed) {
    for (const char* name : {"alice", "bob", "carol"}) {
      people_.emplace_back(server_.register_user(name));
      sliders_.emplace_back(people_.back().person(), "followed");
    }
    rooms_.push_back(people_.front().person().create_room());
    rooms_.push_back(people_.front().person().create_room(
        R"({"preset":"private_chat","room_version":"10","invite":["@bob:x","@carol:x"]})"));
  }

  // Some acts at once, while some of the others ask what is new.
  void step() {
    std::vector<FollowingClient*> asking;
    for (FollowingClient& client : people_) {
      if (draw(3) != 0) continue;
      client.ask();
      asking.push_back(&client);
    }
    if (disk_ != nullptr && draw(3) == 0) disk_->fill_after(static_cast<int>(draw(40)));
    std::vector<Act> acts;
    for (std::size_t i = 0; i <= draw(4); ++i) acts.push_back(act());
    for (Act& each : acts) {
      const ApiAnswer answer = each.pending.await();
      CAPTURE(answer.body);
      CHECK((answer.status < 500 || (disk_ != nullptr && answer.status == 503)));
      note(each, answer);
    }
    if (disk_ != nullptr) disk_->fill_after(-1);
    for (FollowingClient* client : asking) {
      if (draw(5) == 0)
        client->lose_answer();
      else
        client->take_answer();
    }
    for (FollowingClient& client : people_) {
      if (draw(4) == 0) client.catch_up();
    }
    for (SlidingClient& client : sliders_) {
      if (draw(2) == 0) continue;
      client.ask(draw(3) == 0 ? 1 : 9,
                 draw(5) == 0 ? SlidingClient::Answer::lost : SlidingClient::Answer::taken);
    }
    if (draw(30) == 0) server_.restart();
  }

  // After all have caught up, and once more for what came by reading.
  void check() {
    for (FollowingClient& client : people_) {
      client.catch_up();
      client.catch_up();
      FollowingClient fresh(client.person());
      fresh.catch_up();
      CAPTURE(client.person().id());
      CHECK(client.difference_from(fresh) == "");
      CHECK(fresh.difference_from(client) == "");
      CHECK(client.repeated().empty());
      CHECK(sorted(client.to_device()) == sorted(sent_to_[client.person().id()]));
      for (const auto& [id, room] : client.joined()) check_room(client.person(), id, room);
    }
    for (std::size_t i = 0; i < sliders_.size(); ++i) check_slider(sliders_[i], people_[i]);
  }
  // Sliding connections that the server had forgotten.
  [[nodiscard]] int beginnings() const {
    int beginnings = 0;
    for (const SlidingClient& client : sliders_) beginnings += client.beginnings();
    return beginnings;
  }

 private:
  std::size_t draw(std::size_t below) { return random_() % below; }
  const std::string& any(const std::vector<std::string>& all) { return all[draw(all.size())]; }

  // Both kinds of sync tell the same rooms and the same state.
  static void check_slider(SlidingClient& client, const FollowingClient& other) {
    client.catch_up();
    SlidingClient fresh(client.person(), "fresh");
    fresh.catch_up();
    CAPTURE(client.person().id());
    CHECK(client.difference_from(fresh) == "");
    CHECK(client.repeated().empty());
    CHECK(client.joined().size() == other.joined().size());
    for (const auto& [id, room] : client.joined()) {
      const auto same = other.joined().find(id);
      REQUIRE(same != other.joined().end());
      CHECK(same->second.state == room.state);
    }
  }

  struct Act {
    Pending pending;
    std::string to;  // whose device gets `text`
    std::string text;
  };
  Act act() {
    const std::string& whom = people_[draw(people_.size())].person().id();
    if (draw(8) != 0) return {.pending = act_in_room(whom), .to = {}, .text = {}};
    const std::string text = unique_text();
    const Person& who = people_[draw(people_.size())].person();
    return {.pending =
                who.begin(Method::put, "/sendToDevice/m.test/d" + text,
                          R"({"messages":{")" + whom + R"(":{"*":{"text":")" + text + R"("}}}})"),
            .to = whom,
            .text = text};
  }
  Pending act_in_room(const std::string& whom) {
    const Person& who = people_[draw(people_.size())].person();
    const std::string room = "/rooms/" + any(rooms_);
    const std::string text = unique_text();
    const std::string target = R"({"user_id":")" + whom + "\"}";
    switch (draw(20)) {
      case 0:
        return who.begin(Method::put, room + "/state/m.room.topic/",
                         R"({"topic":")" + text + "\"}");
      case 1:
        return who.begin(Method::put, room + "/state/m.test/k" + std::to_string(draw(3)),
                         R"({"n":)" + text + "}");
      case 2:
        return who.begin(Method::post, room + "/invite", target);
      case 3:
      case 4:
        return who.begin(Method::post, room + "/join", "{}");
      case 5:
        return who.begin(Method::post, room + "/leave", "{}");
      case 6:
        return who.begin(Method::post, room + (draw(2) == 0 ? "/kick" : "/ban"), target);
      case 7:
        return who.begin(Method::post, room + "/unban", target);
      case 8:
        return who.begin(Method::put, "/profile/" + who.id() + "/displayname",
                         R"({"displayname":")" + text + "\"}");
      case 9:
        if (events_.empty()) break;
        return who.begin(Method::put,
                         room + "/redact/" + percent_encode(any(events_)) + "/r" + text, "{}");
      case 10:
      case 11:
        if (events_.empty()) break;
        return who.begin(Method::post,
                         room + (draw(3) == 0 ? "/receipt/m.read.private/" : "/receipt/m.read/") +
                             percent_encode(any(events_)),
                         "{}");
      case 12:
        return who.begin(Method::put,
                         "/user/" + who.id() + (draw(2) == 0 ? room : "") + "/account_data/m.test",
                         R"({"n":)" + text + "}");
      case 13:
        return who.begin(Method::post, room + "/forget", "{}");
      case 14:
        return who.begin(Method::put, "/user/" + who.id() + room + "/tags/u." + text, "{}");
      case 15:
        return who.begin(Method::put, room + "/state/m.room.join_rules/",
                         draw(2) == 0 ? R"({"join_rule":"public"})" : R"({"join_rule":"knock"})");
      default:
        break;
    }
    return who.begin(Method::put, room + "/send/m.room.message/t" + text,
                     message_of(draw(4) == 0 ? "hey bob " + text : text));
  }

  void note(const Act& act, const ApiAnswer& answer) {
    if (answer.status == 200 && !act.to.empty()) sent_to_[act.to].push_back(act.text);
    const std::string event = answer.text("event_id");
    if (!event.empty()) events_.push_back(event);
  }

  // The state is what the server says that it is, and the timeline in the order of the room.
  void check_room(const Person& reader, const std::string& id, const FollowingClient::Room& room) {
    const ApiAnswer state = reader.get("/rooms/" + id + "/state");
    REQUIRE(state.status == 200);
    CHECK(state.json.as_array().size() == room.state.size());
    for (const base::Json& event : state.json.as_array()) {
      const auto known = room.state.find({text_at(event, "/type"), text_at(event, "/state_key")});
      REQUIRE(known != room.state.end());
      CHECK(known->second == text_at(event, "/event_id"));
    }
    std::map<std::string, int> places;
    const ApiAnswer all = reader.get("/rooms/" + id + "/messages?dir=f&limit=1000");
    for (const base::Json& event : all.object().at("chunk").as_array()) {
      places.emplace(text_at(event, "/event_id"), static_cast<int>(places.size()));
    }
    int last = -1;
    for (const std::string& event : room.seen) {
      const auto place = places.find(event);
      REQUIRE(place != places.end());
      CHECK(place->second > last);
      last = place->second;
    }
  }

  ServerUnderTest server_;
  storage::FaultVfs* disk_;  // null where it is sound
  std::mt19937_64 random_;
  std::vector<FollowingClient> people_;
  std::vector<SlidingClient> sliders_;  // of the same people, in their order
  std::vector<std::string> rooms_;
  std::vector<std::string> events_;
  std::map<std::string, std::vector<std::string>> sent_to_;
};

TEST_CASE("who followed a room all the time knows what who comes now is told") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    CAPTURE(seed);
    Crowd crowd(seed);
    for (int round = 0; round < 4; ++round) {
      for (int step = 0; step < 12; ++step) crowd.step();
      crowd.check();
    }
    // A restart in order loses none of them.
    CHECK(crowd.beginnings() == 0);
  }
}

TEST_CASE("what a full disk refused is known to nobody, and what it took to everybody") {
  for (const std::uint64_t seed : {7, 8, 9}) {
    CAPTURE(seed);
    Crowd crowd(seed, Crowd::Disk::full_now_and_then);
    for (int round = 0; round < 4; ++round) {
      for (int step = 0; step < 12; ++step) crowd.step();
      crowd.check();
    }
  }
}

}  // namespace
}  // namespace chancery::scenario
