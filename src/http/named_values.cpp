// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/named_values.hpp"

#include <algorithm>

namespace chancery::http {

void NamedValues::reserve(std::size_t entries, std::size_t characters) {
  places_.reserve(entries);
  text_.reserve(characters);
}

void NamedValues::add(std::string_view name, std::string_view value) {
  const std::size_t begin = text_.size();
  const std::size_t end = begin + name.size() + value.size();
  if (end > text_.capacity()) {  // the old text may be what is added: it is let go of last
    std::string grown;
    grown.reserve(std::max(end, 2 * begin));
    grown.append(text_).append(name).append(value);
    text_ = std::move(grown);
  } else {
    text_.append(name).append(value);
  }
  note(begin, begin + name.size(), end);
}

}  // namespace chancery::http
