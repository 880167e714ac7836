// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sliding sync requests: which rooms a client wants to know of, and what of each.
//
// Two faces ask in different words for the same: the stable one (/v4/sync) and the one that
// deployed clients use (unstable/org.matrix.simplified_msc3575/sync). sliding_body.hpp reads both.
//
// Spec: MSC4186; its extensions MSC3884, MSC3885, MSC3959, MSC3960, MSC3961, MSC4262,
//       MSC4308.

#include "base/time.hpp"
#include "domain/accounts/session.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"
#include "storage/positions.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chancery::sync {

enum class SlidingFace : std::uint8_t { stable, unstable };

// Entries of room state; an absent member matches all.
struct StateElement {
  std::optional<std::string> type;
  std::optional<std::string> key;
  // The key is the viewer's id, whoever that is; `key` is absent then.
  bool is_viewers = false;
  friend auto operator<=>(const StateElement&, const StateElement&) = default;

  [[nodiscard]] std::size_t bytes() const;  // about what it takes in memory
};

enum class MemberLoading : std::uint8_t { as_listed, lazy };

// Where members are loaded lazily, only an element that names their type matches them.
struct RequiredState {
  std::vector<StateElement> include;
  std::vector<StateElement> exclude;
  MemberLoading members = MemberLoading::as_listed;
  friend auto operator<=>(const RequiredState&, const RequiredState&) = default;

  // The same with that viewer's id in its places.
  [[nodiscard]] RequiredState for_viewer(const protocol::UserId& viewer) const;
  [[nodiscard]] std::size_t bytes() const;  // about what it takes in memory
};

struct RoomConfig {
  std::size_t timeline_limit = 0;
  RequiredState state;
  friend bool operator==(const RoomConfig&, const RoomConfig&) = default;
};

struct ListFilter {
  std::optional<bool> is_dm;
  std::optional<bool> is_encrypted;
  std::optional<bool> is_invited;
  std::optional<std::vector<std::string>> spaces;
  // Of the create event; an absent one stands for rooms without a type.
  std::optional<std::vector<std::optional<std::string>>> room_types;
  std::optional<std::vector<std::optional<std::string>>> not_room_types;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::vector<std::string>> not_tags;
  friend bool operator==(const ListFilter&, const ListFilter&) = default;

  [[nodiscard]] std::size_t bytes() const;  // about what it takes in memory
  [[nodiscard]] bool asks_for_tags() const { return tags || not_tags; }
  [[nodiscard]] bool asks_for_shape() const { return is_encrypted || spaces; }
  [[nodiscard]] bool asks_for_traits() const {
    return is_encrypted || room_types || not_room_types;
  }
};

// Both ends included.
struct IndexRange {
  std::size_t first = 0;
  std::size_t last = 0;
  friend bool operator==(const IndexRange&, const IndexRange&) = default;
};

struct ListConfig {
  RoomConfig config;
  std::optional<std::vector<IndexRange>> ranges;  // absent: all
  ListFilter filter;
  friend bool operator==(const ListConfig&, const ListConfig&) = default;

  [[nodiscard]] bool shows(std::size_t index) const;
};

// Of which rooms an extension tells. Absent: those of all lists; of all subscriptions.
struct ExtensionScope {
  std::optional<std::vector<std::string>> lists;
  std::optional<std::vector<std::string>> rooms;
  friend bool operator==(const ExtensionScope&, const ExtensionScope&) = default;

  [[nodiscard]] bool has_list(const std::string& name) const;
  // Whether it names the room, or all that are subscribed to.
  [[nodiscard]] bool has_room(const std::string& id, bool is_subscribed) const;
};

struct ToDeviceWanted {
  std::optional<storage::StreamPosition> since;
  std::size_t limit = 0;
};

struct StickyWanted {
  std::optional<storage::StreamPosition> since;
  std::size_t limit = 0;
};

struct ProfilesWanted {
  ExtensionScope scope;
  std::optional<std::vector<std::string>> fields;  // sorted; absent: all
  friend bool operator==(const ProfilesWanted&, const ProfilesWanted&) = default;
};

// Extensions that are not about rooms of lists. Absent: not asked for.
struct ExtensionsWanted {
  std::optional<ToDeviceWanted> to_device;
  bool e2ee = false;
  std::optional<std::size_t> thread_subscriptions;  // at most so many changes
  std::optional<StickyWanted> sticky_events;
};

// What decides which rooms an answer has to look at. An extension without a scope is not asked for.
// Clients of one kind ask by equal rules, whoever uses them.
struct SlidingRules {
  std::map<std::string, ListConfig> lists;
  std::map<protocol::RoomId, RoomConfig> subscriptions;
  std::optional<ExtensionScope> account_data;
  std::optional<ExtensionScope> receipts;
  std::optional<ExtensionScope> typing;
  std::optional<ProfilesWanted> profiles;
  friend bool operator==(const SlidingRules&, const SlidingRules&) = default;

  [[nodiscard]] std::size_t bytes() const;  // about what they take in memory
};

// What the body says.
struct SlidingBody {
  std::string connection;  // the client's name for it
  std::optional<std::string> pos;
  std::optional<base::Milliseconds> timeout;
  std::optional<std::string> set_presence;
  std::optional<std::string> transaction;
  std::shared_ptr<const SlidingRules> rules;  // never null; those of many requests may be one
  ExtensionsWanted extensions;
};

struct SlidingRequest {
  accounts::Session session;
  SlidingFace face = SlidingFace::stable;
  SlidingBody body;
  base::Milliseconds timeout{0};
  runtime::CancelToken gone;
};

}  // namespace chancery::sync
