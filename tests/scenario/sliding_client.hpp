// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A client that follows by sliding sync alone, and knows what a client knows by it.

#include "tests/scenario/server_under_test.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chancery::scenario {

class SlidingClient {
 public:
  // `connection`: its own among those of the person's device.
  SlidingClient(Person person, std::string connection)
      : person_(std::move(person)), connection_(std::move(connection)) {}

  struct Room {
    std::map<std::pair<std::string, std::string>, std::string> state;  // event ids
    std::map<std::string, std::string> account_data;
    std::map<std::string, std::string> own_receipts;  // by type
    std::vector<std::string> seen;                    // event ids of the timeline
    std::string name;
    std::string joined_count;
    std::string unread;
    std::string bump_stamp;
  };

  // Asks for what is new in the first `window` rooms, and takes it in or loses it.
  enum class Answer : std::uint8_t { taken, lost };
  void ask(std::size_t window, Answer answer = Answer::taken);
  // Until there is nothing new in any room.
  void catch_up();

  [[nodiscard]] const Person& person() const { return person_; }
  [[nodiscard]] const std::map<std::string, Room>& joined() const { return joined_; }
  // Events that came twice and were not marked as older ones.
  [[nodiscard]] const std::vector<std::string>& repeated() const { return repeated_; }
  // How often the server had forgotten the connection.
  [[nodiscard]] int beginnings() const { return beginnings_; }
  // "" when both know the same.
  [[nodiscard]] std::string difference_from(const SlidingClient& other) const;

 private:
  void take(const ApiAnswer& answer);
  void take_room(const std::string& id, const base::Json& told);
  void take_timeline(Room& room, const base::Json& told);
  void take_account_data(const base::Json& extensions);
  void take_receipts(const base::Json& extensions);
  void forget_all();

  Person person_;
  std::string connection_;
  std::string pos_;
  std::map<std::string, Room> joined_;
  std::set<std::string> invited_;
  std::map<std::string, std::string> account_data_;
  std::vector<std::string> repeated_;
  int beginnings_ = 0;
  bool is_quiet_ = false;
};

}  // namespace chancery::scenario
