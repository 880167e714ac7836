// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/data_folder.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace chancery::server {
namespace {

[[noreturn]] void fail(std::string_view what, const std::string& path, int number) {
  throw storage::StorageError(
      fmt::format("{} {}: {}", what, path, std::generic_category().message(number)));
}

void make_folder(const std::string& path) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (::mkdir(path.c_str(), 0700) == 0) return;
  if (errno != EEXIST) fail("cannot make the data folder", path, errno);
  if (!std::filesystem::is_directory(path, error)) fail("the data folder is none:", path, ENOTDIR);
}

}  // namespace

DataFolder::DataFolder(std::string path) : path_(std::move(path)) {
  while (path_.size() > 1 && path_.ends_with('/')) path_.pop_back();
  make_folder(path_);
  const std::string name = path_ + "/lock";
  lock_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) fail("cannot write into the data folder", path_, errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int number = errno;
  ::close(lock_);
  if (number != EWOULDBLOCK) fail("cannot lock", name, number);
  throw FolderInUse(fmt::format("the data folder {} is in use by a running server", path_));
}

DataFolder::~DataFolder() { ::close(lock_); }

}  // namespace chancery::server
