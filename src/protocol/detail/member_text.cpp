// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/member_text.hpp"

namespace chancery::protocol {
namespace {

// Walks over text; every step says whether there was what it stepped over.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t place() const { return place_; }

  [[nodiscard]] bool step_over(char wanted) {
    if (place_ >= text_.size() || text_[place_] != wanted) return false;
    ++place_;
    return true;
  }

  // Quotes included.
  [[nodiscard]] std::optional<std::string_view> step_over_string() {
    const std::size_t begin = place_;
    if (!step_over('"')) return std::nullopt;
    while (true) {
      place_ = text_.find_first_of("\"\\", place_);
      if (place_ == std::string_view::npos) return std::nullopt;
      if (text_[place_] == '"') break;
      place_ += 2;  // what is escaped is no quote
    }
    ++place_;
    return text_.substr(begin, place_ - begin);
  }

  // Up to the comma or brace behind the value; false where there is none.
  [[nodiscard]] bool step_over_value() {
    const std::size_t begin = place_;
    std::size_t depth = 0;
    while (place_ < text_.size()) {
      const char here = text_[place_];
      if (here == '"') {
        if (!step_over_string()) return false;
        continue;
      }
      if (depth == 0 && (here == ',' || here == '}')) return place_ > begin;
      if (here == '{' || here == '[') ++depth;
      if (here == '}' || here == ']') {
        if (depth == 0) return false;
        --depth;
      }
      ++place_;
    }
    return false;
  }

 private:
  std::string_view text_;
  std::size_t place_ = 0;
};

}  // namespace

std::optional<std::string_view> find_member_text(std::string_view object, std::string_view name) {
  Walk walk(object);
  if (!walk.step_over('{')) return std::nullopt;
  while (true) {
    const std::optional<std::string_view> quoted = walk.step_over_string();
    if (!quoted || !walk.step_over(':')) return std::nullopt;
    const std::size_t begin = walk.place();
    if (!walk.step_over_value()) return std::nullopt;
    if (quoted->substr(1, quoted->size() - 2) == name) {
      return object.substr(begin, walk.place() - begin);
    }
    if (!walk.step_over(',')) return std::nullopt;
  }
}

}  // namespace chancery::protocol
