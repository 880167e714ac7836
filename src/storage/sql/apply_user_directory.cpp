// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_user_directory.hpp"

#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kDeleteWords("DELETE FROM directory_words WHERE user_id = ?1");
constexpr Statement kAddWord("INSERT INTO directory_words (word, user_id) VALUES (?1, ?2)");
constexpr Statement kNoteFilling(
    "INSERT INTO directory_filling (id, rules, until, complete) VALUES (1, ?1, ?2, ?3) "
    "ON CONFLICT (id) DO UPDATE SET rules = excluded.rules, until = excluded.until, "
    "complete = excluded.complete");

}  // namespace

void apply(Writer& writer, const SetDirectoryWords& set, StreamPosition) {
  const std::string_view user = set.user.text();
  writer.execute(kDeleteWords, {user});
  for (const std::string& word : set.words) writer.execute(kAddWord, {Blob{word}, user});
}

void apply(Writer& writer, const NoteDirectoryFilling& note, StreamPosition) {
  writer.execute(kNoteFilling,
                 {std::string_view(note.filling.rules), std::string_view(note.filling.until.text()),
                  std::int64_t{note.filling.is_complete ? 1 : 0}});
}

}  // namespace chancery::storage::sql
