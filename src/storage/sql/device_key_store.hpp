// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// End-to-end keys and messages to devices read from tables.

#include "storage/device_keys.hpp"
#include "storage/sql/database.hpp"
#include "storage/to_device.hpp"

namespace chancery::storage::sql {

class SqlDeviceKeyStore final : public DeviceKeyStore {
 public:
  explicit SqlDeviceKeyStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::vector<StoredDeviceKeys>> load_device_keys(protocol::UserId user) override;
  runtime::Task<std::vector<StoredCrossSigningKey>> load_cross_signing_keys(
      protocol::UserId user) override;
  runtime::Task<std::vector<PutKeySignature>> load_key_signatures(protocol::UserId target) override;
  runtime::Task<KeyCounts> count_keys(protocol::UserId user, protocol::DeviceId device) override;
  runtime::Task<std::vector<OneTimeKey>> load_one_time_keys(protocol::UserId user,
                                                            protocol::DeviceId device) override;
  runtime::Task<std::vector<OneTimeKey>> load_oldest_one_time_keys(protocol::UserId user,
                                                                   protocol::DeviceId device,
                                                                   std::string algorithm,
                                                                   std::size_t limit) override;
  runtime::Task<std::optional<StoredFallbackKey>> find_fallback_key(protocol::UserId user,
                                                                    protocol::DeviceId device,
                                                                    std::string algorithm) override;
  runtime::Task<std::vector<NoteDeviceListChange>> load_device_list_changes(
      StreamPosition after, StreamPosition until) override;
  runtime::Task<std::vector<NoteDeviceListChange>> load_device_list_changes_for(
      protocol::UserId viewer, StreamPosition after, StreamPosition until) override;

 private:
  Reader& reader_;
};

class SqlToDeviceStore final : public ToDeviceStore {
 public:
  explicit SqlToDeviceStore(Reader& reader) : reader_(reader) {}
  runtime::Task<std::vector<StoredToDeviceMessage>> load_messages(protocol::UserId user,
                                                                  protocol::DeviceId device,
                                                                  StreamPosition after,
                                                                  StreamPosition until,
                                                                  std::size_t limit) override;
  runtime::Task<std::vector<AddressedToDeviceMessage>> load_all_messages(
      StreamPosition after, StreamPosition until, std::size_t limit) override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
