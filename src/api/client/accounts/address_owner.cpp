// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/accounts/address_owner.hpp"

#include "api/boundary/call.hpp"

namespace chancery::client {

runtime::Task<std::string> find_address_owner(third_party_ids::ThirdPartyIds& ids,
                                              base::JsonObject identifier) {
  const std::string medium = boundary::get_string(identifier, "medium");
  std::string text = boundary::get_string(identifier, "address");
  // Of other media nobody has an identifier here.
  if (medium != third_party_ids::kEmail) co_return "@" + text;
  co_return co_await ids.sign_in_name(std::move(text));
}

}  // namespace chancery::client
