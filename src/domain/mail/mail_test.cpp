// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "domain/mail/address.hpp"
#include "domain/mail/html.hpp"
#include "domain/mail/message.hpp"
#include "domain/mail/smtp_client.hpp"
#include "domain/mail/smtp_reply.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

namespace chancery::mail {
namespace {

using State = SmtpReplyReader::State;

Address address(std::string_view text) { return Address::parse(text).value(); }

Envelope envelope() {
  return {.from = address("chancery@example.org"),
          .from_name = "example.org",
          .unique = "abc123",
          .at = {1'795'907'618'000}};
}

std::vector<std::string> lines_of(const std::string& message) {
  std::vector<std::string> lines;
  std::istringstream stream(message);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

TEST_CASE("an address is one text, whatever its case") {
  CHECK(address("Alice.B+x@Example.ORG").text() == "alice.b+x@example.org");
  CHECK(address("a@b").domain() == "b");
  CHECK(address("alice@example.org").masked() == "a***@e***.org");
}

TEST_CASE("an address has letters of any script before the sign, in one form") {
  CHECK(address("M\u00DCller@Example.org").text() == "m\u00FCller@example.org");
  CHECK(address("mu\u0308ller@example.org") == address("m\u00FCller@example.org"));
  CHECK(address("m\u00FCller@example.org").is_international());
  CHECK_FALSE(address("muller@example.org").is_international());
  CHECK(address("\u732B@example.org").masked() == "\u732B***@e***.org");
  for (const char* bad : {"a\u200B@b", "a\u202E@b", "\u00A0@b", "a\u2028@b", "\uFF20@b"}) {
    CAPTURE(bad);
    CHECK_FALSE(Address::parse(bad).has_value());
  }
  std::string long_one;
  while (long_one.size() <= 64) long_one += "\u00FC";
  CHECK_FALSE(Address::parse(long_one + "@b").has_value());
}

TEST_CASE("what could break a header or a command is no address") {
  for (const std::string_view bad : {"",           "a",       "@",
                                     "a@",         "@b",      "a@b\r\nBcc: c@d",
                                     "a@b\nc",     "a@b ",    " a@b",
                                     "a b@c",      "a@b,c@d", "a@b>",
                                     "<a@b>",      "\"a\"@b", "a@[127.0.0.1]",
                                     "a@-b",       "a@b-",    "a@b..c",
                                     ".a@b",       "a.@b",    "a..b@c",
                                     "a@b.",       "a\0b@c",  "\xc3@b",
                                     "a@\xc3\xa4", "a@b/c",   "a@b;c"}) {
    CAPTURE(bad);
    CHECK_FALSE(Address::parse(bad).has_value());
  }
  CHECK_FALSE(Address::parse(std::string(65, 'a') + "@b").has_value());
  CHECK_FALSE(Address::parse("a@" + std::string(64, 'b')).has_value());
  CHECK_FALSE(Address::parse(std::string_view("a\0@b", 4)).has_value());
}

TEST_CASE("text in HTML stays text, and only links to the web are links") {
  Html html;
  html.markup("<p>").text("<script>\"'&").markup("</p>");
  CHECK(html.str() == "<p>&lt;script&gt;&quot;&#39;&amp;</p>");
  Html link;
  link.link("https://x/?a=\"><b", "here");
  CHECK(link.str() == "<a href=\"https://x/?a=&quot;&gt;&lt;b\">here</a>");
  Html none;
  none.link("javascript:alert(1)", "<here>");
  CHECK(none.str() == "&lt;here&gt;");
}

TEST_CASE("a message has the headers that it needs, and two bodies") {
  Mail mail{.to = address("bob@example.com"),
            .subject = "Hello",
            .text =
                "Gr\xc3\xbc\xc3\x9f"
                "e = 1\n.\n",
            .html = {},
            .unsubscribe = "https://example.org/u?t=1>\r\nX: y"};
  mail.html.markup("<p>").text("a").markup("</p>");
  const std::string message = write_message(mail, envelope());
  const auto has = [&](std::string_view line) {
    return message.find(std::string(line) + "\r\n") != std::string::npos;
  };
  CHECK(has("Date: Sat, 28 Nov 2026 23:13:38 +0000"));
  CHECK(has("From: \"example.org\" <chancery@example.org>"));
  CHECK(has("To: <bob@example.com>"));
  CHECK(has("Subject: Hello"));
  CHECK(has("Message-ID: <abc123@example.org>"));
  CHECK(has("Auto-Submitted: auto-generated"));
  CHECK(has("List-Unsubscribe: <https://example.org/u?t=1X:y>"));
  CHECK(has("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
  mail.unsubscribe = "http://example.org/u";
  CHECK_FALSE(write_message(mail, envelope()).contains("List-Unsubscribe-Post"));
  CHECK(has("Gr=C3=BC=C3=9Fe =3D 1"));
  CHECK(has("<p>a</p>"));
  CHECK(has("--=_abc123--"));
}

TEST_CASE("nothing that is put in adds a header or a long line") {
  Mail mail{.to = address("bob@example.com"),
            .subject = std::string("x\r\nBcc: eve@example.com\r\n\r\nbody\0", 32) +
                       std::string(500, 'y') + "\xc3\xa4",
            .text = std::string(2'000, 'z') + " \r\n.\r\nQUIT",
            .html = {},
            .unsubscribe = std::nullopt};
  Envelope from = envelope();
  from.from_name = "a\r\nBcc: eve@example.com";
  const std::string message = write_message(mail, from);
  std::size_t headers = 0;
  for (const std::string& line : lines_of(message)) {
    if (line.empty()) break;
    ++headers;
    CHECK_FALSE(line.starts_with("Bcc"));
  }
  CHECK(headers > 8);
  for (const std::string& line : lines_of(message)) CHECK(line.size() <= 78);
  for (const char c : message) CHECK((c == '\r' || c == '\n' || (c >= ' ' && c <= '~')));
}

TEST_CASE("plain header text is folded between words, and reads the same") {
  const std::string text =
      "12 unread messages in 5 rooms, 3 mentions of you, and 2 invitations at matrix.example.org";
  const std::string folded = encode_header_text(text);
  CHECK_FALSE(folded.contains("=?"));
  std::string unfolded = folded;
  for (std::size_t at = 0; (at = unfolded.find("\r\n")) != std::string::npos;)
    unfolded.erase(at, 2);
  CHECK(unfolded == text);
  for (const std::string& line : lines_of(folded + "\r\n")) CHECK(line.size() <= 76);
  // No line is blank, and what has no place to break is encoded.
  const std::string gaps = "a" + std::string(200, ' ') + "b";
  for (const std::string& line : lines_of(encode_header_text(gaps) + "\r\n")) {
    CHECK(line.find_first_not_of(' ') != std::string::npos);
  }
  CHECK(encode_header_text(std::string(100, 'y')).starts_with("=?utf-8?B?"));
}

TEST_CASE("header text that is not plain is an encoded word that holds it") {
  CHECK(encode_header_text("plain") == "plain");
  CHECK(encode_header_text("Gr\xc3\xbc\xc3\x9f"
                           "e") == "=?utf-8?B?R3LDvMOfZQ==?=");
  CHECK(encode_header_text("=?utf-8?B?eA==?=") != "=?utf-8?B?eA==?=");
  CHECK(encode_header_text("bad \xff byte").find('\xff') == std::string::npos);
}

TEST_CASE("a line that is a dot does not end the message") {
  CHECK(stuff_dots("a\r\n.\r\n..b") == "a\r\n..\r\n...b\r\n.\r\n");
  CHECK(stuff_dots(".\r\n") == "..\r\n.\r\n");
}

TEST_CASE("a reply is whole with its last line, however it is cut") {
  const std::string bytes = "250-mail.example.org\r\n250-SIZE 1000\r\n250 STARTTLS\r\n";
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    SmtpReplyReader reader;
    CHECK(reader.feed(std::string_view(bytes).substr(0, cut)) == State::more);
    CHECK(reader.feed(std::string_view(bytes).substr(cut)) == State::complete);
    const SmtpReply reply = reader.take();
    CHECK(reply.code == 250);
    CHECK(reply.lines == std::vector<std::string>{"mail.example.org", "SIZE 1000", "STARTTLS"});
  }
}

TEST_CASE("what is no reply, or more than one, is broken") {
  for (const std::string_view bad : {"hello\r\n", "25\r\n", "250x\r\n", "199 a\r\n", "600 a\r\n",
                                     "250-a\r\n251 b\r\n", "+50 a\r\n", "250 a\r\n250 b\r\n"}) {
    CAPTURE(bad);
    SmtpReplyReader reader;
    CHECK(reader.feed(bad) == State::broken);
  }
  SmtpReplyReader endless;
  State state = State::more;
  for (int i = 0; i < 200 && state == State::more; ++i) state = endless.feed("250-x\r\n");
  CHECK(state == State::broken);
  SmtpReplyReader wide;
  CHECK(wide.feed(std::string(3'000, '2')) == State::broken);
}

}  // namespace
}  // namespace chancery::mail
