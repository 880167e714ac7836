// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/deliveries.hpp"

#include "base/log.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"

namespace chancery::appservices {

Deliveries::Deliveries(const Registry& registry, Delivery::Ports ports, NewsDesk::Ports news) {
  for (const auto& service : registry.services()) {
    if (!service->is_reachable()) continue;
    deliveries_.push_back(std::make_unique<Delivery>(*service, ports, news));
  }
  if (deliveries_.empty()) return;
  news.feed.add_reader(reader());
  news.feed.add_follower(follower());
  news.typing.add_listener([this](storage::RoomNumber room) {
    tell([room](Signals& signals) { signals.note_typing(room); });
  });
  news.presence.add_listener([this](const protocol::UserId& /*user*/) {
    tell([](Signals& signals) { signals.note_presence(); });
  });
}

// For the services that are told of what passes.
template <typename Note>
void Deliveries::tell(Note note) {
  for (const auto& delivery : deliveries_) {
    if (!delivery->service().facts().receive_ephemeral) continue;
    note(delivery->signals());
    delivery->signals().bell().ring();
  }
}

// Before the position of a change is everyone's: whoever looks as far as there finds it noted.
storage::FeedReader Deliveries::reader() {
  return storage::hear(
      [this](const storage::PutReceipt& receipt) {
        for (const auto& delivery : deliveries_) {
          if (!delivery->service().facts().receive_ephemeral) continue;
          delivery->signals().note_receipts(receipt.room);
        }
      },
      storage::each_of<storage::PutAlias, storage::RemoveAlias>([this](const auto&) {
        for (const auto& delivery : deliveries_) delivery->signals().note_aliases();
      }),
      storage::each_of<storage::AddOneTimeKeys, storage::RemoveOneTimeKey, storage::PutFallbackKey,
                       storage::MarkFallbackKeyUsed>([this](const auto& keys) {
        for (const auto& delivery : deliveries_) {
          const Service& service = delivery->service();
          if (!service.facts().receive_encryption || !service.covers(keys.user)) continue;
          delivery->signals().note_keys({keys.user, keys.device});
        }
      }));
}

storage::FeedReader Deliveries::follower() {
  return storage::hear(
      storage::each_of<storage::AppendEvent, storage::AddToDeviceMessages,
                       storage::NoteDeviceListChange, storage::DeleteDevice, storage::PutReceipt,
                       storage::PutAlias, storage::RemoveAlias, storage::AddOneTimeKeys,
                       storage::RemoveOneTimeKey, storage::PutFallbackKey,
                       storage::MarkFallbackKeyUsed>([this](const auto&) {
        for (const auto& delivery : deliveries_) delivery->signals().bell().ring();
      }));
}

runtime::Task<> Deliveries::run(runtime::CancelToken cancel) {
  if (deliveries_.empty()) co_return;
  for (const auto& delivery : deliveries_) {
    running_.spawn(delivery->run(running_.cancel_token()));
  }
  runtime::Bell never;
  try {
    co_await never.wait(never.ticket(), cancel);
  } catch (const runtime::Cancelled&) {  // thrown again below, when all has ended in order
  }
  co_await stop();
  cancel.throw_if_cancelled();
}

runtime::Task<> Deliveries::stop() {
  co_await running_.stop();
  for (const auto& delivery : deliveries_) {
    try {
      co_await delivery->write();
    } catch (const storage::StorageError& error) {
      // It looks again at what concerned it in nothing; that must not keep the server from
      // stopping.
      base::log_warn("appservice_progress_not_stored", {{"why", error.what()}});
    }
  }
}

void Deliveries::note_alive(const Service& service) {
  for (const auto& delivery : deliveries_) {
    if (&delivery->service() == &service) delivery->note_alive();
  }
}

}  // namespace chancery::appservices
