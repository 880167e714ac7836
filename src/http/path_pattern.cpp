// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/path_pattern.hpp"

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "http/detail/ascii.hpp"
#include "http/detail/percent.hpp"

#include <functional>
#include <map>

namespace chancery::http {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

std::vector<std::string_view> split(std::string_view path) {
  CHANCERY_ASSERT(path.starts_with('/'));
  std::vector<std::string_view> segments;
  segments.reserve(12);
  for (std::size_t start = 1;;) {
    const std::size_t slash = path.find('/', start);
    segments.push_back(path.substr(start, slash - start));
    if (slash == std::string_view::npos) return segments;
    start = slash + 1;
  }
}

enum class Takes : std::uint8_t { literal, segment, maybe_empty, rest };

struct Segment {
  Takes takes;
  std::string_view text;  // the literal, or the placeholder's name
};

Segment read_segment(std::string_view text) {
  if (!text.starts_with('{')) return {Takes::literal, text};
  CHANCERY_ASSERT(text.ends_with('}') && text.size() > 2);
  text = text.substr(1, text.size() - 2);
  if (text.ends_with("...")) return {Takes::rest, text.substr(0, text.size() - 3)};
  if (text.ends_with('*')) return {Takes::maybe_empty, text.substr(0, text.size() - 1)};
  return {Takes::segment, text};
}

std::vector<std::string> names_in(const std::vector<std::string_view>& segments) {
  std::vector<std::string> names;
  for (const std::string_view segment : segments) {
    const Segment part = read_segment(segment);
    if (part.takes != Takes::literal) names.emplace_back(part.text);
  }
  return names;
}

// Decodes each segment into `memory`, which is empty; `longest` is what they have together. False
// when an escape is malformed, or one is no UTF-8.
bool decode_all(std::vector<std::string_view>& segments, std::string& memory, std::size_t longest) {
  memory.reserve(longest);  // so that it does not move
  for (std::string_view& segment : segments) {
    const std::size_t begin = memory.size();
    if (!detail::append_decoded(memory, segment)) return false;
    segment = std::string_view(memory).substr(begin);
  }
  return true;
}

bool is_unreserved(char each) {
  const char lower = detail::to_lower(each);
  return detail::is_digit(each) || (lower >= 'a' && lower <= 'z') || each == '-' || each == '.' ||
         each == '_' || each == '~';
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  if (!detail::append_decoded(decoded, text)) return std::nullopt;
  return decoded;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char each : text) {
    if (is_unreserved(each)) {
      encoded.push_back(each);
      continue;
    }
    const auto number = static_cast<unsigned char>(each);
    encoded.push_back('%');
    encoded.push_back(kDigits[number >> 4U]);
    encoded.push_back(kDigits[number & 15U]);
  }
  return encoded;
}

struct PathTable::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> segment;
  // Numbers of the patterns that end here, or here with a {name*} or {name...}.
  std::size_t ends = kNone;
  std::size_t maybe_empty = kNone;
  std::size_t rest = kNone;

  // Where a pattern whose last segment takes `takes` is noted.
  std::size_t& place(Takes takes) {
    if (takes == Takes::maybe_empty) return maybe_empty;
    return takes == Takes::rest ? rest : ends;
  }

  Node& child(const Segment& part) {
    std::unique_ptr<Node>& next =
        part.takes == Takes::literal ? literals[std::string(part.text)] : segment;
    if (!next) next = std::make_unique<Node>();
    return *next;
  }

  // The decoded segments of a path, while a pattern is sought.
  struct Search {
    std::vector<std::string_view> segments;
    std::vector<std::string> values;
  };

  // The number of the pattern, with its values in `search.values`. A literal that leads nowhere
  // is left for a placeholder; every node is seen at most once, so this is no way to burn time.
  std::size_t find(Search& search, std::size_t at) const {
    if (at == search.segments.size()) return ends;
    const std::string_view here = search.segments[at];
    if (const auto literal = literals.find(here); literal != literals.end()) {
      const std::size_t found = literal->second->find(search, at + 1);
      if (found != kNone) return found;
    }
    const bool is_last = at + 1 == search.segments.size();
    if (segment && !here.empty()) {
      search.values.emplace_back(here);
      const std::size_t found = segment->find(search, at + 1);
      if (found != kNone) return found;
      search.values.pop_back();
    }
    if (is_last && maybe_empty != kNone) {
      search.values.emplace_back(here);
      return maybe_empty;
    }
    if (rest == kNone) return kNone;
    std::string value(here);
    for (std::size_t i = at + 1; i < search.segments.size(); ++i) {
      (value += '/') += search.segments[i];
    }
    search.values.push_back(std::move(value));
    return rest;
  }
};

PathTable::PathTable() : root_(std::make_unique<Node>()) {}
PathTable::~PathTable() = default;
PathTable::PathTable(PathTable&&) noexcept = default;
PathTable& PathTable::operator=(PathTable&&) noexcept = default;

std::size_t PathTable::add(std::string_view pattern) {
  Node* node = root_.get();
  const std::vector<std::string_view> segments = split(pattern);
  std::size_t* place = &node->ends;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment part = read_segment(segments[i]);
    if (part.takes == Takes::maybe_empty || part.takes == Takes::rest) {
      CHANCERY_ASSERT(i + 1 == segments.size());
      place = &node->place(part.takes);
      break;
    }
    node = &node->child(part);
    place = &node->ends;
  }
  if (*place == kNone) {
    *place = patterns_.size();
    patterns_.push_back({.text = std::string(pattern), .placeholders = names_in(segments)});
    if (patterns_.back().placeholders.empty()) whole_.emplace(pattern, *place);
  }
  // Two names for one placeholder would leave one of the handlers without its parameter.
  CHANCERY_ASSERT(patterns_[*place].text == pattern);
  return *place;
}

std::optional<PathTable::Match> PathTable::find(std::string_view path) const {
  if (!path.starts_with('/')) return std::nullopt;
  const bool has_escapes = path.find('%') != path.npos;
  if (!has_escapes) {  // the search, too, would try the literals first
    if (const auto whole = whole_.find(path); whole != whole_.end()) {
      return Match{.pattern = whole->second, .parameters = {}};
    }
    if (!base::is_utf8(path)) return std::nullopt;
  }
  Node::Search search{.segments = split(path), .values = {}};
  std::string unescaped;
  if (has_escapes && !decode_all(search.segments, unescaped, path.size())) return std::nullopt;
  const std::size_t found = root_->find(search, 0);
  if (found == kNone) return std::nullopt;

  Match match{.pattern = found, .parameters = {}};
  match.parameters.reserve(search.values.size());
  auto value = search.values.begin();
  for (const std::string& name : patterns_[found].placeholders) {
    match.parameters.emplace_back(name, std::move(*value++));
  }
  return match;
}

}  // namespace chancery::http
