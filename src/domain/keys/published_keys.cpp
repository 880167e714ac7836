// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/published_keys.hpp"

#include "base/base64.hpp"

namespace chancery::keys {
namespace {

std::int64_t milliseconds(std::chrono::hours time) {
  return std::chrono::milliseconds(time).count();
}

}  // namespace

base::JsonObject PublishedKeys::load() {
  const std::int64_t now = clock_.now().milliseconds;
  const std::lock_guard lock(mutex_);
  // Also when the clock was set back: what is valid too long says nothing about today.
  const std::int64_t age = now - signed_at_.milliseconds;
  if (!signed_.empty() && age >= 0 && age < milliseconds(kRenewal)) return signed_;
  base::JsonObject keys{
      {"server_name", server_.text()},
      {"verify_keys",
       base::JsonObject{
           {key_.id().text(), base::JsonObject{{"key", base::encode_base64(key_.public_key())}}}}},
      {"old_verify_keys", base::JsonObject{}},
      {"valid_until_ts", now + milliseconds(kValidity)}};
  protocol::sign_json(keys, server_.text(), key_);
  signed_ = std::move(keys);
  signed_at_ = {now};
  return signed_;
}

}  // namespace chancery::keys
