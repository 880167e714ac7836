// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/message.hpp"

#include "base/base64.hpp"
#include "base/dates.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace chancery::mail {
namespace {

constexpr std::string_view kNewline = "\r\n";
constexpr std::size_t kLongestLine = 76;
// What stands before a value that may be long: "Subject: ".
constexpr std::size_t kLongestName = 9;
// An encoded word has 75 characters at most: 12 around it, and 42 bytes are 56 of base64.
constexpr std::size_t kBytesOfWord = 42;

bool is_plain(char c) { return c >= ' ' && c <= '~'; }

// Valid UTF-8 without control characters.
std::string clean(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = base::utf8_length(text);
    if (length == 0) {
      out += '?';
      text.remove_prefix(1);
      continue;
    }
    const bool is_control = length == 1 && !is_plain(text.front());
    out += is_control ? std::string_view(" ") : text.substr(0, length);
    text.remove_prefix(length);
  }
  return out;
}

std::string pad_base64(std::string text) {
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

// A name in front of an address.
std::string phrase(std::string_view name) {
  const std::string cleaned = clean(name);
  const bool is_ascii = std::ranges::all_of(cleaned, is_plain);
  if (!is_ascii) return encode_header_text(cleaned);
  std::string quoted = "\"";
  for (const char c : cleaned) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

// `text` in lines of a header, broken before blanks that stand between words: put together again
// it is the same. Absent where a word is too long for a line.
std::optional<std::string> fold(std::string_view text) {
  std::string out;
  std::size_t room = kLongestLine - kLongestName;
  while (text.size() > room) {
    // What a line ends with is no blank, nor what comes behind the first of the next one.
    std::size_t at = room;
    while (at > 1 && (text[at] != ' ' || text[at - 1] == ' ' || at + 1 == text.size() ||
                      text[at + 1] == ' ')) {
      --at;
    }
    if (at <= 1) return std::nullopt;
    out += text.substr(0, at);
    out += kNewline;
    text.remove_prefix(at);
    room = kLongestLine;
  }
  out += text;
  return out;
}

void add_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += kNewline;
}

void add_part(std::string& out, std::string_view boundary, std::string_view type,
              std::string_view body) {
  out += fmt::format("--{}\r\n", boundary);
  add_header(out, "Content-Type", fmt::format("{}; charset=utf-8", type));
  add_header(out, "Content-Transfer-Encoding", "quoted-printable");
  out += kNewline;
  out += encode_quoted_printable(body);
  out += kNewline;
}

std::string url_text(std::string_view url) {
  std::string kept;
  std::ranges::copy_if(url, std::back_inserter(kept),
                       [](char c) { return c > ' ' && c <= '~' && c != '<' && c != '>'; });
  return kept;
}

}  // namespace

std::string encode_header_text(std::string_view text) {
  std::string cleaned = clean(text);
  const bool is_ascii = std::ranges::all_of(cleaned, is_plain);
  if (is_ascii && !cleaned.contains("=?")) {
    if (auto folded = fold(cleaned)) return *std::move(folded);
  }
  std::string out;
  std::string_view rest = cleaned;
  while (!rest.empty()) {
    std::size_t taken = 0;
    while (taken < rest.size()) {
      const std::size_t length = base::utf8_length(rest.substr(taken));
      if (taken + length > kBytesOfWord) break;
      taken += length;
    }
    if (!out.empty()) out += "\r\n ";
    out += "=?utf-8?B?" + pad_base64(base::encode_base64(rest.substr(0, taken))) + "?=";
    rest.remove_prefix(taken);
  }
  return out;
}

std::string encode_quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  const auto add = [&](std::string_view piece) {
    if (column + piece.size() > kLongestLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') continue;
    if (c == '\n') {
      out += kNewline;
      column = 0;
      continue;
    }
    const bool ends_line = at + 1 == text.size() || text[at + 1] == '\n' || text[at + 1] == '\r';
    const bool is_blank = c == ' ' && !ends_line;
    if (is_blank || (c > ' ' && c <= '~' && c != '=')) {
      add({&text[at], 1});
    } else {
      add(fmt::format("={:02X}", static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string write_message(const Mail& mail, const Envelope& envelope) {
  const std::string boundary = "=_" + envelope.unique;
  std::string out;
  add_header(out, "Date", base::mail_date(envelope.at));
  add_header(out, "From", fmt::format("{} <{}>", phrase(envelope.from_name), envelope.from.text()));
  add_header(out, "To", fmt::format("<{}>", mail.to.text()));
  add_header(out, "Subject", encode_header_text(mail.subject));
  add_header(out, "Message-ID", fmt::format("<{}@{}>", envelope.unique, envelope.from.domain()));
  add_header(out, "Auto-Submitted", "auto-generated");
  if (mail.unsubscribe) {
    const std::string url = url_text(*mail.unsubscribe);
    add_header(out, "List-Unsubscribe", fmt::format("<{}>", url));
    // RFC 8058 is for https alone.
    if (url.starts_with("https://")) {
      add_header(out, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
  }
  add_header(out, "MIME-Version", "1.0");
  add_header(out, "Content-Type",
             fmt::format("multipart/alternative;\r\n boundary=\"{}\"", boundary));
  out += kNewline;
  add_part(out, boundary, "text/plain", mail.text);
  add_part(out, boundary, "text/html", mail.html.str());
  out += fmt::format("--{}--\r\n", boundary);
  return out;
}

}  // namespace chancery::mail
