// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wanted state: which entries of a room's state a client asked for, by all rules that the room
// matches together.
//
// Concurrency: immutable.
// Spec: MSC4186, "Combining required_state".

#include "base/json.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/sync/sliding_request.hpp"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace chancery::sync {

class WantedState {
 public:
  // What any of them asks for.
  explicit WantedState(std::vector<RequiredState> parts);

  [[nodiscard]] bool wants(std::string_view type, std::string_view key) const;
  [[nodiscard]] bool loads_members_lazily() const;
  [[nodiscard]] const std::vector<RequiredState>& parts() const { return parts_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }  // about what it takes in memory
  friend bool operator==(const WantedState&, const WantedState&) = default;

  [[nodiscard]] base::Json to_json() const;
  // Null when it is none.
  [[nodiscard]] static std::shared_ptr<const WantedState> from_json(const base::Json& json);

 private:
  std::vector<RequiredState> parts_;  // sorted, each once; so are the elements of each
  std::size_t bytes_ = 0;
};
using WantedStatePtr = std::shared_ptr<const WantedState>;

// Entries of the state at `shown` that `wanted` asks for and `known` (null: nothing) did not.
runtime::Task<std::vector<storage::StateEntry>> load_wanted_state(rooms::Rooms& rooms,
                                                                  rooms::RoomPtr room,
                                                                  storage::StateRoot shown,
                                                                  WantedStatePtr wanted,
                                                                  WantedStatePtr known);

}  // namespace chancery::sync
