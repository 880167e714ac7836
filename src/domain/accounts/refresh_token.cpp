// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/refresh_token.hpp"

#include "base/assert.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "domain/accounts/access_token.hpp"

#include <utility>

namespace chancery::accounts {
namespace {

constexpr std::string_view kRefreshPrefix = "chr_";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kFamilyBytes = 18;
constexpr std::size_t kEncodedFamilyBytes = 24;

TokenPair pair_of(std::string_view access, std::string_view family, std::string_view refresh) {
  TokenPair pair;
  pair.access_token = std::string(kAccessTokenPrefix) + base::encode_base64url(access);
  pair.refresh_token =
      std::string(kRefreshPrefix) + std::string(family) + base::encode_base64url(refresh);
  return pair;
}

}  // namespace

bool may_be_refresh_token(std::string_view text) {
  // COMPAT: those without a family were given before there were any; may go when none is left.
  return text.starts_with(kRefreshPrefix) &&
         (!family_of(text).empty() || text.size() == kRefreshPrefix.size() + kEncodedTokenBytes);
}

std::string_view family_of(std::string_view refresh_token) {
  constexpr std::size_t kLength = kRefreshPrefix.size() + kEncodedFamilyBytes + kEncodedTokenBytes;
  if (refresh_token.size() != kLength) return {};
  return refresh_token.substr(kRefreshPrefix.size(), kEncodedFamilyBytes);
}

std::string family_name(std::string_view family) {
  return base::encode_base64url(base::sha256(family));
}

TokenPair first_pair(runtime::Random& random) {
  const std::string access = random.bytes(kTokenBytes);
  const std::string family = base::encode_base64url(random.bytes(kFamilyBytes));
  return pair_of(access, family, random.bytes(kTokenBytes));
}

// Without a key whoever has one token could make all that follow.
TokenSuccession::TokenSuccession(std::string key) : key_(std::move(key)) {
  CHANCERY_ASSERT(key_.size() == kKeyBytes);
}

TokenPair TokenSuccession::next(std::string_view refresh_token) const {
  std::string family(family_of(refresh_token));
  if (family.empty()) {
    family = base::encode_base64url(made_of(refresh_token, "family").substr(0, kFamilyBytes));
  }
  return pair_of(made_of(refresh_token, "access"), family, made_of(refresh_token, "refresh"));
}

std::string TokenSuccession::made_of(std::string_view refresh_token, std::string_view what) const {
  return base::hkdf_sha256(key_, refresh_token, what, kTokenBytes);
}

}  // namespace chancery::accounts
