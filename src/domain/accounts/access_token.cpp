// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/access_token.hpp"

namespace chancery::accounts {

bool may_be_access_token(std::string_view text) {
  return text.size() == kAccessTokenPrefix.size() + kEncodedTokenBytes &&
         text.starts_with(kAccessTokenPrefix);
}

}  // namespace chancery::accounts
