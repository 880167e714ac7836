// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/detail/yaml_document.hpp"

#include <algorithm>
#include <array>
#include <yaml.h>

namespace chancery::appservices::detail {
namespace {

std::string_view text_of(const yaml_char_t* bytes, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes), length};
}

// One event of libyaml, freed when it goes.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  [[nodiscard]] bool read(yaml_parser_t& parser) {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser, &event_) != 0;
  }
  [[nodiscard]] yaml_event_type_t type() const { return event_.type; }
  [[nodiscard]] const yaml_event_t& operator*() const { return event_; }
  [[nodiscard]] std::size_t line() const { return event_.start_mark.line + 1; }

 private:
  yaml_event_t event_{};
};

class Reader {
 public:
  explicit Reader(std::string_view text) {
    // Fails only where there is no memory.
    is_ready_ = yaml_parser_initialize(&parser_) != 0;
    if (!is_ready_) return;
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  ~Reader() {
    if (is_ready_) yaml_parser_delete(&parser_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::expected<YamlNode, YamlMistake> read_document();

 private:
  [[nodiscard]] bool next();
  [[nodiscard]] bool fail(std::size_t line, std::string text);
  // The node that begins with the event at hand.
  [[nodiscard]] bool read_node(YamlNode& node, std::size_t depth);
  [[nodiscard]] bool read_map(YamlNode& node, std::size_t depth);
  [[nodiscard]] bool check_properties(const yaml_char_t* anchor, const yaml_char_t* tag);

  yaml_parser_t parser_{};
  bool is_ready_ = false;
  Event event_;
  std::size_t nodes_ = 0;
  YamlMistake mistake_;
};

bool Reader::fail(std::size_t line, std::string text) {
  mistake_ = {.line = line, .text = std::move(text)};
  return false;
}

bool Reader::next() {
  if (event_.read(parser_)) return true;
  const char* problem = parser_.problem != nullptr ? parser_.problem : "it is no YAML";
  return fail(parser_.problem_mark.line + 1, problem);
}

bool Reader::check_properties(const yaml_char_t* anchor, const yaml_char_t* tag) {
  if (anchor != nullptr) return fail(event_.line(), "anchors are not read here");
  if (tag != nullptr) return fail(event_.line(), "tags are not read here");
  return true;
}

bool Reader::read_node(YamlNode& node, std::size_t depth) {
  if (depth > kMostYamlDepth) return fail(event_.line(), "it is nested too deeply");
  if (++nodes_ > kMostYamlNodes) return fail(event_.line(), "it has too many values");
  node.line = event_.line();
  const yaml_event_t& event = *event_;
  switch (event_.type()) {
    case YAML_SCALAR_EVENT: {
      const auto& scalar = event.data.scalar;
      if (!check_properties(scalar.anchor, scalar.tag)) return false;
      node.kind = YamlNode::Kind::scalar;
      node.text = text_of(scalar.value, scalar.length);
      node.is_plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
      return true;
    }
    case YAML_SEQUENCE_START_EVENT: {
      const auto& start = event.data.sequence_start;
      if (!check_properties(start.anchor, start.tag)) return false;
      node.kind = YamlNode::Kind::list;
      if (!next()) return false;
      while (event_.type() != YAML_SEQUENCE_END_EVENT) {
        if (!read_node(node.items.emplace_back(), depth + 1) || !next()) return false;
      }
      return true;
    }
    case YAML_MAPPING_START_EVENT: {
      const auto& start = event.data.mapping_start;
      if (!check_properties(start.anchor, start.tag)) return false;
      return read_map(node, depth);
    }
    case YAML_ALIAS_EVENT:
      return fail(event_.line(), "aliases are not read here");
    default:
      return fail(event_.line(), "a value is missing");
  }
}

bool Reader::read_map(YamlNode& node, std::size_t depth) {
  node.kind = YamlNode::Kind::map;
  if (!next()) return false;
  while (event_.type() != YAML_MAPPING_END_EVENT) {
    YamlNode key;
    if (!read_node(key, depth + 1)) return false;
    if (key.kind != YamlNode::Kind::scalar) return fail(key.line, "a key must be a text");
    if (node.find(key.text) != nullptr) return fail(key.line, "\"" + key.text + "\" comes twice");
    if (!next()) return false;
    YamlNode& value = node.members.emplace_back(std::move(key.text), YamlNode()).value;
    if (!read_node(value, depth + 1) || !next()) return false;
  }
  return true;
}

std::expected<YamlNode, YamlMistake> Reader::read_document() {
  YamlNode node;
  const auto read = [this, &node] {
    if (!is_ready_) return fail(1, "there is no memory to read it");
    if (!next()) return false;  // the stream
    if (!next()) return false;  // the document, or the end
    if (event_.type() != YAML_DOCUMENT_START_EVENT) return fail(1, "it is empty");
    if (!next() || !read_node(node, 0)) return false;
    if (!next()) return false;  // the end of the document
    if (!next()) return false;
    if (event_.type() != YAML_STREAM_END_EVENT) return fail(event_.line(), "a second document");
    return true;
  };
  if (!read()) return std::unexpected(std::move(mistake_));
  return node;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &YamlMember::name);
  return found == members.end() ? nullptr : &found->value;
}

bool YamlNode::is_null() const {
  return kind == Kind::scalar && is_plain && is_one_of(text, {"", "~", "null", "Null", "NULL"});
}

std::optional<bool> YamlNode::as_bool() const {
  if (kind != Kind::scalar || !is_plain) return std::nullopt;
  if (is_one_of(text, {"true", "True", "TRUE", "yes", "Yes", "on"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE", "no", "No", "off"})) return false;
  return std::nullopt;
}

std::expected<YamlNode, YamlMistake> parse_yaml(std::string_view text) {
  return Reader(text).read_document();
}

}  // namespace chancery::appservices::detail
