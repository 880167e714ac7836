// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The layer between SQLite and the files that encrypts what is written.
//
// Main database: sectors of 4,096 bytes; log and journals: 512. Each kind of file has a key of its
// own, derived from the one given; temporary files have random ones. The list of a transaction's
// journals and the shared index hold no content and stay as they are. A file that does not begin as
// a database under this key is refused when opened, before anything is touched.
//
// Lifetime: longer than every connection opened through it.
// Spec:     docs/decisions/0009-page-layout.md.

#include <memory>
#include <string>
#include <string_view>

struct sqlite3_vfs;

namespace chancery::storage::sqlite {

class EncryptingVfs {
 public:
  // `key`: 32 bytes. `below`: the name of the VFS that reaches the files, "" for the system's.
  explicit EncryptingVfs(std::string_view key, const std::string& below = "");
  ~EncryptingVfs();
  EncryptingVfs(const EncryptingVfs&) = delete;
  EncryptingVfs& operator=(const EncryptingVfs&) = delete;

  // Under which it is registered with SQLite.
  [[nodiscard]] const std::string& name() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace chancery::storage::sqlite
