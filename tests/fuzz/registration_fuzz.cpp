// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Registration files: whatever text is given is refused with its line, or gives registrations whose
// expressions can be asked.

#include "base/assert.hpp"
#include "domain/appservices/registry.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using chancery::appservices::ReadRegistrations;
using chancery::appservices::Registry;
using chancery::protocol::RoomAlias;
using chancery::protocol::ServerName;
using chancery::protocol::UserId;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  ReadRegistrations read = chancery::appservices::read_registrations(
      {{.path = "f.yaml", .text = text}}, ServerName::trusted("x"));
  for (const std::string& mistake : read.mistakes) {
    CHANCERY_ASSERT(mistake.starts_with("f.yaml:"));
  }
  CHANCERY_ASSERT(read.registrations.empty() != read.mistakes.empty());
  if (!read.mistakes.empty()) return 0;
  const std::string token = read.registrations.front().as_token;
  const Registry registry(std::move(read.registrations));
  const auto* service = registry.find_by_token(chancery::accounts::TokenHash(token));
  CHANCERY_ASSERT(service != nullptr && service->covers(service->sender()));
  const std::string part = text.substr(0, 250);
  (void)service->covers(UserId::trusted("@" + part + ":x"));
  (void)service->covers(RoomAlias::trusted("#" + part + ":x"));
  return 0;
}
