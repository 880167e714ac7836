// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rooms of one user, as they were at one moment.
//
// A list never changes: with a row put in, there is another list that shares all with the old one
// but a few dozen rows. So whoever goes through it needs no lock, and a change costs about the same
// in a hundred rooms as in ten thousand.
//
// Concurrency: any thread reads.
// Lifetime:    rows stay where they are as long as a list has them.

#include "domain/rooms/membership.hpp"
#include "protocol/identifiers.hpp"
#include "storage/positions.hpp"

#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace chancery::rooms {

// A room as one user has it.
struct UserRoom {
  storage::RoomNumber room;
  protocol::RoomId id;
  Membership membership = Membership::leave;
  storage::EventNumber event;        // the member event
  storage::StreamPosition position;  // when it became so
  bool forgotten = false;
};

// By room number.
class UserRooms {
  using Part = std::vector<UserRoom>;
  using Parts = std::vector<std::shared_ptr<const Part>>;

 public:
  static constexpr std::size_t kMostOfPart = 64;

  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = UserRoom;

    Iterator() = default;
    Iterator(Parts::const_iterator part, std::size_t place) : part_(part), place_(place) {}
    const UserRoom& operator*() const { return (**part_)[place_]; }
    const UserRoom* operator->() const { return &**this; }
    Iterator& operator++() {
      if (++place_ < (*part_)->size()) return *this;
      ++part_;
      place_ = 0;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    Parts::const_iterator part_;
    std::size_t place_ = 0;
  };

  [[nodiscard]] Iterator begin() const { return {parts_.begin(), 0}; }
  [[nodiscard]] Iterator end() const { return {parts_.end(), 0}; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // Requires: there is one.
  [[nodiscard]] const UserRoom& front() const { return parts_.front()->front(); }
  // Null when the user has no such room.
  [[nodiscard]] const UserRoom* find(storage::RoomNumber room) const;

  // This list with `row` in its place, instead of the one of that room if there is any.
  [[nodiscard]] UserRooms with(UserRoom row) const;
  [[nodiscard]] UserRooms without(storage::RoomNumber room) const;
  // Of rows in the order of their numbers, each once.
  [[nodiscard]] static UserRooms from(std::vector<UserRoom> rows);

 private:
  // The place of the part that has the room, or would have it; that of the end when there is none.
  [[nodiscard]] std::size_t part_of(storage::RoomNumber room) const;

  Parts parts_;  // none of them empty
  std::size_t size_ = 0;
};

// The rooms among them that the user is joined or invited to. Copies nothing.
class CurrentRooms {
 public:
  // Never null.
  explicit CurrentRooms(std::shared_ptr<const UserRooms> all) : all_(std::move(all)) {}

  class Iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = UserRoom;

    Iterator() = default;
    Iterator(UserRooms::Iterator at, UserRooms::Iterator end) : at_(at), end_(end) { pass_over(); }
    const UserRoom& operator*() const { return *at_; }
    const UserRoom* operator->() const { return &*at_; }
    Iterator& operator++() {
      ++at_;
      pass_over();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& left, const Iterator& right) {
      return left.at_ == right.at_;
    }

   private:
    void pass_over() {
      while (at_ != end_ && at_->membership != Membership::join &&
             at_->membership != Membership::invite) {
        ++at_;
      }
    }
    UserRooms::Iterator at_;
    UserRooms::Iterator end_;
  };

  [[nodiscard]] Iterator begin() const { return {all_->begin(), all_->end()}; }
  [[nodiscard]] Iterator end() const { return {all_->end(), all_->end()}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }
  // Counts them.
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(std::distance(begin(), end()));
  }
  // Null when the user has no such room, or is neither joined nor invited.
  [[nodiscard]] const UserRoom* find(storage::RoomNumber room) const;

 private:
  std::shared_ptr<const UserRooms> all_;
};

}  // namespace chancery::rooms
