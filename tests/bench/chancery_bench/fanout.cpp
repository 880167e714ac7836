// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/fanout.hpp"

#include <fmt/core.h>

namespace chancery::bench {

namespace {

// In which every poll reaches the server and is waiting there.
constexpr auto kPause = std::chrono::milliseconds(60);
constexpr std::string_view kNoPresence =
    "filter=%7B%22presence%22%3A%7B%22not_types%22%3A%5B%22*%22%5D%7D%7D";

Request ask_by_sync(const Homeserver& server, const User& user, const std::string& since) {
  return server.sync(user, since,
                     fmt::format("timeout={}&{}", since.empty() ? 0 : 120'000, kNoPresence));
}

Request ask_by_sliding_sync(const Homeserver& server, const User& user, const std::string& since) {
  return server.slide(user, since,
                      {.connection = "fanout",
                       .rooms = 20,
                       .timeline = 20,
                       .timeout = since.empty() ? std::size_t{0} : std::size_t{120'000}});
}

// The text of a member of an answer, without reading the rest of it: a token has no escapes.
std::string text_after(const std::string& body, std::string_view name) {
  const std::string key = fmt::format("\"{}\":\"", name);
  const auto at = body.find(key);
  if (at == std::string::npos) throw HttpFailed(fmt::format("an answer without '{}'", name));
  const auto begin = at + key.size();
  return body.substr(begin, body.find('"', begin) - begin);
}

std::size_t count(const std::string& text, const std::string& wanted) {
  std::size_t found = 0;
  for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

const PollingWay kLongPoll{.ask = ask_by_sync, .token = "next_batch"};
const PollingWay kSlidingPoll{.ask = ask_by_sliding_sync, .token = "pos"};

Fanout::Fanout(Bench& bench, const User& writer, std::size_t members, PollingWay way)
    : bench_(bench), way_(way), writer_(writer), courier_(bench.server.loop().endpoint()) {
  Homeserver& server = bench.server;
  const auto users = server.register_crowd(members);
  room_ = server.create_room_for(writer, users);
  members_.reserve(members);
  for (const User& user : users) {
    members_.push_back({.user = user, .connection = &server.loop().connect(), .since = {}});
    begin(members_.back());
  }
  // One by one they became visible to the others; that is over when nobody is told anything new.
  for (Member& member : members_) wait_for_news(member);
  server.loop().run_for(std::chrono::seconds(1));
}

Fanout::~Fanout() {
  for (const Member& member : members_) bench_.server.loop().close(*member.connection);
}

void Fanout::begin(Member& member) {
  const Response response = bench_.server.loop().ask(
      *member.connection, way_.ask(bench_.server, member.user, member.since));
  require_success(response, "a first sync");
  member.since = text_after(response.body, way_.token);
}

void Fanout::wait_for_news(Member& member) {
  bench_.server.loop().send(*member.connection, way_.ask(bench_.server, member.user, member.since),
                            [this, &member](Response& response) {
                              require_success(response, "sync");
                              take_in(member, response.body);
                              wait_for_news(member);
                            });
}

void Fanout::take_in(Member& member, const std::string& body) {
  member.since = text_after(body, way_.token);
  if (sent_ == 0) return;
  const std::size_t found = count(body, mark_);
  if (found == 0) return;
  if (found > 1 || member.seen == sent_) throw HttpFailed("a message came twice");
  if (member.seen + 1 != sent_) throw HttpFailed("a member missed a message");
  member.seen = sent_;
  deliveries_.add(Clock::now() - sent_at_);
  ++reached_;
}

void Fanout::deliver_one() {
  Homeserver& server = bench_.server;
  mark_ = fmt::format("Minutes, sheet {} of the day.", ++sent_);
  reached_ = 0;
  sent_at_ = Clock::now();
  courier_.send(server.message(room_, writer_, mark_));
  server.loop().run_until([&] { return reached_ == members_.size(); });
  const auto took = Clock::now() - sent_at_;
  last_.add(took);
  delivering_ += took;
  const Courier::Answer answer = courier_.take();
  require_success(answer.response, "send");
  acknowledged_.add(answer.took);
  server.loop().run_for(kPause);
}

Clock::duration Fanout::send_elsewhere(const Request& message) {
  courier_.send(message);
  const Courier::Answer answer = courier_.take();
  require_success(answer.response, "send");
  return answer.took;
}

void Fanout::start_over() {
  deliveries_ = Latencies{};
  last_ = Latencies{};
  acknowledged_ = Latencies{};
  delivering_ = {};
}

}  // namespace chancery::bench
