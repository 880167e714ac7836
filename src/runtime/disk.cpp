// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/disk.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace chancery::runtime {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;
constexpr std::string_view kTemporaryPrefix = ".new-";

[[noreturn]] void fail(const std::string& path, int number) {
  throw DiskError(fmt::format("{}: {}", path, std::generic_category().message(number)), number);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  [[nodiscard]] int get() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void sync_descriptor(int descriptor, const std::string& path) {
  if (::fsync(descriptor) != 0) fail(path, errno);
}

void sync_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) fail(folder, errno);
  sync_descriptor(opened.get(), folder);
}

// Makes `folder` and those above it where missing, each durable in the one above.
void ensure_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), kFolderMode) == 0) return sync_folder(folder_of(folder));
  if (errno == EEXIST) {
    struct stat about{};
    if (::stat(folder.c_str(), &about) != 0) fail(folder, errno);
    if (!S_ISDIR(about.st_mode)) fail(folder, ENOTDIR);
    return;
  }
  if (errno != ENOENT) fail(folder, errno);
  ensure_folder(folder_of(folder));
  if (::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) fail(folder, errno);
  sync_folder(folder_of(folder));
}

void write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

class PosixFile final : public OpenFile {
 public:
  PosixFile(Descriptor descriptor, std::string path, std::string folder_to_sync)
      : descriptor_(std::move(descriptor)),
        path_(std::move(path)),
        folder_to_sync_(std::move(folder_to_sync)) {}

  std::size_t read_at(std::uint64_t offset, std::span<char> into) override {
    std::size_t have = 0;
    while (have < into.size()) {
      const ssize_t got = ::pread(descriptor_.get(), into.data() + have, into.size() - have,
                                  static_cast<off_t>(offset + have));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(path_, errno);
      if (got == 0) break;
      have += static_cast<std::size_t>(got);
    }
    return have;
  }

  void append(std::string_view bytes) override { write_all(descriptor_.get(), bytes, path_); }

  // A new file is durable only when its name is: the folder is synced with the first call.
  void sync() override {
    sync_descriptor(descriptor_.get(), path_);
    if (folder_to_sync_.empty()) return;
    sync_folder(folder_to_sync_);
    folder_to_sync_.clear();
  }

  [[nodiscard]] std::uint64_t size() const override {
    struct stat about{};
    if (::fstat(descriptor_.get(), &about) != 0) fail(path_, errno);
    return static_cast<std::uint64_t>(about.st_size);
  }

 private:
  Descriptor descriptor_;
  std::string path_;
  std::string folder_to_sync_;
};

class PosixDisk final : public Disk {
 public:
  explicit PosixDisk(std::string root) : root_(std::move(root)) { ensure_folder(root_); }

  std::optional<std::string> read_file(const std::string& path) override {
    const auto file = open(path);
    if (!file) return std::nullopt;
    std::string bytes(file->size(), '\0');
    bytes.resize(file->read_at(0, bytes));
    return bytes;
  }

  void write_file(const std::string& path, std::string_view bytes) override {
    const std::string full = full_path(path);
    const std::string folder = folder_of(full);
    ensure_folder(folder);
    static std::atomic<unsigned> counter = 0;
    const std::string fresh =
        fmt::format("{}/{}{}-{}", folder, kTemporaryPrefix, ::getpid(), counter++);
    try {
      const Descriptor file(
          ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode));
      if (!file.is_open()) fail(fresh, errno);
      write_all(file.get(), bytes, full);
      sync_descriptor(file.get(), full);
      if (::rename(fresh.c_str(), full.c_str()) != 0) fail(full, errno);
    } catch (...) {  // the half-written temporary file goes; the failure goes on
      ::unlink(fresh.c_str());
      throw;
    }
    sync_folder(folder);
  }

  std::unique_ptr<OpenFile> create(const std::string& path) override {
    const std::string full = full_path(path);
    ensure_folder(folder_of(full));
    Descriptor file(
        ::open(full.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, kFileMode));
    if (!file.is_open()) fail(full, errno);
    return std::make_unique<PosixFile>(std::move(file), full, folder_of(full));
  }

  std::unique_ptr<OpenFile> open(const std::string& path) override {
    const std::string full = full_path(path);
    Descriptor file(::open(full.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
    if (!file.is_open() && (errno == EACCES || errno == EROFS)) {
      file = Descriptor(::open(full.c_str(), O_RDONLY | O_CLOEXEC));
    }
    if (!file.is_open() && (errno == ENOENT || errno == ENOTDIR)) return nullptr;
    if (!file.is_open()) fail(full, errno);
    return std::make_unique<PosixFile>(std::move(file), full, "");
  }

  void rename(const std::string& from, const std::string& to) override {
    const std::string source = full_path(from);
    const std::string target = full_path(to);
    ensure_folder(folder_of(target));
    if (::rename(source.c_str(), target.c_str()) != 0) fail(target, errno);
    sync_folder(folder_of(target));
    if (folder_of(source) != folder_of(target)) sync_folder(folder_of(source));
  }

  bool remove(const std::string& path) override {
    const std::string full = full_path(path);
    if (::unlink(full.c_str()) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    fail(full, errno);
  }

  std::vector<std::string> list(const std::string& folder) override {
    const std::string full = folder.empty() ? root_ : full_path(folder);
    std::vector<std::string> names;
    DIR* opened = ::opendir(full.c_str());
    if (opened == nullptr) {
      if (errno == ENOENT) return names;
      fail(full, errno);
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> closer(opened, &::closedir);
    while (const dirent* entry = ::readdir(opened)) {
      const std::string_view name = entry->d_name;
      if (entry->d_type != DT_DIR && !name.starts_with(kTemporaryPrefix)) names.emplace_back(name);
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  // Paths come from our own code; one that leaves the folder is still refused.
  [[nodiscard]] std::string full_path(const std::string& path) const {
    const std::string framed = "/" + path + "/";
    if (path.empty() || path.front() == '/' || path.find('\0') != std::string::npos ||
        framed.find("/../") != std::string::npos) {
      fail(path, EINVAL);
    }
    return root_ + "/" + path;
  }

  std::string root_;
};

}  // namespace

std::unique_ptr<Disk> open_disk(const std::string& folder) {
  std::string root = folder.empty() ? "." : folder;
  while (root.size() > 1 && root.back() == '/') root.pop_back();
  return std::make_unique<PosixDisk>(std::move(root));
}

}  // namespace chancery::runtime
