// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sqlite/encrypting_vfs.hpp"

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "storage/errors.hpp"
#include "storage/sqlite/encrypted_file.hpp"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sqlite3.h>

#include <atomic>
#include <cstring>
#include <exception>
#include <new>
#include <span>

namespace chancery::storage::sqlite {

struct EncryptingVfs::State {
  std::string name;
  sqlite3_vfs* below = nullptr;
  sqlite3_vfs vfs{};
  std::string database_key;
  std::string log_key;
  std::string journal_key;
};

namespace {

constexpr std::size_t kDatabaseSector = 4'096;
constexpr std::size_t kLogSector = 512;
constexpr std::string_view kMagic("SQLite format 3\0", 16);

// Of what the device below promises, what still holds when a write rewrites its whole sector. Not
// POWERSAFE_OVERWRITE: bytes beside a write do change. SQLite then pads each commit in the log to
// the sector, so that no committed frame shares a sector with the next commit's.
constexpr int kKeptCharacteristics = SQLITE_IOCAP_ATOMIC512 | SQLITE_IOCAP_IMMUTABLE |
                                     SQLITE_IOCAP_SEQUENTIAL | SQLITE_IOCAP_BATCH_ATOMIC |
                                     SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN;

// What SQLite holds of an open file; the file of the VFS below lies behind it.
struct OpenFile {
  sqlite3_file base;
  EncryptedFile* encrypted;  // null: passed through as it is
};

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<OpenFile*>(file) + 1);
}
EncryptedFile* encrypted(sqlite3_file* file) {
  return reinterpret_cast<OpenFile*>(file)->encrypted;
}

// SQLite is C: no exception may pass through it.
template <typename Work>
int guarded(Work work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {  // has a code of its own
    return SQLITE_NOMEM;
  } catch (const std::exception&) {  // told by the code that every call can give
    return SQLITE_IOERR;
  }
}

// What was held back goes before anything that does not pass EncryptedFile.
int flush(sqlite3_file* file) {
  if (encrypted(file) == nullptr) return SQLITE_OK;
  return guarded([&] { return encrypted(file)->flush(); });
}

int close_file(sqlite3_file* file) {
  flush(file);  // who closes without a sync was promised nothing
  delete encrypted(file);
  return real(file)->pMethods->xClose(real(file));
}
int read_file(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
  if (encrypted(file) == nullptr)
    return real(file)->pMethods->xRead(real(file), into, amount, offset);
  return guarded([&] {
    return encrypted(file)->read(
        {static_cast<unsigned char*>(into), static_cast<std::size_t>(amount)}, offset);
  });
}
int write_file(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
  if (encrypted(file) == nullptr) {
    return real(file)->pMethods->xWrite(real(file), bytes, amount, offset);
  }
  return guarded([&] {
    return encrypted(file)->write(
        {static_cast<const unsigned char*>(bytes), static_cast<std::size_t>(amount)}, offset);
  });
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (encrypted(file) == nullptr) return real(file)->pMethods->xTruncate(real(file), size);
  return guarded([&] { return encrypted(file)->truncate(size); });
}
int sync_file(sqlite3_file* file, int flags) {
  if (const int failed = flush(file); failed != SQLITE_OK) return failed;
  if (encrypted(file) != nullptr) encrypted(file)->forget_sector();
  return real(file)->pMethods->xSync(real(file), flags);
}
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  if (const int failed = flush(file); failed != SQLITE_OK) return failed;
  const int result = real(file)->pMethods->xFileSize(real(file), size);
  // A torn sector at the end is not there; else SQLite would take its absence for a broken disk.
  if (result == SQLITE_OK && encrypted(file) != nullptr) *size = encrypted(file)->round_down(*size);
  return result;
}
int lock_file(sqlite3_file* file, int level) {
  if (encrypted(file) != nullptr) encrypted(file)->forget_sector();
  return real(file)->pMethods->xLock(real(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}
int check_reserved_lock(sqlite3_file* file, int* result) {
  return real(file)->pMethods->xCheckReservedLock(real(file), result);
}
int control_file(sqlite3_file* file, int what, void* argument) {
  if (const int failed = flush(file); failed != SQLITE_OK) return failed;
  if (encrypted(file) != nullptr && argument != nullptr) {
    if (what == SQLITE_FCNTL_SIZE_HINT) {
      auto* size = static_cast<sqlite3_int64*>(argument);
      *size = encrypted(file)->round_up(*size);
    } else if (what == SQLITE_FCNTL_CHUNK_SIZE) {
      auto* size = static_cast<int*>(argument);
      *size = static_cast<int>(encrypted(file)->round_up(*size));
    }
  }
  return real(file)->pMethods->xFileControl(real(file), what, argument);
}
int sector_size(sqlite3_file* file) {
  if (encrypted(file) != nullptr) return static_cast<int>(encrypted(file)->sector_bytes());
  return real(file)->pMethods->xSectorSize(real(file));
}
int device_characteristics(sqlite3_file* file) {
  const int all = real(file)->pMethods->xDeviceCharacteristics(real(file));
  return encrypted(file) == nullptr ? all : all & kKeptCharacteristics;
}
int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return real(file)->pMethods->xShmMap(real(file), region, size, extend, memory);
}
int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
  return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}
void barrier_shared(sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); }
int unmap_shared(sqlite3_file* file, int remove) {
  return real(file)->pMethods->xShmUnmap(real(file), remove);
}

// Version 2: without xFetch, so that nothing is ever mapped.
constexpr sqlite3_io_methods kMethods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = barrier_shared,
    .xShmUnmap = unmap_shared,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

