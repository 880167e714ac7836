// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/glob.hpp"

#include <algorithm>
#include <utility>

namespace chancery::protocol {
namespace {

constexpr std::size_t kMaxWords = kMaxGlobBytes / 64;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

bool is_word(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

}  // namespace

// "A word boundary is defined as the start or end of the value, or any character not in the sets
// [A-Z], [a-z], [0-9] or _."
bool is_word_boundary(std::string_view text, std::size_t at) {
  return at == 0 || at == text.size() || !is_word(text[at - 1]) || !is_word(text[at]);
}

Glob::Glob(std::string_view pattern, GlobSyntax syntax, GlobScope scope)
    : scope_(scope), too_long_(pattern.size() > kMaxGlobBytes) {
  if (too_long_) return;
  split(pattern, syntax);
  const std::size_t last = runs_.size() - 1;
  for (std::size_t at = 0; at <= last; ++at) {
    const bool anchored = scope == GlobScope::whole && (at == 0 || at == last);
    if (!anchored && !runs_[at].bytes.empty()) runs_[at].prepare_search();
  }
}

void Glob::split(std::string_view pattern, GlobSyntax syntax) {
  runs_.emplace_back();
  for (const char letter : pattern) {
    if (letter == '*' && syntax != GlobSyntax::literal) {
      // Stars side by side are one.
      if (runs_.size() == 1 || !runs_.back().bytes.empty()) runs_.emplace_back();
      continue;
    }
    Run& run = runs_.back();
    const bool mark = letter == '?' && syntax == GlobSyntax::full;
    if (mark && run.marks.empty()) run.marks.resize(run.bytes.size(), false);
    run.bytes.push_back(letter);
    if (mark || !run.marks.empty()) run.marks.push_back(mark);
  }
}

void Glob::Run::prepare_search() {
  auto made = std::make_shared<Tables>();
  auto& [classes, masks, mark_places] = *made;
  // Classes 0 and 1 are the bytes that the run does not name: first bytes of a character, which
  // a mark takes, and continuation bytes, which nothing takes.
  std::vector<std::uint16_t> taken_by_marks{0};
  std::uint16_t known = 2;
  for (std::size_t byte = 0x80; byte < 0xC0; ++byte) classes[byte] = 1;
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    std::uint16_t& its_class = classes[static_cast<unsigned char>(bytes[place])];
    if (is_mark(place) || its_class >= 2) continue;
    if (its_class == 0) taken_by_marks.push_back(known);
    its_class = known++;
  }
  masks.assign(known * words(), 0);
  mark_places.assign(words(), 0);
  for (std::size_t place = 0; place < bytes.size(); ++place) {
    const std::uint64_t bit = std::uint64_t{1} << (place % 64);
    const auto add = [&](std::uint16_t to) { masks[to * words() + place / 64] |= bit; };
    if (is_mark(place)) {
      mark_places[place / 64] |= bit;
      std::ranges::for_each(taken_by_marks, add);
    } else {
      add(classes[static_cast<unsigned char>(bytes[place])]);
    }
  }
  tables = std::move(made);
}

bool Glob::matches(std::string_view text) const {
  if (too_long_) return false;
  return scope_ == GlobScope::whole ? matches_whole(text) : matches_words(text);
}

bool Glob::matches_whole(std::string_view text) const {
  const auto head = match_forward(runs_.front(), text, 0);
  if (!head) return false;
  if (runs_.size() == 1) return *head == text.size();
  const auto tail = match_backward(runs_.back(), text, text.size());
  if (!tail || *tail < *head) return false;
  std::size_t from = *head;
  for (std::size_t at = 1; at + 1 < runs_.size(); ++at) {
    const auto end = find_run(runs_[at], text, {.from = from, .to = *tail});
    if (!end) return false;
    from = *end;
  }
  return true;
}

bool Glob::matches_words(std::string_view text) const {
  std::size_t from = 0;
  for (std::size_t at = 0; at < runs_.size(); ++at) {
    // A star at either end of the pattern reaches to the end of the text, which is a boundary.
    if (runs_[at].bytes.empty()) continue;
    const auto end = find_run(runs_[at], text,
                              {.from = from,
                               .to = text.size(),
                               .start = at == 0 ? Bound::word : Bound::anywhere,
                               .end = at + 1 == runs_.size() ? Bound::word : Bound::anywhere});
    if (!end) return false;
    from = *end;
  }
  return true;
}

std::optional<std::size_t> Glob::match_forward(const Run& run, std::string_view text,
                                               std::size_t from) {
  if (run.marks.empty()) {
    if (!text.substr(from).starts_with(run.bytes)) return std::nullopt;
    return from + run.bytes.size();
  }
  for (std::size_t place = 0; place < run.bytes.size(); ++place) {
    if (from == text.size()) return std::nullopt;
    if (!run.is_mark(place)) {
      if (text[from++] != run.bytes[place]) return std::nullopt;
      continue;
    }
    ++from;
    while (from < text.size() && is_continuation(text[from])) ++from;
  }
  return from;
}

std::optional<std::size_t> Glob::match_backward(const Run& run, std::string_view text,
                                                std::size_t from) {
  if (run.marks.empty()) {
    if (!text.substr(0, from).ends_with(run.bytes)) return std::nullopt;
    return from - run.bytes.size();
  }
  for (std::size_t place = run.bytes.size(); place-- > 0;) {
    if (from == 0) return std::nullopt;
    if (!run.is_mark(place)) {
      if (text[--from] != run.bytes[place]) return std::nullopt;
      continue;
    }
    --from;
    while (from > 0 && is_continuation(text[from])) --from;
  }
  return from;
}

bool Glob::may_end(std::string_view text, std::size_t end, Bound bound) {
  if (end < text.size() && is_continuation(text[end])) return false;  // inside a character
  return bound == Bound::anywhere || is_word_boundary(text, end);
}

// The next place at which a match of `run` could begin.
std::size_t Glob::skip_to_start(const Run& run, std::string_view text, Search search) {
  if (run.is_mark(0)) return search.from;
  const std::string_view rest = text.substr(search.from, search.to - search.from);
  const std::size_t found = rest.find(run.bytes.front());
  return found == std::string_view::npos ? search.to : search.from + found;
}

// Shift-and: bit p of `state` says that bytes up to here match the run up to place p. A mark
// stays matched while the continuation bytes of its character pass by.
std::optional<std::size_t> Glob::find_run(const Run& run, std::string_view text, Search search) {
  if (run.words() > 1) return find_long_run(run, text, search);
  const Tables& tables = *run.tables;
  const std::uint64_t whole = std::uint64_t{1} << (run.bytes.size() - 1);
  std::uint64_t state = 0;
  for (std::size_t at = search.from; at < search.to; ++at) {
    if (state == 0) {
      at = skip_to_start(run, text, {.from = at, .to = search.to});
      if (at == search.to) break;
    }
    const std::uint64_t before = state;
    const bool may_start = search.start == Bound::anywhere || is_word_boundary(text, at);
    state = (before << 1U | (may_start ? 1U : 0U)) &
            tables.masks[tables.classes[static_cast<unsigned char>(text[at])]];
    if (is_continuation(text[at])) state |= before & tables.mark_places[0];
    if ((state & whole) != 0 && may_end(text, at + 1, search.end)) return at + 1;
  }
  return std::nullopt;
}

// The same with a state of more than one word.
std::optional<std::size_t> Glob::find_long_run(const Run& run, std::string_view text,
                                               Search search) {
  const Tables& tables = *run.tables;
  const std::size_t words = run.words();
  const std::size_t last = run.bytes.size() - 1;
  std::array<std::uint64_t, kMaxWords> state{};
  std::uint64_t any = 0;
  for (std::size_t at = search.from; at < search.to; ++at) {
    if (any == 0) {
      at = skip_to_start(run, text, {.from = at, .to = search.to});
      if (at == search.to) break;
    }
    const std::uint64_t* mask =
        &tables.masks[tables.classes[static_cast<unsigned char>(text[at])] * words];
    const bool may_start = search.start == Bound::anywhere || is_word_boundary(text, at);
    const bool is_inside = is_continuation(text[at]);
    std::uint64_t carry = may_start ? 1 : 0;
    any = 0;
    for (std::size_t word = 0; word < words; ++word) {
      const std::uint64_t before = state[word];
      state[word] = (before << 1U | carry) & mask[word];
      if (is_inside) state[word] |= before & tables.mark_places[word];
      carry = before >> 63U;
      any |= state[word];
    }
    const bool is_whole = (state[last / 64] >> (last % 64) & 1U) != 0;
    if (is_whole && may_end(text, at + 1, search.end)) return at + 1;
  }
  return std::nullopt;
}

}  // namespace chancery::protocol
