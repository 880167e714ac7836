// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The filling of the user directory: the words of accounts that are older than it.
//
// Whoever changes a name stores its words with it, so this is done once, after an upgrade of the
// server or of the rules of words, before anything else is written. What is interrupted goes on
// where it stopped.
//
// Concurrency: one at a time; nothing else may change names meanwhile.
// Failure:     StorageError.

#include "storage/commit/committer.hpp"
#include "storage/user_directory.hpp"

namespace chancery::accounts {

class DirectoryFilling {
 public:
  DirectoryFilling(storage::DirectoryWordStore& store, storage::Committer& committer)
      : store_(store), committer_(committer) {}

  runtime::Task<> ensure_complete();

 private:
  // Of those after `filling.until`; says how far it came.
  runtime::Task<storage::DirectoryFilling> fill_page(storage::DirectoryFilling filling);

  storage::DirectoryWordStore& store_;
  storage::Committer& committer_;
};

}  // namespace chancery::accounts
