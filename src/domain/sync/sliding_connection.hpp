// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A connection of sliding sync: what its client has been told, room by room.
//
// An answer takes the connection a step further. Whether it arrived shows when the client comes
// with its position: until then both what had arrived before and what the answer told are kept, so
// that an answer that was lost can be given again.
//
// Concurrency: whoever holds its turn.
// Spec: MSC4186, "Connections".

#include "domain/rooms/membership.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/sync/sliding_request.hpp"
#include "domain/sync/wanted_state.hpp"
#include "runtime/wait.hpp"
#include "storage/sliding_connections.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace chancery::sync {

// A client's place in a connection, as it carries it around: "s<position>_<birth>_<step>". What is
// before the first '_' is a timeline token (rooms/timeline_token.hpp).
struct SlidingPos {
  storage::StreamPosition position;
  std::uint64_t birth = 0;  // names the connection; never the same twice
  std::uint64_t step = 0;
};
[[nodiscard]] std::string sliding_pos_text(const SlidingPos& pos);
// Absent when it is none of ours.
[[nodiscard]] std::optional<SlidingPos> parse_sliding_pos(std::string_view text);

// What a client knows of one room.
struct ToldRoom {
  static constexpr std::uint32_t kAllEvents = UINT32_MAX;
  static constexpr std::uint8_t kMostReceiptRest = 7;

  storage::StreamPosition told;          // its events and state up to here; 0: nothing
  storage::StreamPosition receipts;      // up to here; 0: none
  storage::StreamPosition account_data;  // likewise
  std::uint64_t typing = 0;              // the serial of what was told
  std::uint32_t newest_events = 0;       // so many of the newest events, without a gap
  std::uint32_t state = 0;               // WantedState by which it was told; 0: none
  rooms::Membership membership = rooms::Membership::leave;
  bool is_direct = false;
  bool shows_typists = false;
  bool has_profiles = false;  // of its members
  // Of the receipts up to `receipts`, the contents that were told (rooms::receipts_contents), when
  // there are more; 0: all were.
  std::uint8_t receipt_rest = 0;
  friend bool operator==(const ToldRoom&, const ToldRoom&) = default;
};

// What a client knows beside its rooms.
struct ToldOfAll {
  std::uint64_t step = 0;
  storage::StreamPosition position;
  storage::StreamPosition account_data;
  storage::StreamPosition threads;
  storage::StreamPosition profiles;                        // 0: nobody's
  std::optional<std::vector<std::string>> profile_fields;  // those told; absent: all
  std::string key_counts;                                  // as they were told
  // Rooms that the rules ask for were left for the next answer.
  bool has_rest = false;
  // In memory only: what the rooms were chosen by,
  std::shared_ptr<const SlidingRules> rules;
  std::uint64_t arrangement = 0;  // version of SlidingLists
  // and up to where the client knows how many keys it has, and who types.
  storage::StreamPosition keys;  // 0: it was told nothing
  std::uint64_t typing = 0;      // the serial of it all
};

// What an answer tells; the client knows it once it comes with that step.
struct Telling {
  ToldOfAll all;
  std::vector<std::pair<storage::RoomNumber, ToldRoom>> rooms;
};

// Facts of account data by which rooms are told apart.
struct PersonalFacts {
  std::unordered_set<std::string> direct;
  // Only where a list asks for them.
  std::unordered_map<std::string, std::unordered_set<std::string>> tags;
  bool has_tags = false;
  std::size_t bytes = 0;  // about what they take in memory
};

// The lists of a connection as they are, so that the next answer need not make them anew.
struct Arrangement {
  std::uint64_t version = 0;            // of a new making; 0: there is none
  storage::StreamPosition newest_room;  // Moment::newest
  storage::StreamPosition as_of;
  std::map<std::string, std::pair<ListFilter, std::vector<storage::RoomNumber>>> lists;
  PersonalFacts facts;
};

// What the configs of rules that match a room ask of its state together, so that the next answer by
// the same rules need not combine them anew.
struct CombinedStates {
  static constexpr std::size_t kMost = 16;  // between answers

