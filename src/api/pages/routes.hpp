// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pages for a browser: signing in where a client cannot, and setting up the server.
//
// They come with a content security policy that allows nothing but their own files, and are never
// framed. Scripts and styles are files of their own; nothing comes from another host.
//
// Spec: client-server, "Login Fallback".

#include "api/boundary/route.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chancery::pages {

// What the pages say of the server.
struct PageFacts {
  std::string server_name;
  std::size_t password_min_length = 15;
  enum class Mail : std::uint8_t { none, sent } mail = Mail::none;
};

[[nodiscard]] std::vector<boundary::Route> page_routes(const PageFacts& facts);

}  // namespace chancery::pages
