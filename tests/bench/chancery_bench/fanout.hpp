// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// One writer in a room, and members who all wait for news of it in a long poll.

#include "tests/bench/chancery_bench/cases.hpp"
#include "tests/bench/chancery_bench/courier.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::bench {

// How a member asks for news, and which member of the answer says from where to go on.
struct PollingWay {
  // `since` "": what there is, at once. Otherwise it waits.
  Request (*ask)(const Homeserver& server, const User& user, const std::string& since);
  std::string_view token;
};
extern const PollingWay kLongPoll;
extern const PollingWay kSlidingPoll;

class Fanout {
 public:
  // Registers the members and lets them poll.
  Fanout(Bench& bench, const User& writer, std::size_t members, PollingWay way);
  ~Fanout();
  Fanout(const Fanout&) = delete;
  Fanout& operator=(const Fanout&) = delete;

  // Sends one message and waits until its writer has the answer and each member has got it, once;
  // then, off the clock, until all wait again.
  void deliver_one();
  // The writer sends something into another room; how long the answer took.
  Clock::duration send_elsewhere(const Request& message);
  // What was measured so far is forgotten.
  void start_over();

  const std::string& room() const { return room_; }
  const Latencies& deliveries() const { return deliveries_; }          // to each member
  const Latencies& last_deliveries() const { return last_; }           // to the last of them
  const Latencies& acknowledgements() const { return acknowledged_; }  // to the writer
  Clock::duration delivering() const { return delivering_; }           // from sending to the last

 private:
  struct Member {
    User user;
    Connection* connection = nullptr;
    std::string since;
    std::size_t seen = 0;  // messages
  };
  void begin(Member& member);
  void wait_for_news(Member& member);
  void take_in(Member& member, const std::string& body);

  Bench& bench_;
  const PollingWay way_;
  const User writer_;
  std::string room_;
  std::vector<Member> members_;
  Courier courier_;   // of the writer
  std::string mark_;  // what the message under way has in its text
  std::size_t sent_ = 0;
  std::size_t reached_ = 0;  // members, by the message under way
  Clock::time_point sent_at_;
  Latencies deliveries_;
  Latencies last_;
  Latencies acknowledged_;
  Clock::duration delivering_{};
};

}  // namespace chancery::bench