  struct Combined {
    WantedStatePtr state;
    std::uint32_t number = 0;  // SlidingConnection::intern
  };
  std::shared_ptr<const SlidingRules> rules;  // held, for the configs are parts of them
  std::map<std::vector<const RoomConfig*>, Combined> by_configs;
};

class SlidingConnection {
 public:
  static constexpr std::size_t kMostRooms = 100'000;
  static constexpr std::size_t kMostWantedStates = 256;
  static constexpr std::size_t kMostWantedBytes = std::size_t{4} * 1024 * 1024;

  SlidingConnection(storage::SlidingConnectionKey key, std::uint64_t birth)
      : key_(std::move(key)), birth_(birth) {}

  [[nodiscard]] const storage::SlidingConnectionKey& key() const { return key_; }
  [[nodiscard]] std::uint64_t birth() const { return birth_; }

  // Held while an answer is made, not while news is waited for.
  runtime::Task<runtime::Turnstile::Turn> enter() { return turnstile_.enter(); }
  // A request came: those before it are over. Returns its number.
  std::uint64_t begin_request() { return ++requests_; }
  [[nodiscard]] bool is_newest(std::uint64_t request) const { return requests_ == request; }
  // Whether a request is being answered, and may wait for news; counted by `Waiting`.
  [[nodiscard]] bool is_waited_on() const { return waiting_ > 0; }
  class Waiting {
   public:
    explicit Waiting(SlidingConnection& connection) : connection_(connection) {
      ++connection_.waiting_;
    }
    ~Waiting() { --connection_.waiting_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    SlidingConnection& connection_;
  };

  // The client comes with `step`: what was told up to there has arrived, what was told after it
  // has not. False when it is neither of the two that can be gone on from.
  [[nodiscard]] bool settle(std::uint64_t step);
  [[nodiscard]] const ToldOfAll& known() const { return arrived_; }
  // Null when the client was told nothing of it.
  [[nodiscard]] const ToldRoom* find(storage::RoomNumber room) const;
  [[nodiscard]] std::uint64_t next_step() { return ++last_step_; }
  // The answer with this is on its way.
  void tell(Telling telling) { telling_ = std::move(telling); }

  // The number of that state wish, the same for equal ones. 0 when there are too many.
  [[nodiscard]] std::uint32_t intern(const WantedStatePtr& wanted);
  // Null for 0.
  [[nodiscard]] WantedStatePtr wanted_state(std::uint32_t number) const;
  // The client is to begin anew: this became too large.
  [[nodiscard]] bool is_overgrown() const;

  Arrangement& arrangement() { return arrangement_; }
  [[nodiscard]] const Arrangement& arrangement() const { return arrangement_; }
  CombinedStates& combined_states() { return combined_states_; }
  std::uint64_t& member_chain() { return member_chain_; }

  // About how much memory it takes.
  [[nodiscard]] std::size_t weigh() const;
  [[nodiscard]] std::string to_record() const;
  // Null when it is none.
  [[nodiscard]] static std::shared_ptr<SlidingConnection> from_record(
      storage::SlidingConnectionKey key, std::string_view record);

 private:
  void keep(WantedStatePtr wanted);
  [[nodiscard]] bool has_enough_wanted_states() const;

  const storage::SlidingConnectionKey key_;
  const std::uint64_t birth_;
  runtime::Turnstile turnstile_;
  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<int> waiting_ = 0;
  std::uint64_t last_step_ = 0;
  ToldOfAll arrived_;
  std::unordered_map<storage::RoomNumber, ToldRoom> rooms_;
  std::optional<Telling> telling_;
  std::vector<WantedStatePtr> wanted_states_;
  std::size_t wanted_bytes_ = 0;
  Arrangement arrangement_;
  CombinedStates combined_states_;
  std::uint64_t member_chain_ = 0;  // SentMembers
};
using SlidingConnectionPtr = std::shared_ptr<SlidingConnection>;

}  // namespace chancery::sync
