// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What end-to-end keys, messages to devices and key backups write.

#include "storage/dehydrated_devices.hpp"
#include "storage/device_keys.hpp"
#include "storage/key_backups.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"
#include "storage/to_device.hpp"

namespace chancery::storage::sql {

[[nodiscard]] bool holds(Writer& writer, const RequireOneTimeKey& required);
[[nodiscard]] bool holds(Writer& writer, const RequireNoKeyOfDeviceName& required);
[[nodiscard]] bool holds(Writer& writer, const RequireKeyBackup& required);

void apply(Writer& writer, const PutDehydratedDevice& put, StreamPosition position);
void apply(Writer& writer, const PutDeviceKeys& put, StreamPosition position);
void apply(Writer& writer, const AddOneTimeKeys& add, StreamPosition position);
void apply(Writer& writer, const RemoveOneTimeKey& remove, StreamPosition position);
void apply(Writer& writer, const PutFallbackKey& put, StreamPosition position);
void apply(Writer& writer, const MarkFallbackKeyUsed& mark, StreamPosition position);
void apply(Writer& writer, const PutCrossSigningKey& put, StreamPosition position);
void apply(Writer& writer, const PutKeySignature& put, StreamPosition position);
void apply(Writer& writer, const ForgetKeySignatures& forget, StreamPosition position);
void apply(Writer& writer, const NoteDeviceListChange& note, StreamPosition position);
void apply(Writer& writer, const ForgetDeviceMaterial& forget, StreamPosition position);
void apply(Writer& writer, const AddToDeviceMessages& add, StreamPosition position);
void apply(Writer& writer, const RemoveToDeviceMessages& remove, StreamPosition position);
void apply(Writer& writer, const CreateKeyBackup& create, StreamPosition position);
void apply(Writer& writer, const SetKeyBackupAuth& set, StreamPosition position);
void apply(Writer& writer, const RemoveKeyBackup& remove, StreamPosition position);
void apply(Writer& writer, const PutBackedUpSessions& put, StreamPosition position);
void apply(Writer& writer, const RemoveBackedUpSessions& remove, StreamPosition position);

}  // namespace chancery::storage::sql
