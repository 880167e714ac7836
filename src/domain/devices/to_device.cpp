// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/to_device.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>

namespace chancery::devices {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::size_t kMostMessages = 100'000;  // of one request, all devices together
constexpr std::size_t kMostTypeBytes = 255;
constexpr std::size_t kMostContentBytes = 65'536;

std::string message_text(const ToDevice::Sending& sending, const base::Json& content) {
  std::string text = "{\"content\":";
  const std::size_t before = text.size();
  base::append_text(text, content);
  if (text.size() - before > kMostContentBytes) {
    throw ApiError(ErrorCode::too_large, "A message to a device is too large");
  }
  text += ",\"sender\":";
  base::append_quoted(text, sending.from.user.text());
  text += ",\"type\":";
  base::append_quoted(text, sending.type);
  text += '}';
  return text;
}

}  // namespace

ToDevice::ToDevice(Ports ports)
    : ports_(ports), started_at_(ports.committer.last_position()), newest_of_user_(started_at_) {
  ports_.committer.add_reader(storage::hear(
      [this](const storage::AddToDeviceMessages& add, storage::StreamPosition position) {
        const std::lock_guard lock(mutex_);
        for (const storage::ToDeviceMessage& message : add.messages) {
          newest_.insert_or_assign({message.user, message.device}, position);
          newest_of_user_.note(message.user, position);
        }
      },
      [this](const storage::DeleteDevice& removal) {
        const std::lock_guard lock(mutex_);
        newest_.erase({removal.user, removal.device});
        acknowledged_.erase({removal.user, removal.device});
      }));
}

runtime::Task<> ToDevice::send(Sending sending) {
  if (sending.type.size() > kMostTypeBytes) {
    throw ApiError(ErrorCode::invalid_param, "A type has at most 255 bytes");
  }
  const std::string scope =
      fmt::format("{}|sendToDevice|{}", sending.from.device.text(), sending.type);
  const runtime::Turnstile::Turn inside = co_await sending_.enter(sending.from.user);
  const auto repeated =
      co_await ports_.transactions.find_transaction(sending.from.user, scope, sending.transaction);
  if (repeated) co_return;
  storage::AddToDeviceMessages add;
  co_await collect(sending, add);
  storage::Change change;
  if (!add.messages.empty()) change.mutations.emplace_back(std::move(add));
  change.mutations.emplace_back(storage::RememberTransaction{.user = sending.from.user,
                                                             .scope = scope,
                                                             .transaction = sending.transaction,
                                                             .result = "{}",
                                                             .at = ports_.clock.now()});
  // Content and even kind of such messages are between devices; what is on record is the send.
  co_await ports_.committer.commit(std::move(change));
}

runtime::Task<> ToDevice::collect(const Sending& sending, storage::AddToDeviceMessages& add) {
  for (const auto& [user_text, by_device] : sending.messages) {
    const auto user = protocol::UserId::parse(user_text);
    if (!user || !by_device.is_object()) {
      throw ApiError(ErrorCode::bad_json, "Messages must be objects by user id and device id");
    }
    if (user->server_name() != ports_.server.text()) continue;
    const auto known = co_await ports_.directory.load_devices(*user);
    for (const auto& [device, content] : by_device.get_object()) {
      if (!content.is_object()) throw ApiError(ErrorCode::bad_json, "Content must be an object");
      const std::string text = message_text(sending, content);
      for (const KnownDevice& one : known) {
        const bool is_meant = std::string_view(device) == "*" || one.id.text() == device;
        if (is_meant) add.messages.push_back({*user, one.id, text});
      }
      if (add.messages.size() > kMostMessages) {
        throw ApiError(ErrorCode::too_large, "Too many messages to devices");
      }
    }
  }
}

runtime::Task<ToDevice::Page> ToDevice::load(DeviceAddress device, storage::StreamPosition after,
                                             storage::StreamPosition until, std::size_t limit) {
  Page page{.messages = {}, .until = until};
  {
    const std::lock_guard lock(mutex_);
    if (newest_for(device) <= after) co_return page;
  }
  auto stored =
      co_await ports_.store.load_messages(device.user, device.device, after, until, limit);
  // A page that is full ends at its last message; what is behind it comes with the next sync.
  if (stored.size() >= limit) page.until = stored.back().position;
  for (auto& message : stored) page.messages.push_back(std::move(message.json));
  co_return page;
}

// A token is a client's word: what is still to come cannot have arrived.
storage::StreamPosition ToDevice::bound(storage::StreamPosition until) const {
  return std::min(until, ports_.committer.last_position());
}

// Of what came before the start there may be anything.
storage::StreamPosition ToDevice::newest_for(const DeviceAddress& device) const {
  const auto newest = newest_.find(device);
  return newest == newest_.end() ? started_at_ : newest->second;
}

bool ToDevice::acknowledge_at_once(const DeviceAddress& device, storage::StreamPosition until) {
  until = bound(until);
  const std::lock_guard lock(mutex_);
  const auto known = acknowledged_.find(device);
  if (known == acknowledged_.end()) return until.value == 0;
  storage::StreamPosition& done = known->second;
  if (done >= until) return true;
  if (newest_of_user_.may_have_come(device.user, done) && newest_for(device) > done) return false;
  done = until;
  return true;
}

runtime::Task<> ToDevice::acknowledge(DeviceAddress device, storage::StreamPosition until) {
  if (acknowledge_at_once(device, until)) co_return;
  until = bound(until);
  const auto waiting =
      co_await ports_.store.load_messages(device.user, device.device, {}, until, 1);
  if (!waiting.empty()) {
    storage::Change change;
    change.mutations.emplace_back(
        storage::RemoveToDeviceMessages{device.user, device.device, until});
    co_await ports_.committer.commit(std::move(change));
  }
  // Only now: had it failed, the next sync would have to try again.
  const std::lock_guard lock(mutex_);
  storage::StreamPosition& done = acknowledged_[device];
  done = std::max(done, until);
}

}  // namespace chancery::devices
