// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A client that follows by sync alone, and knows what a client knows by it.
//
// Two clients of one person, of which one followed all the time and the other has just come, know
// the same: `difference_from` says where they do not.

#include "tests/scenario/server_under_test.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace chancery::scenario {

class FollowingClient {
 public:
  explicit FollowingClient(Person person) : person_(std::move(person)) {}

  struct Room {
    std::map<std::pair<std::string, std::string>, std::string> state;     // event ids
    std::map<std::pair<std::string, std::string>, std::string> receipts;  // by type and user
    std::map<std::string, std::string> account_data;
    std::vector<std::string> seen;  // event ids of the timeline since the last join
    std::string unread;
  };

  // Asks for what is new and takes it in.
  void catch_up();
  // The same in two steps, so that other things happen in between.
  void ask();
  void take_answer();
  // The answer is lost on its way.
  void lose_answer();

  [[nodiscard]] const Person& person() const { return person_; }
  [[nodiscard]] const std::map<std::string, Room>& joined() const { return joined_; }
  // Events that came twice.
  [[nodiscard]] const std::vector<std::string>& repeated() const { return repeated_; }
  // What was sent to the device, in the order of its arrival.
  [[nodiscard]] const std::vector<std::string>& to_device() const { return to_device_; }
  // "" when both know the same.
  [[nodiscard]] std::string difference_from(const FollowingClient& other) const;

 private:
  void take(const ApiAnswer& sync);
  void take_joined(const std::string& id, const base::Json& section);
  void take_event(Room& room, const base::Json& event);

  Person person_;
  std::string since_;
  std::optional<Pending> asked_;
  std::map<std::string, Room> joined_;
  std::set<std::string> invited_;
  std::map<std::string, std::string> account_data_;
  std::vector<std::string> repeated_;
  std::vector<std::string> to_device_;
};

}  // namespace chancery::scenario
