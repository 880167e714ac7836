// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The user directory as stored: by which words each person is found.
//
// The words are plain, as the names are that they come from.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/accounts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::storage {

// A place in the index, which is in the order of words, of one word in that of user ids.
struct DirectoryPlace {
  std::string word;
  protocol::UserId user;
  friend bool operator==(const DirectoryPlace&, const DirectoryPlace&) = default;
};
// A person by one of their words.
struct DirectoryRow {
  DirectoryPlace place;
  AccountStanding standing;
  std::string display_name;  // JSON text; "" when there is none
  std::string avatar_url;    // likewise
};
// Somebody whose words are made.
struct NamedPerson {
  protocol::UserId user;
  AccountStanding standing;
  std::string display_name;  // JSON text; "" when there is none
};
// How far the index was filled.
struct DirectoryFilling {
  std::string rules;       // base::word_rules of what is in it
  protocol::UserId until;  // those after this one are not in it yet, unless it is complete
  bool is_complete = false;
  friend bool operator==(const DirectoryFilling&, const DirectoryFilling&) = default;
};

// --- mutations -------------------------------------------------------------------------------

// In place of those that the person had; none: nobody finds them. Each word once.
struct SetDirectoryWords {
  protocol::UserId user;
  std::vector<std::string> words;
};
struct NoteDirectoryFilling {
  DirectoryFilling filling;
};

// --- what is read ----------------------------------------------------------------------------

class DirectoryWordStore {
 public:
  virtual ~DirectoryWordStore() = default;
  // In order: words that begin with `prefix`, behind `after` when given. Time follows `limit`
  // alone.
  virtual runtime::Task<std::vector<DirectoryRow>> load_directory(
      std::string prefix, std::optional<DirectoryPlace> after, std::size_t limit) = 0;
  // In the order of user ids, those after `after`.
  virtual runtime::Task<std::vector<NamedPerson>> load_named_people(protocol::UserId after,
                                                                    std::size_t limit) = 0;
  // Absent before the first filling.
  virtual runtime::Task<std::optional<DirectoryFilling>> find_directory_filling() = 0;
};

}  // namespace chancery::storage
