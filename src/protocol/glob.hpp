// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Glob patterns, compiled once and matched in time linear in the text.
//
// '*' is any run of characters, '?' is one character (not one byte). Letter case counts; fold
// pattern and text with fold_case where it must not. Runs between stars are found by a
// bit-parallel search, so no pattern makes a match quadratic.
//
// Concurrency: immutable; share between threads.
// Spec: Matrix appendices, "Glob-style matching"; client-server, "event_match".

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

// A longer pattern matches nothing.
inline constexpr std::size_t kMaxGlobBytes = 512;

enum class GlobSyntax : std::uint8_t {
  literal,  // no character is special
  stars,    // '*' alone is special
  full,     // '*' and '?' are
};
enum class GlobScope : std::uint8_t {
  whole,  // the pattern matches the whole text
  words,  // it matches some part of the text that starts and ends at a word boundary
};

// Whether a word may begin or end before that byte of `text`.
[[nodiscard]] bool is_word_boundary(std::string_view text, std::size_t at);

class Glob {
 public:
  Glob(std::string_view pattern, GlobSyntax syntax, GlobScope scope);

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  // For the search of a run: bytes of the text by class, and the places that each class fits.
  struct Tables {
    std::array<std::uint16_t, 256> classes{};
    std::vector<std::uint64_t> masks;        // by class: as many words as the run needs
    std::vector<std::uint64_t> mark_places;  // the places of "one character"
  };
  // What stands between two stars.
  struct Run {
    std::string bytes;                     // '?' where `marks` says so
    std::vector<bool> marks;               // by byte: this is "one character"; empty if none is
    std::shared_ptr<const Tables> tables;  // null where nothing is searched, as most often

    [[nodiscard]] std::size_t words() const { return (bytes.size() + 63) / 64; }
    [[nodiscard]] bool is_mark(std::size_t place) const { return !marks.empty() && marks[place]; }
    void prepare_search();
  };
  // Where a run may begin and end.
  enum class Bound : std::uint8_t { anywhere, word };
  struct Search {
    std::size_t from = 0;
    std::size_t to = 0;
    Bound start = Bound::anywhere;
    Bound end = Bound::anywhere;
  };

  void split(std::string_view pattern, GlobSyntax syntax);
  [[nodiscard]] bool matches_whole(std::string_view text) const;
  [[nodiscard]] bool matches_words(std::string_view text) const;
  [[nodiscard]] static std::optional<std::size_t> match_forward(const Run& run,
                                                                std::string_view text,
                                                                std::size_t from);
  [[nodiscard]] static std::optional<std::size_t> match_backward(const Run& run,
                                                                 std::string_view text,
                                                                 std::size_t from);
  // The end of the occurrence of `run` that ends first.
  [[nodiscard]] static std::optional<std::size_t> find_run(const Run& run, std::string_view text,
                                                           Search search);

  [[nodiscard]] static std::optional<std::size_t> find_long_run(const Run& run,
                                                                std::string_view text,
                                                                Search search);
  [[nodiscard]] static std::size_t skip_to_start(const Run& run, std::string_view text,
                                                 Search search);
  [[nodiscard]] static bool may_end(std::string_view text, std::size_t end, Bound bound);

  std::vector<Run> runs_;  // one more than there are stars
  GlobScope scope_;
  bool too_long_ = false;
};

}  // namespace chancery::protocol
