// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memory_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace chancery::support {
namespace {

using Content = MemoryDisk::Content;
using State = MemoryDisk::State;

[[noreturn]] void fail(const std::string& path, int number) {
  throw runtime::DiskError(path + ": " + std::generic_category().message(number), number);
}

class MemoryFile final : public runtime::OpenFile {
 public:
  MemoryFile(std::shared_ptr<State> state, std::shared_ptr<Content> content, std::string path)
      : state_(std::move(state)), content_(std::move(content)), path_(std::move(path)) {}

  std::size_t read_at(std::uint64_t offset, std::span<char> into) override {
    const std::lock_guard lock(state_->mutex);
    if (offset >= content_->bytes.size()) return 0;
    return content_->bytes.copy(into.data(), into.size(), offset);
  }

  void append(std::string_view bytes) override {
    const std::lock_guard lock(state_->mutex);
    state_->write(path_, bytes, &content_->bytes);
    content_->bytes += bytes;
  }

  void sync() override {
    const std::lock_guard lock(state_->mutex);
    state_->write(path_, {}, nullptr);
    content_->synced = content_->bytes.size();
    content_->name_synced = true;
  }

  [[nodiscard]] std::uint64_t size() const override {
    const std::lock_guard lock(state_->mutex);
    return content_->bytes.size();
  }

 private:
  std::shared_ptr<State> state_;
  std::shared_ptr<Content> content_;
  std::string path_;
};

}  // namespace

void MemoryDisk::State::write(const std::string& path, std::string_view bytes, std::string* torn) {
  ++writes;
  if (fail_all_with != 0) fail(path, fail_all_with);
  if (writes != fail_at) return;
  if (fail_with == ENOSPC && torn != nullptr) *torn += bytes.substr(0, bytes.size() / 2);
  fail(path, fail_with);
}

MemoryDisk::MemoryDisk() : state_(std::make_shared<State>()) {}

void MemoryDisk::fail_write(std::uint64_t count, int error_number) {
  const std::lock_guard lock(state_->mutex);
  state_->fail_at = state_->writes + count;
  state_->fail_with = error_number;
}

void MemoryDisk::fail_all_writes(int error_number) {
  const std::lock_guard lock(state_->mutex);
  state_->fail_all_with = error_number;
}

void MemoryDisk::cut_power(std::size_t torn_bytes) {
  const std::lock_guard lock(state_->mutex);
  std::erase_if(state_->files, [](const auto& file) { return !file.second->name_synced; });
  for (auto& [path, content] : state_->files) {
    content->bytes.resize(std::min(content->bytes.size(), content->synced + torn_bytes));
  }
}

std::uint64_t MemoryDisk::writes() const {
  const std::lock_guard lock(state_->mutex);
  return state_->writes;
}

std::optional<std::string> MemoryDisk::read_file(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  const auto file = state_->files.find(path);
  if (file == state_->files.end()) return std::nullopt;
  return file->second->bytes;
}

void MemoryDisk::write_file(const std::string& path, std::string_view bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->write(path, bytes, nullptr);
  auto content = std::make_shared<Content>();
  content->bytes = bytes;
  content->synced = bytes.size();
  content->name_synced = true;
  state_->files[path] = std::move(content);
}

std::unique_ptr<runtime::OpenFile> MemoryDisk::create(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  if (state_->files.contains(path)) fail(path, EEXIST);
  state_->write(path, {}, nullptr);
  auto content = std::make_shared<Content>();
  state_->files[path] = content;
  return std::make_unique<MemoryFile>(state_, std::move(content), path);
}

std::unique_ptr<runtime::OpenFile> MemoryDisk::open(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  const auto file = state_->files.find(path);
  if (file == state_->files.end()) return nullptr;
  return std::make_unique<MemoryFile>(state_, file->second, path);
}

void MemoryDisk::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(state_->mutex);
  const auto file = state_->files.find(from);
  if (file == state_->files.end()) fail(from, ENOENT);
  state_->write(to, {}, nullptr);
  const std::shared_ptr<Content> content = file->second;
  content->name_synced = true;
  state_->files.erase(file);
  state_->files[to] = content;
}

bool MemoryDisk::remove(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  return state_->files.erase(path) > 0;
}

std::vector<std::string> MemoryDisk::list(const std::string& folder) {
  const std::lock_guard lock(state_->mutex);
  const std::string prefix = folder.empty() ? "" : folder + "/";
  std::vector<std::string> names;
  for (const auto& [path, content] : state_->files) {
    if (!path.starts_with(prefix)) continue;
    std::string name = path.substr(prefix.size());
    if (name.find('/') == std::string::npos) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace chancery::support
