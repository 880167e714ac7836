// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/html_text.hpp"

#include "base/utf8.hpp"

#include <doctest/doctest.h>

namespace chancery::media {
namespace {

using namespace std::string_view_literals;

}  // namespace

TEST_CASE("a page is read in the encoding that it is in") {
  CHECK(decode_page("M\xc3\xbcller", "text/html; charset=utf-8") == "M\xc3\xbcller");
  CHECK(decode_page("M\xfcller \x80", "text/html; charset=\"ISO-8859-1\"") ==
        "M\xc3\xbcller \xe2\x82\xac");
  CHECK(decode_page("\xcf\xf0\xe8", "text/html;Charset=windows-1251") ==
        "\xd0\x9f\xd1\x80\xd0\xb8");
  CHECK(decode_page("\xa4", "text/html; charset=iso-8859-15") == "\xe2\x82\xac");
  CHECK(decode_page("\xff\xfeM\0\xfc\0\x3d\xd8\0\xde"sv, "text/html; charset=utf-8") ==
        "M\xc3\xbc\xf0\x9f\x98\x80");
  CHECK(decode_page("\xfe\xff\0M"sv, "") == "M");
  CHECK(decode_page("\xef\xbb\xbfM\xc3\xbc", "text/html; charset=latin1") == "M\xc3\xbc");
}

TEST_CASE("a page that names its encoding itself is believed, within reason") {
  CHECK(decode_page("<meta charset=windows-1251>\xcf", "text/html").ends_with("\xd0\x9f"));
  CHECK(decode_page("<meta http-equiv=Content-Type content='text/html; charset=latin1'>\xfc", "")
            .ends_with("\xc3\xbc"));
  CHECK(decode_page("<meta charset=utf-16>\xc3\xbc", "").ends_with("\xc3\xbc"));
  CHECK(decode_page("<meta charset=klingon>\xc3\xbc", "").ends_with("\xc3\xbc"));
  CHECK(decode_page("no word \xfc", "") == "no word \xc3\xbc");
  CHECK(decode_page("no word \xc3\xbc", "text/html; charset") == "no word \xc3\xbc");
}

TEST_CASE("whatever a page lies about its encoding, what comes out is UTF-8") {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
  for (const std::string_view type :
       {"", "text/html; charset=utf-8", "text/html; charset=utf-16", "text/html; charset=utf-16be",
        "text/html; charset=windows-1251", "text/html; charset=iso-8859-15",
        "charset=", "charset"}) {
    CAPTURE(type);
    CHECK(base::is_utf8(decode_page(every, type)));
    CHECK(base::is_utf8(decode_page("\xff\xfe" + every, type)));
    CHECK(base::is_utf8(decode_page(every + "\xf0\x9f", type)));
  }
  CHECK(decode_page("a\xc3", "text/html; charset=utf-8") == "a\xef\xbf\xbd");
}

TEST_CASE("entities are characters, and what is none stays") {
  CHECK(decode_entities("a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#x27;") == "a & b <c> \"d\" 'e'");
  CHECK(decode_entities("&uuml;&szlig;&hellip;&euro;&Ouml;&nbsp;") ==
        "\xc3\xbc\xc3\x9f\xe2\x80\xa6\xe2\x82\xac\xc3\x96\xc2\xa0");
  CHECK(decode_entities("&#128512;&#x1F600;") == "\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
  CHECK(decode_entities("&#150;&#0;&#xD800;&#99999999999;") ==
        "\xe2\x80\x93\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(decode_entities("&; &#; &#x; &#12a; &nosuch; &amp & &") ==
        "&; &#; &#x; &#12a; &nosuch; &amp & &");
  CHECK(decode_entities("&amp;lt;") == "&lt;");
}

TEST_CASE("a text is put on one line and cut between characters") {
  CHECK(tidy_text("  a \n\t b\xc2\xa0 c  ", 100) == "a b c");
  CHECK(tidy_text("a\x01\x7f\xc2\x85"
                  "b\xe2\x80\xae"
                  "c\xef\xbb\xbf",
                  100) == "abc");
  CHECK(tidy_text("abcdef", 6) == "abc\xe2\x80\xa6");
  CHECK(tidy_text("ab", 6) == "ab");
  CHECK(tidy_text("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc", 8) == "\xc3\xbc\xc3\xbc\xe2\x80\xa6");
  CHECK(tidy_text("", 10) == "");
  CHECK(tidy_text("a\xc3", 10) == "a");
}
}  // namespace chancery::media
