// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/dehydrated_devices.hpp"

#include "domain/accounts/devices.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "storage/record.hpp"

#include <algorithm>
#include <utility>

namespace chancery::devices {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kMostNameBytes = 256;

ApiError none() { return ApiError(ErrorCode::not_found, "There is no dehydrated device"); }

void check(const DehydratedDevices::Upload& upload) {
  if (!upload.keys.contains("device_keys")) {
    throw ApiError(ErrorCode::missing_param, "'device_keys' is needed");
  }
  if (!base::find_string(upload.data, "algorithm")) {
    throw ApiError(ErrorCode::missing_param, "'device_data' needs 'algorithm'");
  }
  if (base::to_text(upload.data).size() > DehydratedDevices::kMostDataBytes) {
    throw ApiError(ErrorCode::too_large, "'device_data' is too large");
  }
  if (upload.display_name.size() > kMostNameBytes) {
    throw ApiError(ErrorCode::too_large, "The name of a device may have at most 256 bytes")
        .with_status(400);
  }
}

}  // namespace

// A device that somebody is signed in on would lose its keys.
runtime::Task<> DehydratedDevices::require_unused(protocol::UserId user,
                                                  protocol::DeviceId device) {
  for (const KnownDevice& known : co_await ports_.directory.load_devices(std::move(user))) {
    if (known.id != device) continue;
    throw ApiError(ErrorCode::invalid_param, "There is another device of this id");
  }
}

std::vector<storage::PutWrappedKey> DehydratedDevices::seal(const accounts::Session& session,
                                                            const Upload& upload,
                                                            storage::Change& change) {
  keys::FreshLock fresh = ports_.key_ring.lock_for("", session.user.text(), ports_.clock.now());
  std::vector<storage::PutWrappedKey> made = fresh.made;
  for (storage::PutWrappedKey& wrapped : fresh.made) {
    change.mutations.emplace_back(std::move(wrapped));
  }
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(storage::PutDehydratedDevice{
      .user = session.user,
      .device = upload.device,
      .record = storage::seal_record(
          base::to_text(upload.data), fresh.lock,
          storage::dehydrated_device_binding(session.user, upload.device), nonce)});
  return made;
}

runtime::Task<> DehydratedDevices::put(accounts::Session session, Upload upload) {
  check(upload);
  const runtime::Turnstile::Turn inside = co_await ports_.turns.enter(session.user);
  const auto before = co_await ports_.store.find_dehydrated_device(session.user);
  if (!before || before->device != upload.device) {
    co_await require_unused(session.user, upload.device);
  }
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireNoKeyOfDeviceName{session.user, upload.device});
  if (before) change.mutations.emplace_back(storage::DeleteDevice{session.user, before->device});
  change.mutations.emplace_back(storage::PutDevice{.user = session.user,
                                                   .device = upload.device,
                                                   .display_name = upload.display_name,
                                                   .created_at = ports_.clock.now()});
  co_await ports_.keys.add_to(change, {session.user, upload.device}, upload.keys);
  change.mutations.emplace_back(storage::NoteDeviceListChange{session.user, {}});
  const std::vector<storage::PutWrappedKey> made = seal(session, upload, change);
  change.audit = ports_.recorder.record({.who = session.user.text(),
                                         .device = session.device.text(),
                                         .act = "device.dehydrate",
                                         .object = upload.device.text()});
  bool is_named_like_key = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageConflict& conflict) {  // it may be the name, told below
    if (conflict.precondition != storage::RequireNoKeyOfDeviceName::kName) throw;
    is_named_like_key = true;
  }
  if (is_named_like_key) throw accounts::device_named_like_key();
  ports_.key_ring.note_stored(made);
}

runtime::Task<DehydratedDevices::Dehydrated> DehydratedDevices::get(protocol::UserId user) {
  const auto stored = co_await ports_.store.find_dehydrated_device(user);
  if (!stored) throw none();
  co_return Dehydrated{
      .device = stored->device,
      .data = storage::open_record(stored->record, ports_.key_ring,
                                   storage::dehydrated_device_binding(user, stored->device))};
}

runtime::Task<protocol::DeviceId> DehydratedDevices::remove(accounts::Session session) {
  const runtime::Turnstile::Turn inside = co_await ports_.turns.enter(session.user);
  const auto stored = co_await ports_.store.find_dehydrated_device(session.user);
  if (!stored) throw none();
  storage::Change change;
  change.mutations.emplace_back(storage::DeleteDevice{session.user, stored->device});
  change.audit = ports_.recorder.record({.who = session.user.text(),
                                         .device = session.device.text(),
                                         .act = "device.delete",
                                         .object = stored->device.text()});
  co_await ports_.committer.commit(std::move(change));
  co_return stored->device;
}

runtime::Task<DehydratedDevices::Messages> DehydratedDevices::load_messages(
    DeviceAddress device, storage::StreamPosition after) {
  const auto stored = co_await ports_.store.find_dehydrated_device(device.user);
  if (!stored || stored->device != device.device) {
    throw ApiError(ErrorCode::forbidden, "This is not your dehydrated device");
  }
  const storage::StreamPosition last = ports_.committer.last_position();
  ToDevice::Page page = co_await ports_.to_device.load(device, after, last, kPage);
  Messages messages{.events = std::move(page.messages), .until = page.until};
  if (messages.events.size() >= kPage) {
    const ToDevice::Page next = co_await ports_.to_device.load(device, page.until, last, 1);
    if (!next.messages.empty()) messages.more = Messages::More::yes;
  }
  co_return messages;
}

}  // namespace chancery::devices
