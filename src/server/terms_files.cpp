// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/terms_files.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace chancery::server {
namespace {

// One byte more than is allowed says that it is too large.
accounts::TermsFile read_file(const std::filesystem::path& path,
                              std::vector<std::string>& mistakes) {
  accounts::TermsFile file{.name = path.filename().string(), .text = {}};
  std::ifstream stream(path, std::ios::binary);
  file.text.resize(accounts::Terms::kMostFileBytes + 1);
  stream.read(file.text.data(), static_cast<std::streamsize>(file.text.size()));
  file.text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
  if (!stream.eof() && stream.fail()) mistakes.push_back(path.string() + ": cannot be read");
  return file;
}

[[noreturn]] void refuse(const Config& config, std::string_view origin,
                         const std::vector<std::string>& mistakes) {
  std::string text;
  for (const std::string& mistake : mistakes) {
    text += fmt::format("{}{}{}registration.terms: {}: {}", text.empty() ? "" : "\n", origin,
                        origin.empty() ? "" : ": ", config.registration.terms, mistake);
  }
  throw ConfigError(text);
}

accounts::Terms read_terms(const Config& config, std::string_view origin) {
  const std::string& folder = config.registration.terms;
  if (folder.empty()) return {};
  std::vector<std::string> mistakes;
  std::vector<accounts::TermsFile> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != ".txt") continue;
    if (files.size() > accounts::Terms::kMostFiles) break;
    files.push_back(read_file(entry->path(), mistakes));
  }
  if (error) mistakes.push_back("cannot be read: " + error.message());
  // Asking for nothing is not what was meant.
  if (mistakes.empty() && files.empty()) mistakes.emplace_back("has no file that ends in .txt");
  if (!mistakes.empty()) refuse(config, origin, mistakes);
  auto terms = accounts::Terms::read(files, config.public_url());
  if (!terms) refuse(config, origin, terms.error());
  return *std::move(terms);
}

}  // namespace

accounts::Terms load_terms(const Config& config) { return read_terms(config, ""); }

void check_terms(const LoadedConfig& loaded) {
  const auto origin = loaded.origins.find("registration.terms");
  static_cast<void>(
      read_terms(loaded.values, origin == loaded.origins.end() ? "" : origin->second));
}

}  // namespace chancery::server
