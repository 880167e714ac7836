// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/media_files.hpp"

#include "base/assert.hpp"
#include "base/base64.hpp"
#include "base/log.hpp"
#include "storage/errors.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

namespace chancery::media {
namespace {

constexpr std::string_view kTemporaryFolder = "tmp";
constexpr std::size_t kTemporaryNameBytes = 16;
constexpr std::size_t kNameBytes = 32;

std::string folder_of(std::uint8_t first) {
  return base::encode_hex(std::string(1, static_cast<char>(first)));
}

std::string path_of(const std::string& name) {
  return folder_of(static_cast<std::uint8_t>(name.front())) + "/" + base::encode_hex(name);
}

// Runs `work`; what the disk cannot do is a failure of storage to everyone above.
template <typename Work>
auto on_disk(Work&& work) {
  try {
    return work();
  } catch (const runtime::DiskError& error) {  // see above
    throw storage::StorageError(error.what());
  }
}

// For destructors: what cannot be removed now is removed at a later start.
void remove_quietly(runtime::Disk& disk, const std::string& path) noexcept {
  try {
    disk.remove(path);
  } catch (const std::exception& error) {  // see above
    base::log_warn("media_file_not_removed", {{"what", error.what()}});
  }
}

}  // namespace

// A file in media/tmp; removed unless it was renamed. Used on the worker pool, and destroyed
// wherever an upload ends.
class MediaFiles::Incoming {
 public:
  Incoming(MediaFiles& files, std::string path, std::string key)
      : files_(files), path_(std::move(path)), key_(std::move(key)) {}
  ~Incoming() {
    OPENSSL_cleanse(key_.data(), key_.size());
    if (!path_.empty()) files_.give_up(std::move(path_), std::move(writer_), {});
  }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  [[nodiscard]] const std::string& key() const { return key_; }
  // Apart from the constructor: what was begun when this fails is the destructor's to remove.
  void begin() {
    on_disk([&] {
      writer_ = std::make_unique<EncryptedFileWriter>(files_.ports_.disk.create(path_), key_);
    });
  }
  void add(std::string_view content) {
    on_disk([&] { writer_->add(content); });
  }
  EncryptedFileWriter::Written finish() {
    return on_disk([&] { return writer_->finish(); });
  }
  void rename_to(const std::string& path) {
    on_disk([&] { files_.ports_.disk.rename(path_, path); });
    path_.clear();
  }

