// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The root key: where the hierarchy begins, and the file that holds it.
//
// The file is text, mode 0600, beside the data folder and never in it: a copy of the data alone
// opens nothing. From the root come, by HKDF, the key that wraps other keys and the key of the
// database's pages.
//
// Lifetime: the bytes are wiped when the RootKey dies.

#include "runtime/disk.hpp"
#include "runtime/random.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace chancery::keys {

// The key file cannot be used: unreadable, open to others, or of no known form.
struct KeyFileError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class RootKey {
 public:
  // `secret` is 32 bytes.
  explicit RootKey(std::string secret);
  ~RootKey();
  RootKey(RootKey&& other) noexcept;
  RootKey(const RootKey&) = delete;
  RootKey& operator=(const RootKey&) = delete;
  RootKey& operator=(RootKey&&) = delete;

  // 32 bytes for one purpose: "wrap", "database", "lookup".
  [[nodiscard]] std::string derive(std::string_view purpose) const;
  // First 8 hexadecimal digits of a digest: to tell keys apart, worth nothing else.
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] std::string file_text() const;

 private:
  std::string secret_;
};

// Reads `name` in `folder`. Throws KeyFileError when it is absent, malformed, or readable by
// others than its owner.
[[nodiscard]] RootKey load_root_key(runtime::Disk& folder, const std::string& name);
// Makes a new one and writes it. Throws KeyFileError when the file is there already.
RootKey create_root_key(runtime::Disk& folder, const std::string& name, runtime::Random& random);

}  // namespace chancery::keys
