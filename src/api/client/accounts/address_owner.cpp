// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/accounts/address_owner.hpp"

#include "api/boundary/call.hpp"

namespace chancery::client {

runtime::Task<std::string> find_address_owner(third_party_ids::ThirdPartyIds& ids,
                                              base::JsonObject identifier) {
  const std::string medium = boundary::get_string(identifier, "medium");
  const std::string text = boundary::get_string(identifier, "address");
  const auto address = mail::Address::parse(text);
  if (medium != third_party_ids::kEmail || !address) co_return "@" + text;
  const auto owner = co_await ids.find_owner(*address);
  co_return owner ? owner->text() : "@" + address->text();
}

}  // namespace chancery::client
