// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Redirect URIs: whatever a client registers, a browser that is sent there reaches the client's own
// host, this machine, or an app's own scheme.

#include "base/assert.hpp"
#include "domain/oauth/redirect_uri.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const oauth::Uri client = *oauth::parse_uri("https://example.com/");
  for (const auto type : {oauth::ApplicationType::web, oauth::ApplicationType::native}) {
    if (oauth::find_fault(text, type, client)) continue;
    const oauth::Uri uri = *oauth::parse_uri(text);
    const bool is_own_host = uri.scheme == "https" && oauth::is_beneath(uri.host, "example.com");
    const bool is_machine = uri.scheme == "http" && oauth::is_loopback(uri) && !uri.port;
    // A browser sees a host after "//" right behind the scheme, and nowhere else.
    const bool is_own_scheme =
        uri.scheme.starts_with("com.example") && !text.substr(text.find(':')).starts_with("://");
    CHANCERY_ASSERT(is_own_host || is_machine || is_own_scheme);
    CHANCERY_ASSERT(text.find_first_of(std::string_view("\\\"<> \0\n", 7)) == text.npos);
    CHANCERY_ASSERT(oauth::is_same_redirect(text, text));
  }
  // Of two that count as the same, the hosts are, too.
  const std::size_t middle = size / 2;
  const std::string_view registered = text.substr(0, middle);
  const std::string_view named = text.substr(middle);
  if (oauth::is_same_redirect(registered, named) && registered != named) {
    CHANCERY_ASSERT(oauth::parse_uri(registered)->host == oauth::parse_uri(named)->host);
  }
  if (const auto target = oauth::parse_sign_on_target(text)) {
    CHANCERY_ASSERT(target->scheme != "javascript" && target->scheme != "data");
    // What goes into a policy as a source may not bring a second one.
    CHANCERY_ASSERT(oauth::origin_of(*target).find_first_of(" ;,'\"") == std::string::npos);
    static_cast<void>(oauth::without_parameter(text, "loginToken"));
  }
  return 0;
}
