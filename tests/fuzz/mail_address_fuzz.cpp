// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Mail addresses: what is taken is its own parse, and cannot break a header or a command.

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "domain/mail/address.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto address = mail::Address::parse(text);
  if (!address) return 0;
  CHANCERY_ASSERT(mail::Address::parse(address->text()) == *address);
  CHANCERY_ASSERT(std::ranges::all_of(address->text(), [](char c) {
    return (c > ' ' && c < '\x7f') || static_cast<unsigned char>(c) >= 0x80;
  }));
  CHANCERY_ASSERT(address->text().find_first_of("<>\"(),:;\\[]") == std::string::npos);
  CHANCERY_ASSERT(std::ranges::count(address->text(), '@') == 1);
  CHANCERY_ASSERT(!address->domain().empty());
  CHANCERY_ASSERT(base::is_utf8(address->text()) && base::is_utf8(address->masked()));
  return 0;
}
