// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/appservice_files.hpp"

#include "base/log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <expected>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace chancery::server {
namespace {

constexpr std::size_t kMostFileBytes = 1024 * 1024;
constexpr std::size_t kMostFiles = 1'000;

std::expected<std::string, std::string> read_whole(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(std::generic_category().message(errno));
  std::string text;
  std::array<char, 4096> part{};
  while (file.read(part.data(), part.size()) || file.gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMostFileBytes) return std::unexpected("is too large");
  }
  return text;
}

// Whoever reads the tokens can act as everybody in the namespaces.
void warn_of_readers(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0 || (facts.st_mode & 07) == 0) return;
  base::log_warn("appservice_file_readable", {{"file", path}, {"advice", "chmod 640 or less"}});
}

class Collector {
 public:
  void add(const std::string& path);
  [[nodiscard]] std::vector<appservices::RegistrationFile>& files() { return files_; }
  [[nodiscard]] std::vector<std::string>& problems() { return problems_; }

 private:
  void add_folder(const std::string& path);
  void add_file(const std::string& path);
  std::vector<appservices::RegistrationFile> files_;
  std::vector<std::string> problems_;
};

void Collector::add(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    add_folder(path);
  } else {
    add_file(path);
  }
}

void Collector::add_folder(const std::string& path) {
  std::vector<std::string> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string extension = entry->path().extension().string();
    if (extension == ".yaml" || extension == ".yml") found.push_back(entry->path().string());
  }
  if (error) problems_.push_back(fmt::format("{}: cannot be read: {}", path, error.message()));
  std::ranges::sort(found);
  for (const std::string& file : found) add_file(file);
}

void Collector::add_file(const std::string& path) {
  if (files_.size() >= kMostFiles) {
    problems_.push_back(fmt::format("{}: there are more than {} files", path, kMostFiles));
    return;
  }
  std::expected text = read_whole(path);
  if (!text) {
    problems_.push_back(fmt::format("{}: cannot be read: {}", path, text.error()));
    return;
  }
  warn_of_readers(path);
  files_.push_back({.path = path, .text = *std::move(text)});
}

}  // namespace

std::vector<appservices::Registration> load_registrations(const Config& config) {
  Collector collector;
  for (const std::string& path : config.appservices.files) collector.add(path);
  const auto server = protocol::ServerName::parse(config.server.name);
  std::vector<std::string> problems = std::move(collector.problems());
  // A name that is none is told of with the rest of the configuration.
  appservices::ReadRegistrations read;
  if (server) read = appservices::read_registrations(collector.files(), *server);
  std::ranges::move(read.mistakes, std::back_inserter(problems));
  if (problems.empty()) return std::move(read.registrations);
  std::string text;
  for (const std::string& problem : problems) text += (text.empty() ? "" : "\n") + problem;
  throw ConfigError(text);
}

}  // namespace chancery::server
