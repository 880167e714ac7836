// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/well_known.hpp"

#include "base/json.hpp"
#include "base/parse_number.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace chancery::federation {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\"";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& each : out) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  return out;
}

// What one directive says; absent when it says nothing of how long.
std::optional<std::chrono::seconds> read_directive(std::string_view directive) {
  const std::size_t equals = std::min(directive.find('='), directive.size());
  const std::string name = lower(trim(directive.substr(0, equals)));
  if (name == "no-store" || name == "no-cache") return kShortestBelief;
  if (name != "max-age" || equals == directive.size()) return std::nullopt;
  const std::string_view digits = trim(directive.substr(equals + 1));
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  // RFC 9111, 1.2.2: what is too large to be represented is as large as can be.
  const auto value = base::parse_number<std::uint32_t>(digits);
  return value ? std::chrono::seconds(*value) : kLongestBelief;
}

}  // namespace

std::optional<protocol::ServerName> read_delegation(const http::OutboundResponse& answer) {
  if (answer.status != 200) return std::nullopt;
  const auto json = base::parse_json(answer.body);
  if (!json || !json->is_object()) return std::nullopt;
  const auto text = base::find_string(json->get_object(), "m.server");
  if (!text) return std::nullopt;
  auto name = protocol::ServerName::parse(*text);
  if (!name) return std::nullopt;
  return *std::move(name);
}

std::chrono::seconds belief_in(const http::Headers& headers) {
  std::optional<std::chrono::seconds> least;
  std::string_view rest = headers.find("Cache-Control").value_or("");
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (const auto said = read_directive(rest.substr(0, comma))) {
      least = least ? std::min(*least, *said) : *said;
    }
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return std::clamp<std::chrono::seconds>(least.value_or(kUsualBelief), kShortestBelief,
                                          kLongestBelief);
}

}  // namespace chancery::federation
