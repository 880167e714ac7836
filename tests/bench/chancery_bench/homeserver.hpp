// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The homeserver as a client sees it: accounts, rooms, messages and syncs for the cases.
//
// Failure: HttpFailed when an answer is not the one that is needed, with what was asked.

#include "tests/bench/chancery_bench/http_loop.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::bench {

struct User {
  std::string id;
  std::string token;
};

// A list of the rooms with the newest activity, as one connection of sliding sync wants it.
struct SlidingWish {
  std::string connection;
  std::size_t rooms = 0;     // in its window
  std::size_t timeline = 0;  // events of each
  std::size_t timeout = 0;   // milliseconds
};

// What gives accounts.
struct Access {
  std::string secret;   // of registration; may be empty: then by m.login.dummy alone
  std::string service;  // the token of an application service; may be empty
};

class Homeserver {
 public:
  Homeserver(HttpLoop& loop, Access access);

  User register_user();
  std::vector<User> register_users(std::size_t count);
  // By the application service where there is one: users without a password cost no hashing.
  std::vector<User> register_crowd(std::size_t count);

  std::string create_room(const User& creator);
  // One that anybody may join, and everybody does.
  std::string create_room_for(const User& creator, std::span<const User> members);

  // So many rooms of the first user, which the second has joined.
  std::vector<std::string> create_shared_rooms(const User& creator, const User& member,
                                               std::size_t count);

  // So many messages in each room, by the two in turn.
  void fill(const std::vector<std::string>& rooms, const std::vector<User>& writers,
            std::size_t messages);

  Request message(const std::string& room, const User& sender, std::string_view text);
  Request sync(const User& user, std::string_view since, std::string_view parameters) const;
  // `pos` "": from the beginning.
  Request slide(const User& user, std::string_view pos, const SlidingWish& wish) const;

  HttpLoop& loop() { return loop_; }
  Connection& connection() { return connection_; }

  static std::string percent_encode(std::string_view text);

 private:
  boost::json::value call(const Request& request);
  User register_by_secret(const std::string& name);
  Request join(const std::string& room, const User& user) const;

  HttpLoop& loop_;
  Connection& connection_;
  Access access_;
  std::string run_;
  std::size_t users_ = 0;
  std::size_t transactions_ = 0;
};

// Throws unless the answer is a 200; `what` says what was asked.
void require_success(const Response& response, std::string_view what);

}  // namespace chancery::bench
