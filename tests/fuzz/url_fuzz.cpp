// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// URLs: what is read is written and read again the same, names a host that no resolver takes for a
// number, and leaves no room for a second request in a request line.

#include "base/assert.hpp"
#include "http/ip_address.hpp"
#include "http/outbound_rules.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;

namespace {

void check(const http::Url& url) {
  CHANCERY_ASSERT(http::parse_url(url.text()) == url);
  CHANCERY_ASSERT(url.target.starts_with('/') && url.port != 0 && !url.host.empty());
  const std::string text = url.text();
  CHANCERY_ASSERT(text.size() <= 2 * http::kLongestUrl);
  CHANCERY_ASSERT(std::ranges::all_of(text, [](char each) { return each > 0x20 && each < 0x7f; }));
  CHANCERY_ASSERT(url.host.find_first_of("@/?#\\%") == std::string::npos);
  in_addr number{};
  if (::inet_aton(url.host.c_str(), &number) != 0) {
    const auto address = http::IpAddress::parse(url.host);
    CHANCERY_ASSERT(address && address->is_v4() && address->text() == url.host);
    CHANCERY_ASSERT(http::OutboundRules().may_connect(url.host, *address) ==
                    http::is_public(*address));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t blank = text.find('\n');
  if (const auto url = http::parse_url(text)) check(*url);
  const auto base = http::parse_typed_url(text.substr(0, blank));
  if (!base) return 0;
  check(*base);
  if (blank == text.npos) return 0;
  if (const auto url = http::resolve_reference(*base, text.substr(blank + 1))) check(*url);
  return 0;
}
