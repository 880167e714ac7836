// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages to devices as stored: each kept until the device has acknowledged it.
//
// Failure: StorageError.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <string>
#include <vector>

namespace chancery::storage {

struct ToDeviceMessage {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string json;  // {"type", "sender", "content"}: as the device gets it
};
struct AddToDeviceMessages {
  std::vector<ToDeviceMessage> messages;
};
// Those up to and with `until`.
struct RemoveToDeviceMessages {
  protocol::UserId user;
  protocol::DeviceId device;
  StreamPosition until;
};

struct StoredToDeviceMessage {
  StreamPosition position;
  std::string json;
};

struct AddressedToDeviceMessage {
  StreamPosition position;
  protocol::UserId user;
  protocol::DeviceId device;
  std::string json;
};

class ToDeviceStore {
 public:
  virtual ~ToDeviceStore() = default;
  // In order; positions after < p ≤ until. Messages of one position come together, so there may be
  // a few more than `limit`.
  virtual runtime::Task<std::vector<StoredToDeviceMessage>> load_messages(protocol::UserId user,
                                                                          protocol::DeviceId device,
                                                                          StreamPosition after,
                                                                          StreamPosition until,
                                                                          std::size_t limit) = 0;
  // Those of all devices, in the same manner.
  virtual runtime::Task<std::vector<AddressedToDeviceMessage>> load_all_messages(
      StreamPosition after, StreamPosition until, std::size_t limit) = 0;
};

}  // namespace chancery::storage
