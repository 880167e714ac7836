// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a sync tells a device about keys: its own, and whose of others changed.

#include "domain/devices/device_lists.hpp"
#include "storage/device_keys.hpp"

#include <string>

namespace chancery::sync {

// `"device_one_time_keys_count":…,"device_unused_fallback_key_types":…`
void append_key_counts(std::string& out, const storage::KeyCounts& counts);
// A JSON list.
void append_unused_fallback_types(std::string& out, const storage::KeyCounts& counts);
// A JSON object.
void append_device_lists(std::string& out, const devices::DeviceLists::Changes& changes);

}  // namespace chancery::sync
