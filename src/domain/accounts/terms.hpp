// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Terms: the documents to which whoever makes an account has to agree.
//
// A document is a text file named <policy>.<version>.<language>.txt, as "privacy.1.0.en.txt"; its
// first line is its name, a line that begins with "# " a heading. Of each policy there is one
// version, in as many languages as there are files.
//
// Concurrency: immutable.
// Spec:        client-server, "Terms of service at registration" (m.login.terms).

#include "base/json.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::accounts {

inline constexpr std::string_view kTermsStage = "m.login.terms";

struct TermsFile {
  std::string name;  // without its folder
  std::string text;
};

struct TermsDocument {
  std::string policy;    // "privacy"
  std::string version;   // "1.0"
  std::string language;  // "en"
  std::string name;
  std::string text;  // what follows the name

  // Where it is shown: a path of this server.
  [[nodiscard]] std::string path() const;
};

class Terms {
 public:
  static constexpr std::size_t kMostFiles = 100;
  static constexpr std::size_t kMostFileBytes = std::size_t{256} * 1024;

  // None are asked for.
  Terms() = default;
  // Or a line for each mistake. `url`: of this server, without a slash at the end.
  static std::expected<Terms, std::vector<std::string>> read(const std::vector<TermsFile>& files,
                                                             std::string url);

  [[nodiscard]] bool are_asked() const { return !documents_.empty(); }
  // In the order of policies and languages.
  [[nodiscard]] const std::vector<TermsDocument>& documents() const { return documents_; }
  // Null when there is none.
  [[nodiscard]] const TermsDocument* find(std::string_view policy, std::string_view version,
                                          std::string_view language) const;
  // One of each policy, in English where there is that.
  [[nodiscard]] std::vector<const TermsDocument*> to_be_shown() const;
  // The parameters of the stage.
  [[nodiscard]] base::JsonObject describe() const;
  // "privacy 1.0, rules 3": what was agreed to, for the record of the act.
  [[nodiscard]] std::string versions() const;

 private:
  std::vector<TermsDocument> documents_;
  std::string url_;
};

}  // namespace chancery::accounts
