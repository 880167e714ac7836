// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Matrix identifiers, each its own type, parsed at the edge and trusted inside.
//
// Spec: Matrix appendices, "Identifier Grammar". User ids are read by the historical grammar
// (what exists must stay readable); parse_strict applies today's. Room ids carry a server
// name up to room version 11 and are the hash of the create event from 12 on; event ids carry a
// server name in versions 1 and 2. No id is longer than 255 bytes.
//
// Concurrency: any thread. Users and rooms stand in dozens of tables, of one room or another, and
// each request looks into most of them: their ids are interned.

#include "base/interned_text.hpp"

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chancery::protocol {

// Why text is not what it should be; for a developer, safe to show.
struct ParseError {
  std::string reason;
};
template <typename Value>
using Parsed = std::expected<Value, ParseError>;

// Text of one kind of identifier. Made only by the parse function of its kind, or by
// `trusted` from text that this server itself wrote. In the order of their texts.
template <typename Kind, typename Text = std::string>
class Identifier {
 public:
  Identifier() = default;
  [[nodiscard]] static Kind trusted(std::string text) {
    Kind made;
    made.text_ = Text(std::move(text));
    return made;
  }
  [[nodiscard]] const std::string& text() const {
    if constexpr (kIsInterned) {
      return text_.text();
    } else {
      return text_;
    }
  }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::size_t hash() const {
    if constexpr (kIsInterned) {
      return text_.hash();
    } else {
      return std::hash<std::string>{}(text_);
    }
  }

  friend bool operator==(const Kind& left, const Kind& right) { return left.text_ == right.text_; }
  friend std::strong_ordering operator<=>(const Kind& left, const Kind& right) {
    return left.text() <=> right.text();
  }

 private:
  static constexpr bool kIsInterned = std::same_as<Text, base::InternedText>;

  Text text_;
};

// "example.org", "example.org:8448", "[2001:db8::1]:8448".
class ServerName : public Identifier<ServerName> {
 public:
  [[nodiscard]] static Parsed<ServerName> parse(std::string_view text);
  // Without the port; an IPv6 address keeps its brackets.
  [[nodiscard]] std::string_view host() const;
};

// "@localpart:server".
class UserId : public Identifier<UserId, base::InternedText> {
 public:
  [[nodiscard]] static Parsed<UserId> parse(std::string_view text);
  // Parses, and refuses what today's grammar would not let a new user have.
  [[nodiscard]] static Parsed<UserId> parse_strict(std::string_view text);
  // By the historical grammar: who registers someone new asks parse_strict as well.
  [[nodiscard]] static Parsed<UserId> make(std::string_view localpart, const ServerName& server);
  [[nodiscard]] std::string_view localpart() const;
  [[nodiscard]] std::string_view server_name() const;
};

// "!opaque:server", or "!<43 characters of base64url>" from room version 12 on.
class RoomId : public Identifier<RoomId, base::InternedText> {
 public:
  [[nodiscard]] static Parsed<RoomId> parse(std::string_view text);
  // Absent from room version 12 on.
  [[nodiscard]] std::optional<std::string_view> server_name() const;
};

// "#localpart:server".
class RoomAlias : public Identifier<RoomAlias> {
 public:
  [[nodiscard]] static Parsed<RoomAlias> parse(std::string_view text);
  [[nodiscard]] std::string_view localpart() const;
  [[nodiscard]] std::string_view server_name() const;
};

// "$opaque:server" (versions 1, 2), "$<43 characters of base64>" after.
class EventId : public Identifier<EventId> {
 public:
  [[nodiscard]] static Parsed<EventId> parse(std::string_view text);
  // Absent from room version 3 on.
  [[nodiscard]] std::optional<std::string_view> server_name() const;
};

// Opaque, chosen by a client or by us; 1 to 255 bytes without NUL.
class DeviceId : public Identifier<DeviceId> {
 public:
  [[nodiscard]] static Parsed<DeviceId> parse(std::string_view text);
};

// "algorithm:id", as in "ed25519:1" or "signed_curve25519:AAAAHg".
class KeyId : public Identifier<KeyId> {
 public:
  [[nodiscard]] static Parsed<KeyId> parse(std::string_view text);
  [[nodiscard]] std::string_view algorithm() const;
  [[nodiscard]] std::string_view name() const;
};

// "mxc://server/media".
struct MediaUri {
  ServerName server;
  std::string media_id;

  [[nodiscard]] static Parsed<MediaUri> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

}  // namespace chancery::protocol

// Not noexcept, so that libstdc++ keeps the hash beside each key, as it does for strings: otherwise
// every step through a bucket reads and hashes another text.
#define CHANCERY_HASH_IDENTIFIER(Kind)                                                     \
  template <>                                                                              \
  struct std::hash<chancery::protocol::Kind> {                                             \
    std::size_t operator()(const chancery::protocol::Kind& id) const { return id.hash(); } \
  }
CHANCERY_HASH_IDENTIFIER(ServerName);
CHANCERY_HASH_IDENTIFIER(UserId);
CHANCERY_HASH_IDENTIFIER(RoomId);
CHANCERY_HASH_IDENTIFIER(RoomAlias);
CHANCERY_HASH_IDENTIFIER(EventId);
CHANCERY_HASH_IDENTIFIER(DeviceId);
CHANCERY_HASH_IDENTIFIER(KeyId);
#undef CHANCERY_HASH_IDENTIFIER
