// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sessions as stored: devices, and the tokens that speak for them.
//
// Of tokens only the SHA-256 is kept. An access token that came with a refresh token names it as
// its pair; tokens made by refreshing name the refresh token that they replace, which stays good
// until one of them is used. Those that were made by the same one go then.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

struct StoredDevice {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string display_name;  // "" when none was given
  base::Timestamp created_at;
  base::Timestamp last_seen_at;  // 0: never
  std::string last_seen_address;
  std::string last_seen_agent;
};

struct StoredAccessToken {
  std::string hash;  // 32 bytes
  protocol::UserId user;
  protocol::DeviceId device;
  base::Timestamp created_at;
  base::Timestamp expires_at;        // 0: never
  base::Timestamp authenticated_at;  // when its owner last proved who they are
  std::string pair;                  // hash of the refresh token it came with; "" for none
  std::string replaces;              // hash of the refresh token it was made by; "" for none
  std::string client;                // id of the OAuth client it was made for; "" for none
};

struct StoredRefreshToken {
  std::string hash;  // 32 bytes
  protocol::UserId user;
  protocol::DeviceId device;
  base::Timestamp created_at;
  base::Timestamp expires_at;  // 0: never
  base::Timestamp authenticated_at;
  std::string replaces;
  std::string client;
  std::string family;  // the same for all that came of one sign-in; "" for those of old
};

// Whose a family of refresh tokens is.
struct TokenFamily {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string client;
};

// --- mutations -------------------------------------------------------------------------------

// Adds a device. One that is there stays what it is, but for its name where that is to change.
struct PutDevice {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string display_name;  // "": none
  base::Timestamp created_at;
  enum class Name : std::uint8_t { of_new_device, of_any } name = Name::of_new_device;
};
struct NoteDeviceUse {
  protocol::UserId user;
  protocol::DeviceId device;
  base::Timestamp at;
  std::string address;
  std::string agent;
};
// The device with its tokens. Whoever keeps something for devices reads this in the feed.
struct DeleteDevice {
  protocol::UserId user;
  protocol::DeviceId device;
};
// One that is there begins and ends anew, and stays what it is else.
struct PutAccessToken {
  StoredAccessToken token;
};
// Likewise.
struct PutRefreshToken {
  StoredRefreshToken token;
};
// Every token of the device; the device stays.
struct RevokeDeviceTokens {
  protocol::UserId user;
  protocol::DeviceId device;
};
// A refresh token and the access tokens that came with it; nothing says any more that it was
// replaced.
struct RevokeRefreshToken {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string hash;
};
// The tokens made by refreshing with `hash`, but the refresh token `but` and what came with it.
struct RevokeSuccessors {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string hash;
  std::string but = {};  // "": none is left out
};

// --- preconditions ---------------------------------------------------------------------------

struct RequireDevice {
  static constexpr std::string_view kName = "device";
  protocol::UserId user;
  protocol::DeviceId device;
};
struct RequireDeviceAbsent {
  static constexpr std::string_view kName = "device_absent";
  protocol::UserId user;
  protocol::DeviceId device;
};
// These are the user's devices, all of them.
struct RequireDevices {
  static constexpr std::string_view kName = "devices";
  protocol::UserId user;
  std::vector<protocol::DeviceId> devices;
};
struct RequireRefreshToken {
  static constexpr std::string_view kName = "refresh_token";
  std::string hash;
};

// --- what is read ----------------------------------------------------------------------------

class SessionStore {
 public:
  virtual ~SessionStore() = default;
  virtual runtime::Task<std::optional<StoredAccessToken>> find_access_token(std::string hash) = 0;
  virtual runtime::Task<std::optional<StoredRefreshToken>> find_refresh_token(std::string hash) = 0;
  // Absent when none of its tokens is left.
  virtual runtime::Task<std::optional<TokenFamily>> find_token_family(std::string family) = 0;
  virtual runtime::Task<std::optional<StoredDevice>> find_device(protocol::UserId user,
                                                                 protocol::DeviceId device) = 0;
  // In the order of device ids.
  virtual runtime::Task<std::vector<StoredDevice>> load_devices(protocol::UserId user) = 0;
};

}  // namespace chancery::storage
