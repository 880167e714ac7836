// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Dehydrated devices: a device of a person that waits for messages while nobody is signed in on it,
// its private keys sealed by the client that made it. At most one a person.
//
// It, its keys and its sealed part come and go in one change. Messages to it stay until it goes.
//
// Concurrency: any scheduler; one person's changes take turns.
// Failure:     ApiError; StorageError.
// Spec:        MSC3814.

#include "base/json.hpp"
#include "domain/accounts/session.hpp"
#include "domain/devices/device_keys.hpp"
#include "domain/devices/to_device.hpp"
#include "domain/keys/key_ring.hpp"
#include "runtime/random.hpp"
#include "storage/dehydrated_devices.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chancery::devices {

class DehydratedDevices {
 public:
  static constexpr std::size_t kMostDataBytes = 64 * 1'024;  // of `device_data`, as JSON
  static constexpr std::size_t kPage = 100;                  // messages, or a few more

  struct Ports {
    storage::DehydratedDeviceStore& store;
    DeviceDirectory& directory;
    DeviceKeys& keys;
    ToDevice& to_device;
    KeyTurns& turns;  // those of DeviceKeys
    storage::Committer& committer;
    audit::Recorder& recorder;
    keys::KeyRing& key_ring;
    runtime::Random& random;
    runtime::Clock& clock;
  };
  explicit DehydratedDevices(Ports ports) : ports_(ports) {}

  struct Upload {
    protocol::DeviceId device;
    base::JsonObject data;
    std::string display_name;
    base::JsonObject keys;  // as the body of POST /keys/upload
  };
  // Takes the place of the one that the person had.
  runtime::Task<> put(accounts::Session session, Upload upload);

  struct Dehydrated {
    protocol::DeviceId device;
    std::string data;  // JSON
  };
  // M_NOT_FOUND when there is none.
  runtime::Task<Dehydrated> get(protocol::UserId user);
  // Returns which it was; M_NOT_FOUND when there is none.
  runtime::Task<protocol::DeviceId> remove(accounts::Session session);

  struct Messages {
    std::vector<std::string> events;  // JSON
    storage::StreamPosition until;    // of these and all before
    enum class More : std::uint8_t { no, yes } more = More::no;
  };
  // What waits for it at positions above `after`. M_FORBIDDEN where it is not theirs or none.
  runtime::Task<Messages> load_messages(DeviceAddress device, storage::StreamPosition after);

 private:
  [[nodiscard]] std::vector<storage::PutWrappedKey> seal(const accounts::Session& session,
                                                         const Upload& upload,
                                                         storage::Change& change);
  runtime::Task<> require_unused(protocol::UserId user, protocol::DeviceId device);

  Ports ports_;
};

}  // namespace chancery::devices
