// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/word_starts.hpp"

#include "protocol/glob.hpp"

namespace chancery::protocol {

void WordStarts::add(std::string_view folded) {
  for (std::size_t at = 0; at + WordStart::kBytes <= folded.size(); ++at) {
    if (is_word_boundary(folded, at)) places_.set(WordStart::place_of(folded.substr(at)));
  }
}

}  // namespace chancery::protocol
