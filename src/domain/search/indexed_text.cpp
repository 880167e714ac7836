// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/indexed_text.hpp"

#include "protocol/relations.hpp"

namespace chancery::search {
namespace {

std::optional<IndexedText> one_text(SearchKey key, const base::JsonObject& content,
                                    std::string_view member) {
  const auto text = base::find_string(content, member);
  if (!text || text->empty()) return std::nullopt;
  return IndexedText{.key = key, .texts = {std::string(*text)}};
}

// `topic`, and the plain representation of `m.topic`.
std::optional<IndexedText> topic_of(const base::JsonObject& content) {
  IndexedText found{.key = SearchKey::topic, .texts = {}};
  if (const auto topic = base::find_string(content, "topic")) found.texts.emplace_back(*topic);
  const base::JsonObject* rich = base::find_object(content, "m.topic");
  const base::JsonArray* forms = rich == nullptr ? nullptr : base::find_array(*rich, "m.text");
  if (forms != nullptr) {
    for (const base::Json& form : *forms) {
      if (!form.is_object()) continue;
      // Without a MIME type it is text/plain.
      if (base::find_string(form.get_object(), "mimetype").value_or("text/plain") != "text/plain") {
        continue;
      }
      const auto body = base::find_string(form.get_object(), "body");
      if (body && (found.texts.empty() || found.texts.front() != *body)) {
        found.texts.emplace_back(*body);
      }
      break;  // the first one is what is shown
    }
  }
  if (found.texts.empty()) return std::nullopt;
  return found;
}

}  // namespace

std::optional<SearchKey> find_search_key(std::string_view name) {
  if (name == "content.body") return SearchKey::body;
  if (name == "content.name") return SearchKey::name;
  if (name == "content.topic") return SearchKey::topic;
  return std::nullopt;
}

std::optional<IndexedText> find_text(std::string_view type, const base::JsonObject& content) {
  if (type == "m.room.name") return one_text(SearchKey::name, content, "name");
  if (type == "m.room.topic") return topic_of(content);
  if (type != "m.room.message") return std::nullopt;
  // An edit is found where what it edits stands.
  const auto relation = protocol::find_relation(content);
  if (relation && relation->replaced()) return std::nullopt;
  return one_text(SearchKey::body, content, "body");
}

std::optional<IndexedText> find_edited_text(std::string_view type,
                                            const base::JsonObject& edit_content) {
  if (type != "m.room.message") return std::nullopt;
  const base::JsonObject* edited = base::find_object(edit_content, "m.new_content");
  if (edited == nullptr) return std::nullopt;
  return one_text(SearchKey::body, *edited, "body");
}

CountedWords count_words(const IndexedText& text) {
  CountedWords words{.key = text.key, .counts = {}, .total = 0};
  for (const std::string& one : text.texts) {
    for (base::Word& word :
         base::find_words(one, base::WordUse::text, kMostWordsOfEvent - words.total)) {
      ++words.counts[std::move(word.normal)];
      ++words.total;
    }
  }
  return words;
}

}  // namespace chancery::search
