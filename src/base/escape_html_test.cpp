// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/escape_html.hpp"

#include <doctest/doctest.h>

namespace chancery::base {

TEST_CASE("what means something in HTML is escaped, and nothing else") {
  CHECK(escape_html("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;");
  CHECK(escape_html("\xC3\xA9 plain = 1; /path?x=1") == "\xC3\xA9 plain = 1; /path?x=1");
  CHECK(escape_html("").empty());
}

}  // namespace chancery::base
