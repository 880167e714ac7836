// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/named_files.hpp"

#include "runtime/tls_files.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace chancery::server {
namespace {

std::string why_not(int error) { return std::generic_category().message(error); }

// Why the file cannot be used in that way, by the number of the system; 0: it can.
int find_obstacle(const std::string& path, int mode) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return EISDIR;
  return ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 ? 0 : errno;
}

// Collects what is wrong and what could not be looked at.
class FileCheck {
 public:
  explicit FileCheck(const LoadedConfig& loaded) : loaded_(loaded) {}

  void check_listeners();
  void check_outbound();
  void check_worker();
  std::vector<Risk> finish();

 private:
  // Whether it can be read; else it is noted.
  [[nodiscard]] bool may_read(std::string_view key, const std::string& name,
                              const std::string& path);
  void note(std::string_view key, const std::string& text) {
    const auto origin = loaded_.origins.find(key);
    problems_ += fmt::format("{}{}: {}", problems_.empty() ? "" : "\n",
                             origin == loaded_.origins.end() ? "default" : origin->second, text);
  }

  const LoadedConfig& loaded_;
  std::string problems_;
  std::vector<Risk> unseen_;
};

bool FileCheck::may_read(std::string_view key, const std::string& name, const std::string& path) {
  const int obstacle = find_obstacle(path, R_OK);
  if (obstacle == EACCES) {
    unseen_.push_back({.event = "file_not_checked",
                       .where = name + " " + path,
                       .advice = "whoever runs this check may not read it; run it as the user "
                                 "that the server runs as"});
  } else if (obstacle != 0) {
    note(key, fmt::format("{}: cannot read {}: {}", name, path, why_not(obstacle)));
  }
  return obstacle == 0;
}

void FileCheck::check_listeners() {
  for (const ListenerConfig& listener : loaded_.values.listeners) {
    if (!listener.tls) continue;
    const bool has_certificate = may_read("listener", "certificate", listener.certificate);
    const bool has_key = may_read("listener", "private_key", listener.private_key);
    if (!has_certificate || !has_key) continue;
    const auto fault = runtime::find_fault(
        {.certificate_chain = listener.certificate, .private_key = listener.private_key});
    if (fault) note("listener", *fault);
  }
}

void FileCheck::check_outbound() {
  const std::string& path = loaded_.values.outbound.certificates;
  if (path.empty() || !may_read("outbound.certificates", "outbound.certificates", path)) return;
  if (const auto fault = runtime::find_fault_of_authorities(path)) {
    note("outbound.certificates", "outbound.certificates: " + *fault);
  }
}

void FileCheck::check_worker() {
  const std::string& path = loaded_.values.media.worker;
  if (path.empty()) {
    if (auto risk = find_worker_risk(loaded_.values)) unseen_.push_back(*std::move(risk));
    return;
  }
  if (const int obstacle = find_obstacle(path, X_OK)) {
    note("media.worker", fmt::format("media.worker: cannot run {}: {}", path, why_not(obstacle)));
  }
}

std::vector<Risk> FileCheck::finish() {
  if (!problems_.empty()) throw ConfigError(problems_);
  return std::move(unseen_);
}

}  // namespace

std::vector<Risk> check_named_files(const LoadedConfig& loaded) {
  FileCheck check(loaded);
  check.check_listeners();
  check.check_outbound();
  check.check_worker();
  return check.finish();
}

std::string worker_path(const Config& config) {
  if (!config.media.worker.empty()) return config.media.worker;
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (error ? std::filesystem::path() : self.parent_path() / "chancery-media-worker").string();
}

std::optional<Risk> find_worker_risk(const Config& config) {
  const std::string path = worker_path(config);
  if (find_obstacle(path, X_OK) == 0) return std::nullopt;
  return Risk{.event = "media_worker_missing",
              .where = "media.worker " + path,
              .advice = "there is no such program to run: no thumbnail is made"};
}

}  // namespace chancery::server
