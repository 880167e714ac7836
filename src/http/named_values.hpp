// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Named values: names with their values in the order they came, all in one piece of memory.
//
// Lifetime: what is read of it is good until something is added or it is moved.

#include <cstddef>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::http {

class NamedValues {
 public:
  using Entry = std::pair<std::string_view, std::string_view>;

  void reserve(std::size_t entries, std::size_t characters);
  // They may be of this very object.
  void add(std::string_view name, std::string_view value);
  // For who makes all in one text: says where in `text` one is.
  [[nodiscard]] std::string& text() { return text_; }
  void note(std::size_t name, std::size_t value, std::size_t end) {
    places_.push_back({.name = name, .value = value, .end = end});
  }
  template <typename Predicate>
  void erase_if(Predicate predicate) {
    std::erase_if(places_, [&](const Place& place) { return predicate(at(place)); });
  }
  [[nodiscard]] auto entries() const {
    return std::views::transform(places_, [this](const Place& place) { return at(place); });
  }

 private:
  struct Place {
    std::size_t name;
    std::size_t value;
    std::size_t end;
  };
  [[nodiscard]] Entry at(const Place& place) const {
    return {std::string_view(text_.data() + place.name, place.value - place.name),
            std::string_view(text_.data() + place.value, place.end - place.value)};
  }

  std::string text_;
  std::vector<Place> places_;
};

}  // namespace chancery::http
