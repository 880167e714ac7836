// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The stores, opened: keys, database, migrations, committer, and every store interface over them.
//
// Failure:  storage::StorageError, keys::KeyFileError, runtime::DiskError; nothing was changed when
//           the key is wrong or missing.
// Lifetime: `stop` (or the destructor) writes what waits; before the modules that read the feed
// die.

#include "domain/audit/sealed_recorder.hpp"
#include "domain/keys/epoch_key_ring.hpp"
#include "domain/keys/root_key.hpp"
#include "runtime/clock.hpp"
#include "runtime/io_threads.hpp"
#include "runtime/random.hpp"
#include "server/config.hpp"
#include "server/data_folder.hpp"
#include "storage/commit/committer.hpp"
#include "storage/sql/account_store.hpp"
#include "storage/sql/administration_store.hpp"
#include "storage/sql/application_service_store.hpp"
#include "storage/sql/audit_store.hpp"
#include "storage/sql/dehydrated_device_store.hpp"
#include "storage/sql/delayed_event_store.hpp"
#include "storage/sql/device_key_store.hpp"
#include "storage/sql/event_store.hpp"
#include "storage/sql/key_backup_store.hpp"
#include "storage/sql/mail_store.hpp"
#include "storage/sql/media_store.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sql/oauth_store.hpp"
#include "storage/sql/personal_store.hpp"
#include "storage/sql/pusher_store.hpp"
#include "storage/sql/room_stores.hpp"
#include "storage/sql/search_index_store.hpp"
#include "storage/sql/sync_stores.hpp"
#include "storage/sql/third_party_id_store.hpp"
#include "storage/sql/user_directory_store.hpp"

#include <memory>

namespace chancery::server {

class Stores {
 public:
  struct Ports {
    runtime::IoThreads& threads;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  // Blocks; not from an io thread. Makes what is not there yet.
  Stores(const Config& config, Ports ports);
  ~Stores();
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;

  // After every reader of the feed has been added and before anything else is written: stores the
  // signing key, if it was made just now.
  runtime::Task<> store_fresh_keys();
  void stop() { committer.stop(); }

  // The members in the order of their making, which is that of their needs.
  DataFolder folder;
  keys::RootKey root;
  std::unique_ptr<storage::sql::Database> database;
  storage::sql::MigrationOutcome migration;
  storage::sql::SqlEventStore events;
  storage::sql::SqlReceiptStore receipts;
  storage::sql::SqlDirectoryStore directory;
  storage::sql::SqlAccountStore accounts;
  storage::sql::SqlSessionStore sessions;
  storage::sql::SqlRegistrationStore registration;
  storage::sql::SqlOauthClientStore oauth_clients;
  storage::sql::SqlProfileStore profiles;
  storage::sql::SqlDirectoryWordStore directory_words;
  storage::sql::SqlAccountDataStore account_data;
  storage::sql::SqlFilterStore filters;
  storage::sql::SqlDelayedEventStore delayed_events;
  storage::sql::SqlDehydratedDeviceStore dehydrated_devices;
  storage::sql::SqlDeviceKeyStore device_keys;
  storage::sql::SqlToDeviceStore to_device;
  storage::sql::SqlKeyBackupStore key_backups;
  storage::sql::SqlPusherStore pushers;
  storage::sql::SqlMailStore mail;
  storage::sql::SqlThirdPartyIdStore third_party_ids;
  storage::sql::SqlMediaStore media;
  storage::sql::SqlSearchIndexStore search_index;
  storage::sql::SqlAdministrationStore administration;
  storage::sql::SqlAuditStore audit_records;
  storage::sql::SqlServiceStore application_services;
  storage::sql::SqlSlidingConnectionStore sliding_connections;
  storage::sql::SqlThreadSubscriptionStore thread_subscriptions;
  storage::sql::SqlRemovedStayStore removed_stays;
  keys::EpochKeyRing key_ring;
  storage::Committer committer;
  audit::SealedRecorder recorder;
  keys::EpochKeyRing::Signing signing;
};

}  // namespace chancery::server
