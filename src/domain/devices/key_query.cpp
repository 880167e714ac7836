// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/key_query.hpp"

#include "domain/devices/signed_keys.hpp"

namespace chancery::devices {

struct KeyQuery::Answer {
  base::JsonObject device_keys;
  base::JsonObject master_keys;
  base::JsonObject self_signing_keys;
  base::JsonObject user_signing_keys;
  base::JsonObject failures;
};

runtime::Task<base::JsonObject> KeyQuery::query(protocol::UserId viewer, Wanted wanted) {
  Answer answer;
  for (const auto& [user, devices] : wanted) {
    if (user.server_name() == ports_.server.text()) {
      co_await add_user(answer, viewer, user, devices);
    } else {
      answer.failures[user.server_name()] =
          base::JsonObject{{"errcode", "M_UNKNOWN"}, {"error", "This server does not federate"}};
    }
  }
  co_return base::JsonObject{{"device_keys", std::move(answer.device_keys)},
                             {"failures", std::move(answer.failures)},
                             {"master_keys", std::move(answer.master_keys)},
                             {"self_signing_keys", std::move(answer.self_signing_keys)},
                             {"user_signing_keys", std::move(answer.user_signing_keys)}};
}

runtime::Task<> KeyQuery::add_user(Answer& answer, const protocol::UserId& viewer,
                                   const protocol::UserId& user,
                                   const std::vector<protocol::DeviceId>& devices) {
  const auto signatures = co_await ports_.store.load_key_signatures(user);
  const auto known = co_await ports_.directory.load_devices(user);
  const auto stored = co_await ports_.store.load_device_keys(user);
  base::JsonObject of_user;
  for (const storage::StoredDeviceKeys& one : stored) {
    const bool is_wanted =
        devices.empty() || std::ranges::find(devices, one.device) != devices.end();
    const auto device = std::ranges::find(known, one.device, &KnownDevice::id);
    if (!is_wanted || device == known.end()) continue;
    base::JsonObject keys = parse_stored_key(one.json);
    add_signatures(keys, one.device.text(), signatures, viewer);
    base::JsonObject extra;
    if (!device->display_name.empty()) extra["device_display_name"] = device->display_name;
    keys["unsigned"] = std::move(extra);
    of_user[one.device.text()] = std::move(keys);
  }
  answer.device_keys[user.text()] = std::move(of_user);

  const auto cross_signing = co_await ports_.store.load_cross_signing_keys(user);
  for (const storage::StoredCrossSigningKey& one : cross_signing) {
    base::JsonObject key = parse_stored_key(one.json);
    if (const auto public_key = public_key_of(key)) {
      add_signatures(key, public_key->text, signatures, viewer);
    }
    if (one.usage == "master")
      answer.master_keys[user.text()] = std::move(key);
    else if (one.usage == "self_signing")
      answer.self_signing_keys[user.text()] = std::move(key);
    else if (user == viewer)
      answer.user_signing_keys[user.text()] = std::move(key);
  }
}

}  // namespace chancery::devices