EncryptedFile* make_encrypted(const EncryptingVfs::State& state, sqlite3_file* file, int flags) {
  if ((flags & SQLITE_OPEN_SUPER_JOURNAL) != 0) return nullptr;  // names of files alone
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    return new EncryptedFile(file, state.database_key, kDatabaseSector);
  }
  if ((flags & SQLITE_OPEN_WAL) != 0) {
    return new EncryptedFile(file, state.log_key, kLogSector, EncryptedFile::Writes::gathered);
  }
  if ((flags & SQLITE_OPEN_MAIN_JOURNAL) != 0) {
    return new EncryptedFile(file, state.journal_key, kLogSector);
  }
  // Temporary: nobody reads it after this program.
  std::string key(SectorCipher::kKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1) {
    throw StorageError("no random bytes");
  }
  return new EncryptedFile(file, key, kLogSector);
}

// With a wrong key SQLite would take the log for empty and delete it when it closes. A file shorter
// than a sector is one whose making was cut off; there is nothing in it to lose.
int check_beginning(EncryptedFile& file) {
  sqlite3_int64 size = 0;
  if (const int failed = file.real()->pMethods->xFileSize(file.real(), &size);
      failed != SQLITE_OK) {
    return failed;
  }
  if (size < static_cast<sqlite3_int64>(kDatabaseSector)) return SQLITE_OK;
  std::array<unsigned char, kMagic.size()> beginning{};
  if (const int failed = file.read(beginning, 0); failed != SQLITE_OK) return failed;
  const bool is_database = std::memcmp(beginning.data(), kMagic.data(), kMagic.size()) == 0;
  // Zeros: the first page was never written, its file only grown.
  const bool is_unwritten = beginning == std::array<unsigned char, kMagic.size()>{};
  return is_database || is_unwritten ? SQLITE_OK : SQLITE_NOTADB;
}

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
  const auto& state = *static_cast<const EncryptingVfs::State*>(vfs->pAppData);
  auto* made = reinterpret_cast<OpenFile*>(file);
  *made = {};
  const int opened = state.below->xOpen(state.below, path, real(file), flags, out_flags);
  if (opened != SQLITE_OK) return opened;
  const int result = guarded([&] {
    made->encrypted = make_encrypted(state, real(file), flags);
    return (flags & SQLITE_OPEN_MAIN_DB) != 0 ? check_beginning(*made->encrypted) : SQLITE_OK;
  });
  if (result == SQLITE_OK) {
    made->base.pMethods = &kMethods;
    return SQLITE_OK;
  }
  delete made->encrypted;
  made->encrypted = nullptr;
  real(file)->pMethods->xClose(real(file));
  return result;
}

// The rest goes to the VFS below, which wants itself as the first argument.
sqlite3_vfs* below(sqlite3_vfs* vfs) {
  return static_cast<const EncryptingVfs::State*>(vfs->pAppData)->below;
}
int delete_file(sqlite3_vfs* vfs, const char* path, int sync) {
  return below(vfs)->xDelete(below(vfs), path, sync);
}
int access_file(sqlite3_vfs* vfs, const char* path, int flags, int* result) {
  return below(vfs)->xAccess(below(vfs), path, flags, result);
}
int full_path(sqlite3_vfs* vfs, const char* path, int size, char* out) {
  return below(vfs)->xFullPathname(below(vfs), path, size, out);
}
int random_bytes(sqlite3_vfs* vfs, int size, char* out) {
  return below(vfs)->xRandomness(below(vfs), size, out);
}
int wait_a_while(sqlite3_vfs* vfs, int microseconds) {
  return below(vfs)->xSleep(below(vfs), microseconds);
}
int current_time(sqlite3_vfs* vfs, sqlite3_int64* milliseconds) {
  return below(vfs)->xCurrentTimeInt64(below(vfs), milliseconds);
}
int last_error(sqlite3_vfs* vfs, int size, char* out) {
  return below(vfs)->xGetLastError(below(vfs), size, out);
}

std::string derive(std::string_view key, std::string_view role) {
  return base::hkdf_sha256(key, "", fmt::format("chancery/sqlite/v1/{}", role),
                           SectorCipher::kKeyBytes);
}

}  // namespace

EncryptingVfs::EncryptingVfs(std::string_view key, const std::string& below_name)
    : state_(std::make_unique<State>()) {
  CHANCERY_ASSERT(key.size() == 32);
  static std::atomic<int> count = 0;
  state_->name = fmt::format("chancery-{}", ++count);
  state_->below = sqlite3_vfs_find(below_name.empty() ? nullptr : below_name.c_str());
  CHANCERY_ASSERT(state_->below != nullptr && state_->below->iVersion >= 2);
  state_->database_key = derive(key, "db");
  state_->log_key = derive(key, "wal");
  state_->journal_key = derive(key, "jrnl");

  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(OpenFile)) + state_->below->szOsFile;
  vfs.mxPathname = state_->below->mxPathname;
  vfs.zName = state_->name.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = random_bytes;
  vfs.xSleep = wait_a_while;
  vfs.xGetLastError = last_error;
  vfs.xCurrentTimeInt64 = current_time;
  if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) throw StorageError("SQLite takes no VFS");
}

EncryptingVfs::~EncryptingVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
  for (std::string* key : {&state_->database_key, &state_->log_key, &state_->journal_key}) {
    OPENSSL_cleanse(key->data(), key->size());
  }
}

const std::string& EncryptingVfs::name() const { return state_->name; }

}  // namespace chancery::storage::sqlite
