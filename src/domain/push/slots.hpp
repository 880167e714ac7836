// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Slots: how many notifications may be under way at once, in all, to one gateway, of one person.
//
// A gateway that hangs keeps its own slots busy and nobody else's; so does whoever registers many
// gateways that hang. Who waits is served in the order of asking.
//
// Concurrency: none; everything on one scheduler.

#include "runtime/task.hpp"
#include "runtime/wait.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace chancery::push {

class Slots {
 public:
  struct Limits {
    std::size_t in_all = 256;
    std::size_t to_one_gateway = 32;
    std::size_t of_one_person = 4;
  };
  explicit Slots(Limits limits) : limits_(limits) {}

  class [[nodiscard]] Slot {
   public:
    Slot(Slot&& other) noexcept
        : slots_(std::exchange(other.slots_, nullptr)),
          gateway_(std::move(other.gateway_)),
          person_(std::move(other.person_)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) slots_->give_back(gateway_, person_);
    }

   private:
    friend class Slots;
    Slot(Slots& slots, std::string gateway, std::string person)
        : slots_(&slots), gateway_(std::move(gateway)), person_(std::move(person)) {}
    Slots* slots_;
    std::string gateway_;
    std::string person_;
  };
  runtime::Task<Slot> take(std::string gateway, std::string person);

  [[nodiscard]] std::size_t taken() const { return all_.inside; }

 private:
  struct Lane {
    std::size_t inside = 0;
    std::deque<runtime::Handover<bool>> waiting;
  };
  using Lanes = std::map<std::string, Lane>;
  static runtime::Task<> enter(Lane& lane, std::size_t most);
  static void leave(Lane& lane);
  static void leave(Lanes& lanes, const std::string& name);
  void give_back(const std::string& gateway, const std::string& person);

  Limits limits_;
  Lane all_;
  Lanes gateways_;
  Lanes persons_;
};

}  // namespace chancery::push
