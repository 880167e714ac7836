// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/stores.hpp"

#include "domain/keys/stored_keys.hpp"
#include "runtime/disk.hpp"
#include "storage/commit/change.hpp"
#include "storage/postgres/database.hpp"
#include "storage/sql/batch_writer.hpp"
#include "storage/sql/key_store.hpp"
#include "storage/sqlite/database.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <sys/stat.h>
#include <system_error>

namespace chancery::server {
namespace {

namespace sql = storage::sql;

bool is_embedded(const Config& config) { return config.storage.url == "sqlite"; }

// The key file's folder and its name in there.
std::pair<std::string, std::string> split_path(const std::string& path) {
  const std::filesystem::path whole(path);
  const std::string folder = whole.parent_path().string();
  return {folder.empty() ? "." : folder, whole.filename().string()};
}

// systemd shows a credential as readable by its group, which is nobody's: the folder itself lets in
// nobody but the service.
bool is_credential(const Config::Keys& keys, const std::string& path) {
  if (keys.credentials_folder.empty()) return false;
  const std::filesystem::path folder(keys.credentials_folder + "/");
  return std::filesystem::path(path).lexically_normal().parent_path() ==
         folder.lexically_normal().parent_path();
}

// The disk port knows no modes; whoever else may read the file has the keys.
void require_private(const Config::Keys& keys, const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return;
  const mode_t others = is_credential(keys, path) ? 037 : 077;
  if ((facts.st_mode & others) == 0) return;
  throw keys::KeyFileError(
      fmt::format("others than its owner may use the key file {}: chmod 600 it", path));
}

constexpr sql::Statement kCountKeyTables(
    "SELECT count(*) FROM sqlite_schema WHERE name = 'wrapped_keys'",
    "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('wrapped_keys')");

// Whether there is a database already, which then was written with some key.
bool is_written(const Config& config, const DataFolder& folder) {
  std::error_code error;
  if (is_embedded(config)) return std::filesystem::exists(folder.database_path(), error);
  const auto database = storage::postgres::open_postgres({.address = config.storage.url});
  return database->open_writer()->query(kCountKeyTables, {}).integer(0, 0) > 0;
}

keys::RootKey ensure_root_key(const Config& config, const DataFolder& folder,
                              runtime::Random& random) {
  const auto [place, name] = split_path(config.keys_file());
  const std::unique_ptr<runtime::Disk> disk = runtime::open_disk(place);
  if (disk->read_file(name)) {
    require_private(config.keys, config.keys_file());
    return keys::load_root_key(*disk, name);
  }
  if (is_written(config, folder)) {
    throw keys::KeyFileError(fmt::format(
        "the key file {} is not there, but {} was written with one; put it back or name "
        "it by keys.file",
        config.keys_file(), is_embedded(config) ? folder.database_path() : "the database"));
  }
  return keys::create_root_key(*disk, name, random);
}

// A folder that has media had a database as well: a new one in its place would be an empty server
// under the old name, with other keys.
void require_whole(const DataFolder& folder) {
  std::error_code error;
  const std::string media = folder.media_path();
  if (std::filesystem::exists(folder.database_path(), error) ||
      !std::filesystem::exists(media, error)) {
    return;
  }
  throw storage::StorageError(
      fmt::format("there is {} but no {}; put the database back, or name an empty data folder for "
                  "a new server",
                  media, folder.database_path()));
}

std::unique_ptr<sql::Database> open_database(const Config& config, const DataFolder& folder,
                                             const keys::RootKey& root) {
  if (!is_embedded(config))
    return storage::postgres::open_postgres({.address = config.storage.url});
  require_whole(folder);
  return storage::sqlite::open_sqlite(
      {.path = folder.database_path(), .key = root.derive("database")});
}

constexpr sql::Statement kFindServerName("SELECT text FROM meta WHERE name = 'server_name'");
constexpr sql::Statement kPutServerName(
    "INSERT INTO meta (name, number, text) VALUES ('server_name', 0, ?1)");

// The name that the database was made for; it ends every id in there.
void bind_server_name(sql::Database& database, const std::string& name) {
  const std::unique_ptr<sql::Writer> writer = database.open_writer();
  writer->begin();
  const sql::Rows rows = writer->query(kFindServerName, {});
  if (rows.empty()) writer->execute(kPutServerName, {std::string_view(name)});
  writer->commit();
  if (!rows.empty() && rows.text(0, 0) != name) {
    throw ConfigError(
        fmt::format("server.name: this database belongs to \"{}\", not to \"{}\"; a "
                    "server's name cannot be changed",
                    rows.text(0, 0), name));
  }
}

sql::MigrationOutcome prepare(sql::Database& database, const Config& config) {
  const sql::MigrationOutcome outcome = sql::migrate(database);
  bind_server_name(database, config.server.name);
  return outcome;
}

std::vector<storage::WrappedKey> load_keys(sql::Database& database, runtime::IoThreads& threads) {
  sql::SqlKeyStore store(database.reader());
  return threads.run_until(store.load_keys());
}

}  // namespace

Stores::Stores(const Config& config, Ports ports)
    : folder(config.data.path),
      root(ensure_root_key(config, folder, ports.random)),
      database(open_database(config, folder, root)),
      migration(prepare(*database, config)),
      events(database->reader()),
      receipts(database->reader()),
      directory(database->reader()),
      accounts(database->reader()),
      sessions(database->reader()),
      registration(database->reader()),
      oauth_clients(database->reader()),
      profiles(database->reader()),
      directory_words(database->reader()),
      account_data(database->reader()),
      filters(database->reader()),
      delayed_events(database->reader()),
      dehydrated_devices(database->reader()),
      device_keys(database->reader()),
      to_device(database->reader()),
      key_backups(database->reader()),
      pushers(database->reader()),
      mail(database->reader()),
      third_party_ids(database->reader()),
      media(database->reader()),
      search_index(database->reader()),
      administration(database->reader()),
      audit_records(database->reader()),
      application_services(database->reader()),
      sliding_connections(database->reader()),
      thread_subscriptions(database->reader()),
      removed_stays(database->reader()),
      key_ring(root, load_keys(*database, ports.threads), ports.random),
      committer(std::make_unique<sql::SqlBatchWriter>(*database)),
      recorder(key_ring, ports.random, ports.clock),
      signing(key_ring.signing_key()) {
  keys::follow_stored_keys(key_ring, committer);
}

runtime::Task<> Stores::store_fresh_keys() {
  if (signing.made.empty()) co_return;
  storage::Change change;
  for (const storage::PutWrappedKey& key : signing.made) change.mutations.emplace_back(key);
  co_await committer.commit(std::move(change));
}

Stores::~Stores() { committer.stop(); }

}  // namespace chancery::server
