// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/database.hpp"

#include "storage/errors.hpp"
#include "storage/sqlite/checkpoints.hpp"
#include "storage/sqlite/connection.hpp"
#include "storage/sqlite/encrypting_vfs.hpp"

#include <fmt/core.h>
#include <openssl/crypto.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace chancery::storage::sqlite {
namespace {

constexpr sql::Statement kBegin("BEGIN IMMEDIATE");
constexpr sql::Statement kCommit("COMMIT");
constexpr sql::Statement kRollBack("ROLLBACK");

// Connections that wait for a read. A read holds one for as long as it runs.
class ReaderPool final : public sql::Reader {
 public:
  explicit ReaderPool(ConnectionOptions options) : options_(std::move(options)) {}

  runtime::Task<sql::Rows> read(const sql::Statement& statement,
                                sql::Parameters parameters) override {
    const Loan loan(*this);
    co_return loan.connection->query(statement, parameters);
  }

 private:
  struct Loan {
    explicit Loan(ReaderPool& from) : pool(from), connection(from.take()) {}
    ~Loan() { pool.give_back(std::move(connection)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ReaderPool& pool;
    std::unique_ptr<Connection> connection;
  };

  std::unique_ptr<Connection> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back());
        idle_.pop_back();
        return connection;
      }
    }
    return std::make_unique<Connection>(options_);
  }
  void give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }

  ConnectionOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;  // the last used first: its cache is warm
};

// Held by whoever writes, in whatever process: a second server would give positions twice.
class WriterLock {
 public:
  explicit WriterLock(const std::string& database) {
    const std::string path = database + ".lock";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
    const int error = errno;
    if (file_ >= 0) ::close(file_);
    throw StorageError(error == EWOULDBLOCK
                           ? fmt::format("{}: another server writes to this database", database)
                           : fmt::format("{}: {}", path, std::strerror(error)));
  }
  ~WriterLock() { ::close(file_); }
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

 private:
  int file_ = -1;
};

class SqliteWriter final : public sql::Writer {
 public:
  SqliteWriter(const ConnectionOptions& options, Checkpoints& checkpoints)
      : lock_(options.path), connection_(options), checkpoints_(checkpoints) {}

  void begin() override {
    if (is_broken_) throw StorageError("the disk failed to sync: restart the server");
    connection_.execute(kBegin, {});
  }
  void execute(const sql::Statement& statement, const sql::Parameters& parameters) override {
    connection_.execute(statement, parameters);
  }
  sql::Rows query(const sql::Statement& statement, const sql::Parameters& parameters) override {
    return connection_.query(statement, parameters);
  }
  void commit() override {
    try {
      connection_.execute(kCommit, {});
    } catch (const StorageError&) {
      // After a failed sync the kernel may have dropped the bytes and call the next sync a success:
      // nothing written by this program can be trusted any more.
      is_broken_ = connection_.has_failed_to_sync();
      throw;
    }
    checkpoints_.note_commit(connection_, connection_.log_frames());
  }
  void roll_back() override {
    // A full disk and its like have ended the transaction already.
    if (connection_.is_in_transaction()) connection_.execute(kRollBack, {});
  }

  Connection& connection() { return connection_; }

 private:
  WriterLock lock_;
  Connection connection_;
  Checkpoints& checkpoints_;
  bool is_broken_ = false;
};

class SqliteDatabase final : public sql::Database {
 public:
  explicit SqliteDatabase(SqliteOptions options)
      : options_(std::move(options)),
        vfs_(make_vfs(options_)),
        readers_(connection_options(ConnectionOptions::Access::read)),
        checkpoints_(connection_options(ConnectionOptions::Access::write),
                     options_.checkpoint_frames) {}

  [[nodiscard]] sql::Engine engine() const override { return sql::Engine::sqlite; }
  [[nodiscard]] sql::Reader& reader() override { return readers_; }
  [[nodiscard]] std::unique_ptr<sql::Writer> open_writer() override {
    return std::make_unique<SqliteWriter>(connection_options(ConnectionOptions::Access::write),
                                          checkpoints_);
  }
  void run_script(sql::Writer& writer, std::string_view script) override {
    dynamic_cast<SqliteWriter&>(writer).connection().run_script(std::string(script));
  }

 private:
  [[nodiscard]] ConnectionOptions connection_options(ConnectionOptions::Access access) const {
    const bool writes = access == ConnectionOptions::Access::write;
    return {.path = options_.path,
            .vfs = vfs_ ? vfs_->name() : "",
            .cache_kilobytes =
                writes ? options_.writer_cache_kilobytes : options_.reader_cache_kilobytes,
            .access = access};
  }

  static std::unique_ptr<EncryptingVfs> make_vfs(SqliteOptions& options) {
    if (options.key.empty()) return nullptr;
    auto vfs = std::make_unique<EncryptingVfs>(options.key, options.vfs_below);
    OPENSSL_cleanse(options.key.data(), options.key.size());
    return vfs;
  }

  SqliteOptions options_;
  std::unique_ptr<EncryptingVfs> vfs_;
  ReaderPool readers_;
  Checkpoints checkpoints_;
};

// Opened without its key, an encrypted database would lose its log: SQLite would take that for
// empty and delete it. (With a wrong key the encrypting layer refuses.)
void refuse_encrypted(const std::string& path) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::array<char, kMagic.size()> beginning{};
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw StorageError(fmt::format("{}: {}", path, std::strerror(errno)));
  const ssize_t size = ::read(file, beginning.data(), beginning.size());
  ::close(file);
  if (size <= 0 || std::string_view(beginning.data(), beginning.size()) == kMagic) return;
  throw StorageError(fmt::format("{}: encrypted, or not a database; no key was given", path));
}

// SQLite would make the file readable by others as far as the umask lets it.
void ensure_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw StorageError(fmt::format("{}: {}", path, std::strerror(errno)));
  ::close(file);
}

}  // namespace

std::unique_ptr<sql::Database> open_sqlite(SqliteOptions options) {
  ensure_private_file(options.path);
  if (options.key.empty()) refuse_encrypted(options.path);
  return std::make_unique<SqliteDatabase>(std::move(options));
}

}  // namespace chancery::storage::sqlite