 private:
  MediaFiles& files_;
  std::string path_;
  std::string key_;
  std::unique_ptr<EncryptedFileWriter> writer_;
};

FreshFile::FreshFile(MediaFiles& files, EncryptedFileWriter::Written written, std::string key)
    : files_(&files), written_(std::move(written)), key_(std::move(key)) {}

FreshFile::FreshFile(FreshFile&& other) noexcept
    : files_(std::exchange(other.files_, nullptr)),
      written_(std::move(other.written_)),
      key_(std::move(other.key_)),
      fate_(other.fate_) {}

FreshFile::~FreshFile() {
  OPENSSL_cleanse(key_.data(), key_.size());
  if (files_ == nullptr) return;
  if (fate_ == Fate::keep) {
    files_->let_go(written_.file_hash);
    return;
  }
  std::string path = path_of(written_.file_hash);
  files_->give_up(std::move(path), nullptr, std::move(written_.file_hash));
}

ContentReader::ContentReader(runtime::WorkerPool& workers,
                             std::shared_ptr<EncryptedFileReader> file, std::string first_chunk)
    : workers_(workers),
      file_(std::move(file)),
      first_chunk_(std::move(first_chunk)),
      end_(file_->size()) {}

void ContentReader::select(std::uint64_t begin, std::uint64_t length) {
  CHANCERY_ASSERT(begin <= file_->size() && length <= file_->size() - begin);
  at_ = begin;
  end_ = begin + length;
}

runtime::Task<std::string> ContentReader::next() {
  if (at_ == end_) co_return std::string();
  const std::uint64_t number = at_ / kChunkBytes;
  std::string chunk;
  if (number == 0 && !first_chunk_.empty()) {
    chunk = std::exchange(first_chunk_, {});
  } else {
    auto work = [file = file_, number] {
      return on_disk([&] { return file->read_chunk(number); });
    };
    chunk = co_await workers_.run(std::move(work));
  }
  const std::uint64_t begin = number * kChunkBytes;
  const std::uint64_t from = at_ - begin;
  const std::uint64_t length = std::min<std::uint64_t>(chunk.size() - from, end_ - at_);
  at_ += length;
  if (from == 0 && length == chunk.size()) co_return chunk;
  co_return chunk.substr(from, length);
}

void MediaFiles::hold(const std::string& name) {
  const std::lock_guard lock(mutex_);
  held_.insert(name);
}

void MediaFiles::let_go(const std::string& name) {
  const std::lock_guard lock(mutex_);
  held_.erase(name);
}

MediaFiles::~MediaFiles() {
  std::unique_lock lock(mutex_);
  removed_.wait(lock, [this] { return removals_ == 0; });
}

void MediaFiles::give_up(std::string path, std::unique_ptr<EncryptedFileWriter> writer,
                         std::string name) {
  {
    const std::lock_guard lock(mutex_);
    ++removals_;
  }
  ports_.workers.post(
      [this, path = std::move(path), writer = std::move(writer), name = std::move(name)]() mutable {
        writer.reset();
        remove_quietly(ports_.disk, path);
        // Told under the mutex: whoever waits for it destroys this.
        const std::lock_guard lock(mutex_);
        held_.erase(name);
        --removals_;
        removed_.notify_all();
      });
}

runtime::Task<std::shared_ptr<MediaFiles::Incoming>> MediaFiles::begin() {
  auto work = [this] {
    std::string path = fmt::format("{}/{}", kTemporaryFolder,
                                   base::encode_hex(ports_.random.bytes(kTemporaryNameBytes)));
    auto incoming =
        std::make_shared<Incoming>(*this, std::move(path), ports_.random.bytes(kFileKeyBytes));
    incoming->begin();
    return incoming;
  };
  co_return co_await ports_.workers.run(std::move(work));
}

runtime::Task<FreshFile> MediaFiles::land(std::shared_ptr<Incoming> incoming) {
  auto work = [this, incoming] {
    EncryptedFileWriter::Written written = incoming->finish();
    hold(written.file_hash);
    // From here on the file, wherever it is, goes with this object.
    auto fresh = std::make_shared<FreshFile>(FreshFile(*this, written, incoming->key()));
    incoming->rename_to(path_of(written.file_hash));
    return fresh;
  };
  const std::shared_ptr<FreshFile> fresh = co_await ports_.workers.run(std::move(work));
  co_return std::move(*fresh);
}

runtime::Task<FreshFile> MediaFiles::write(ContentSource& source) {
  const std::shared_ptr<Incoming> incoming = co_await begin();
  std::string batch;
  while (true) {
    std::string piece = co_await source.next();
    const bool is_end = piece.empty();
    batch += piece;
    // Small pieces are gathered: a round trip to the pool is not free.
    if (batch.size() >= kChunkBytes || (is_end && !batch.empty())) {
      auto work = [incoming, content = std::exchange(batch, {})] {
        incoming->add(content);
        return true;
      };
      co_await ports_.workers.run(std::move(work));
    }
    if (is_end) break;
  }
  co_return co_await land(incoming);
}

runtime::Task<FreshFile> MediaFiles::write(std::string content) {
  const std::shared_ptr<Incoming> incoming = co_await begin();
  auto work = [incoming, content = std::move(content)] {
    incoming->add(content);
    return true;
  };
  co_await ports_.workers.run(std::move(work));
  co_return co_await land(incoming);
}

runtime::Task<std::unique_ptr<ContentReader>> MediaFiles::open(std::string name, std::string key,
                                                               std::uint64_t size) {
  if (name.size() != kNameBytes) throw storage::StorageCorrupt("a media file's name is cut off");
  struct Opened {
    std::shared_ptr<EncryptedFileReader> file;
    std::string first_chunk;
  };
  auto work = [this, name, key = std::move(key), size]() mutable {
    return on_disk([&] {
      std::unique_ptr<runtime::OpenFile> file = ports_.disk.open(path_of(name));
      if (!file) throw storage::StorageCorrupt("media file " + path_of(name) + " is missing");
      Opened opened;
      opened.file = std::make_shared<EncryptedFileReader>(std::move(file), std::move(key), size);
      opened.first_chunk = opened.file->read_chunk(0);
      return opened;
    });
  };
  Opened opened = co_await ports_.workers.run(std::move(work));
  co_return std::make_unique<ContentReader>(ports_.workers, std::move(opened.file),
                                            std::move(opened.first_chunk));
}

runtime::Task<> MediaFiles::remove(std::vector<std::string> names) {
  auto work = [this, names = std::move(names)] {
    for (const std::string& name : names) on_disk([&] { ports_.disk.remove(path_of(name)); });
    return true;
  };
  co_await ports_.workers.run(std::move(work));
}

runtime::Task<std::size_t> MediaFiles::remove_unfinished() {
  auto work = [this] {
    const std::string folder(kTemporaryFolder);
    const std::vector<std::string> names = on_disk([&] { return ports_.disk.list(folder); });
    for (const std::string& name : names) {
      remove_quietly(ports_.disk, fmt::format("{}/{}", folder, name));
    }
    return names.size();
  };
  co_return co_await ports_.workers.run(std::move(work));
}

runtime::Task<std::vector<std::string>> MediaFiles::list_settled(std::uint8_t first) {
  auto work = [this, first] {
    // The listing comes before the look at what is held: a file that is let go in between has its
    // row by then.
    std::vector<std::string> found = on_disk([&] { return ports_.disk.list(folder_of(first)); });
    std::vector<std::string> names;
    const std::lock_guard lock(mutex_);
    for (const std::string& text : found) {
      auto name = base::decode_hex(text);
      if (name && name->size() == kNameBytes && !held_.contains(*name)) {
        names.push_back(*std::move(name));
      }
    }
    return names;
  };
  co_return co_await ports_.workers.run(std::move(work));
}

}  // namespace chancery::media
