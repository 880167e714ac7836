// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/content_disposition.hpp"

#include <doctest/doctest.h>

namespace chancery::media_api {

TEST_CASE("only types that browsers run nothing in are shown") {
  CHECK(may_be_shown("image/png"));
  CHECK(may_be_shown("IMAGE/PNG"));
  CHECK(may_be_shown("text/plain; charset=utf-8"));
  CHECK(may_be_shown("text/plain ;charset=utf-8"));
  CHECK_FALSE(may_be_shown("text/html"));
  CHECK_FALSE(may_be_shown("text/html; image/png"));
  CHECK_FALSE(may_be_shown("image/svg+xml"));
  CHECK_FALSE(may_be_shown("application/pdf"));
  CHECK_FALSE(may_be_shown("image/pngx"));
  CHECK_FALSE(may_be_shown(""));
}

TEST_CASE("a plain name is quoted, another is escaped") {
  CHECK(content_disposition("image/png", "a cat.png") == "inline; filename=\"a cat.png\"");
  CHECK(content_disposition("text/html", "page.html") == "attachment; filename=\"page.html\"");
  CHECK(content_disposition("image/png", "\xe2\x98\x95.png") ==
        "inline; filename*=utf-8''%E2%98%95.png");
  CHECK(content_disposition("image/png", "a\"b\\c%22.png") ==
        "inline; filename*=utf-8''a%22b%5Cc%2522.png");
  CHECK(content_disposition("image/png", std::nullopt) == "inline");
  CHECK(content_disposition("image/png", "") == "inline");
}

TEST_CASE("a name cannot begin a header of its own") {
  CHECK(content_disposition("text/plain", "a\r\nSet-Cookie: x=1") ==
        "inline; filename=\"aSet-Cookie: x=1\"");
  CHECK(content_disposition("text/plain", std::string("a\0b\x7f", 4)) == "inline; filename=\"ab\"");
  CHECK(content_disposition("text/plain", "\xff\xfe") == "inline");
  CHECK(content_disposition("text/plain", "\r\n") == "inline");
}

}  // namespace chancery::media_api
