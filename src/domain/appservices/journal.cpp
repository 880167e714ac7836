// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/journal.hpp"

#include "base/log.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"
#include "storage/record.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace chancery::appservices {
namespace {

constexpr std::string_view kPurpose = "appservices";
constexpr std::size_t kIdCharacters = 12;

// The devices to be acknowledged as one line of JSON, and the body behind it byte for byte.
std::string pack(const News& news) {
  base::JsonArray devices;
  for (const devices::DeviceAddress& device : news.acknowledged) {
    devices.push_back(base::JsonArray{device.user.text(), device.device.text()});
  }
  return base::to_text(devices) + "\n" + news.body;
}

News unpack(std::string packed, storage::StreamPosition reaches) {
  const std::size_t end = packed.find('\n');
  if (end == std::string::npos) throw storage::StorageCorrupt("a transaction without its head");
  News news{.body = packed.substr(end + 1),
            .reaches = reaches,
            .acknowledged = {},
            .kept = News::Kept::yes};
  const auto devices = base::parse_json(std::string_view(packed).substr(0, end));
  if (!devices || !devices->is_array()) return news;
  for (const base::Json& device : devices->get_array()) {
    const base::JsonArray& pair = device.as_array();
    news.acknowledged.push_back({protocol::UserId::trusted(std::string(pair.at(0).as_string())),
                                 protocol::DeviceId::trusted(std::string(pair.at(1).as_string()))});
  }
  return news;
}

}  // namespace

runtime::Task<std::optional<Journal::Entry>> Journal::load(std::string service) {
  auto stored = co_await ports_.store.find_delivery(service);
  if (!stored) co_return std::nullopt;
  Entry entry{.told = stored->told, .under_way = std::nullopt};
  if (stored->transaction.empty()) co_return entry;
  try {
    std::string packed = storage::open_record(
        stored->record, ports_.keys, storage::service_binding(service, stored->transaction));
    entry.under_way = Transaction{.id = std::move(stored->transaction),
                                  .news = unpack(std::move(packed), stored->reaches)};
  } catch (const storage::StorageCorrupt& error) {
    // Its key was destroyed: what is left of it is told under another id.
    base::log_warn("appservice_transaction_not_opened",
                   {{"service", service}, {"why", error.what()}});
  }
  co_return entry;
}

runtime::Task<Transaction> Journal::begin(std::string service, News news) {
  // The random part: a database that was set back to a copy counts the same positions again, and
  // a service passes over ids that it has seen.
  Transaction transaction{
      .id = fmt::format("{}.{}", news.reaches.value, ports_.random.alphanumeric(kIdCharacters)),
      .news = std::move(news)};
  if (transaction.news.kept == News::Kept::no) co_return transaction;
  storage::Change change;
  keys::FreshLock fresh = ports_.keys.lock_for_purpose(kPurpose, ports_.clock.now());
  for (const storage::PutWrappedKey& key : fresh.made) change.mutations.emplace_back(key);
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(storage::PutServiceTransaction{
      .service = service,
      .reaches = transaction.news.reaches,
      .transaction = transaction.id,
      .record = storage::seal_record(pack(transaction.news), fresh.lock,
                                     storage::service_binding(service, transaction.id), nonce)});
  co_await ports_.committer.commit(std::move(change));
  ports_.keys.note_stored(fresh.made);
  co_return transaction;
}

runtime::Task<> Journal::finish(std::string service, Transaction transaction) {
  if (transaction.news.kept == News::Kept::no) co_return;
  storage::Change change;
  change.mutations.emplace_back(
      storage::NoteServiceTold{std::move(service), transaction.news.reaches});
  for (devices::DeviceAddress& device : transaction.news.acknowledged) {
    change.mutations.emplace_back(storage::RemoveToDeviceMessages{
        std::move(device.user), std::move(device.device), transaction.news.reaches});
  }
  co_await ports_.committer.commit(std::move(change));
}

runtime::Task<> Journal::note_told(std::string service, storage::StreamPosition told) {
  storage::Change change;
  change.mutations.emplace_back(storage::NoteServiceTold{std::move(service), told});
  co_await ports_.committer.commit(std::move(change));
}

}  // namespace chancery::appservices
