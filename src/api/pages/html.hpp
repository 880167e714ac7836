// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// HTML that is written piece by piece: texts and attributes are escaped, whatever is in them.
//
//   Html body;
//   body.element("label", {{"for", "username"}}, "Username");
//   body.empty("input", {{"id", "username"}, {"name", "username"}, {"value", typed}});

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace chancery::pages {

// `text` as content of an element or of an attribute in double quotes.
class Html {
 public:
  // Names are ours, values may be anybody's. One without a name is left out.
  using Attribute = std::pair<std::string_view, std::string_view>;
  using Attributes = std::initializer_list<Attribute>;

  Html& open(std::string_view tag, Attributes attributes = {});
  Html& close(std::string_view tag);
  Html& text(std::string_view text);
  // What somebody else chose, as the name of a device: it turns the direction of nothing beside it.
  Html& foreign(std::string_view text);
  Html& element(std::string_view tag, Attributes attributes, std::string_view text);
  Html& element(std::string_view tag, std::string_view text) { return element(tag, {}, text); }
  // An element without content: input.
  Html& empty(std::string_view tag, Attributes attributes);
  Html& empty(std::string_view tag, Attributes attributes, Attributes more);
  Html& append(const Html& other);

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  void add(Attributes attributes);

  std::string bytes_;
};

}  // namespace chancery::pages
