// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/passwords.hpp"

#include "protocol/api_error.hpp"

#include <fmt/core.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <new>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

std::string make_hash(std::string password, const PasswordRules& rules) {
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int outcome =
      crypto_pwhash_str_alg(text.data(), password.data(), password.size(), rules.passes,
                            rules.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  sodium_memzero(password.data(), password.size());
  if (outcome != 0) throw std::bad_alloc();  // its only reason to fail
  return text.data();
}

PasswordCheck check_hash(const std::string& hash, std::string password,
                         const PasswordRules& rules) {
  const int outcome = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size());
  sodium_memzero(password.data(), password.size());
  if (outcome != 0) return PasswordCheck::wrong;
  const bool is_outdated =
      crypto_pwhash_str_needs_rehash(hash.c_str(), rules.passes, rules.memory_bytes) != 0;
  return is_outdated ? PasswordCheck::outdated : PasswordCheck::right;
}

// UTF-8 was checked when the request was read.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

}  // namespace

Passwords::Passwords(PasswordRules rules, runtime::WorkerPool& workers)
    : rules_(rules), workers_(workers) {
  if (sodium_init() < 0) throw std::bad_alloc();
  stand_in_ = make_hash("nobody has this password", rules_);
}

void Passwords::require_strong(std::string_view password) const {
  if (count_characters(password) < rules_.min_length) {
    throw ApiError(ErrorCode::weak_password,
                   fmt::format("The password must have at least {} characters", rules_.min_length));
  }
  if (password.size() > rules_.max_bytes) {
    throw ApiError(ErrorCode::invalid_param,
                   fmt::format("The password may have at most {} bytes", rules_.max_bytes));
  }
}

runtime::Task<std::string> Passwords::hash(std::string password) {
  co_return co_await workers_.run([rules = rules_, password = std::move(password)]() mutable {
    return make_hash(std::move(password), rules);
  });
}

runtime::Task<PasswordCheck> Passwords::check(std::optional<std::string> hash,
                                              std::string password) {
  // An overlong one is wrong; it is not worth the time it would take.
  if (password.size() > rules_.max_bytes) co_return PasswordCheck::wrong;
  const bool is_real = hash && !hash->empty();
  ++checks_;
  const PasswordCheck found =
      co_await workers_.run([rules = rules_, against = is_real ? *std::move(hash) : stand_in_,
                             password = std::move(password)]() mutable {
        return check_hash(against, std::move(password), rules);
      });
  co_return is_real ? found : PasswordCheck::wrong;
}

}  // namespace chancery::accounts
