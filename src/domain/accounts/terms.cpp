// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/terms.hpp"

#include "base/utf8.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace chancery::accounts {
namespace {

constexpr std::string_view kEnding = ".txt";
constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kMostPartBytes = 64;

bool is_part(std::string_view text, std::string_view more) {
  return !text.empty() && text.size() <= kMostPartBytes && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != std::string_view::npos;
  });
}

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = line.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlank) - begin + 1);
}

std::expected<TermsDocument, std::string> read_document(const TermsFile& file) {
  const auto bad = [&](std::string_view why) {
    return std::unexpected(fmt::format("{}: {}", file.name, why));
  };
  std::string_view name = file.name;
  if (!name.ends_with(kEnding)) return bad("is not named <policy>.<version>.<language>.txt");
  name.remove_suffix(kEnding.size());
  const std::size_t first = name.find('.');
  const std::size_t last = name.rfind('.');
  if (first == std::string_view::npos || first == last) {
    return bad("is not named <policy>.<version>.<language>.txt");
  }
  TermsDocument document{.policy = std::string(name.substr(0, first)),
                         .version = std::string(name.substr(first + 1, last - first - 1)),
                         .language = std::string(name.substr(last + 1)),
                         .name = {},
                         .text = {}};
  if (!is_part(document.policy, "_-")) return bad("has no name of a policy in front");
  if (!is_part(document.version, "._-")) return bad("has no version in its name");
  // It stands beside the languages in what clients are told.
  if (!is_part(document.language, "-") || document.language == "version") {
    return bad("has no language in its name");
  }
  if (file.text.size() > Terms::kMostFileBytes) return bad("is too large");
  if (!base::is_utf8(file.text)) return bad("is no UTF-8");
  const std::size_t end = std::min(file.text.find('\n'), file.text.size());
  document.name = trimmed(std::string_view(file.text).substr(0, end));
  document.text = trimmed(std::string_view(file.text).substr(end));
  if (document.name.empty() || document.name.size() > kMostNameBytes) {
    return bad("has no name in its first line, or one that is too long");
  }
  if (document.text.empty()) return bad("has nothing below its first line");
  return document;
}

}  // namespace

std::string TermsDocument::path() const {
  return fmt::format("/_chancery/terms/{}/{}/{}", policy, version, language);
}

std::expected<Terms, std::vector<std::string>> Terms::read(const std::vector<TermsFile>& files,
                                                           std::string url) {
  Terms terms;
  terms.url_ = std::move(url);
  std::vector<std::string> mistakes;
  if (files.size() > kMostFiles) mistakes.push_back("there are too many files of terms");
  for (const TermsFile& file : files) {
    auto document = read_document(file);
    if (!document) {
      mistakes.push_back(std::move(document.error()));
      continue;
    }
    terms.documents_.push_back(*std::move(document));
  }
  std::ranges::sort(terms.documents_, {}, [](const TermsDocument& one) {
    return std::tie(one.policy, one.version, one.language);
  });
  for (std::size_t i = 1; i < terms.documents_.size(); ++i) {
    const TermsDocument& before = terms.documents_[i - 1];
    const TermsDocument& here = terms.documents_[i];
    if (here.policy == before.policy && here.version != before.version) {
      mistakes.push_back(fmt::format("{}: there are two versions, {} and {}", here.policy,
                                     before.version, here.version));
    }
  }
  if (!mistakes.empty()) return std::unexpected(std::move(mistakes));
  return terms;
}

const TermsDocument* Terms::find(std::string_view policy, std::string_view version,
                                 std::string_view language) const {
  const auto found = std::ranges::find_if(documents_, [&](const TermsDocument& one) {
    return one.policy == policy && one.version == version && one.language == language;
  });
  return found == documents_.end() ? nullptr : &*found;
}

std::vector<const TermsDocument*> Terms::to_be_shown() const {
  std::vector<const TermsDocument*> shown;
  for (const TermsDocument& one : documents_) {
    if (shown.empty() || shown.back()->policy != one.policy) {
      shown.push_back(&one);
    } else if (one.language == "en") {
      shown.back() = &one;
    }
  }
  return shown;
}

base::JsonObject Terms::describe() const {
  base::JsonObject policies;
  for (const TermsDocument& one : documents_) {
    base::Json& policy = policies[one.policy];
    if (!policy.is_object()) policy = base::JsonObject{{"version", one.version}};
    policy.get_object()[one.language] =
        base::JsonObject{{"name", one.name}, {"url", url_ + one.path()}};
  }
  return {{"policies", std::move(policies)}};
}

std::string Terms::versions() const {
  std::string all;
  for (const TermsDocument* one : to_be_shown()) {
    all += (all.empty() ? "" : ", ") + one->policy + " " + one->version;
  }
  return all;
}

}  // namespace chancery::accounts
