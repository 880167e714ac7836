// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/uri.hpp"

#include "base/parse_number.hpp"

#include <algorithm>

namespace chancery::oauth {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

bool is_uri_character(char c) {
  constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
  return is_letter(c) || is_digit(c) || kMarks.find(c) != std::string_view::npos;
}

bool has_good_escapes(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (text.size() - i < 3 || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
  }
  return true;
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 3 && host.size() <= 41 && host.ends_with(']') &&
           std::ranges::all_of(host.substr(1, host.size() - 2),
                               [](char c) { return is_hex(c) || c == ':' || c == '.'; });
  }
  if (host.empty() || host.size() > 253 || host.front() == '.' || host.front() == '-') return false;
  if (host.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(
      host, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; });
}

bool read_authority(std::string_view authority, Uri& uri) {
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    uri.has_user = true;
    authority = authority.substr(at + 1);
  }
  std::size_t host_end = authority.starts_with('[') ? authority.find(']') : 0;
  if (host_end == std::string_view::npos) return false;
  host_end = authority.find(':', host_end);
  const std::string_view host = authority.substr(0, host_end);
  if (!is_host(host)) return false;
  uri.host = lower(host);
  if (host_end == std::string_view::npos) return true;
  const std::string_view digits = authority.substr(host_end + 1);
  const auto port = base::parse_number<std::uint16_t>(digits);
  if (!port || *port == 0 || digits.front() == '0') return false;
  uri.port = *port;
  return true;
}

}  // namespace

std::optional<Uri> parse_uri(std::string_view text) {
  if (text.size() > Uri::kMostBytes || !std::ranges::all_of(text, is_uri_character)) {
    return std::nullopt;
  }
  if (!has_good_escapes(text)) return std::nullopt;
  Uri uri;
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !is_scheme(text.substr(0, colon))) return std::nullopt;
  uri.scheme = lower(text.substr(0, colon));
  text = text.substr(colon + 1);

  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    uri.has_fragment = true;
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    uri.query = std::string(text.substr(mark + 1));
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    uri.has_authority = true;
    text = text.substr(2);
    const std::size_t slash = text.find('/');
    if (!read_authority(text.substr(0, slash), uri)) return std::nullopt;
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  }
  // Only an IPv6 host has brackets.
  if (text.find_first_of("[]") != std::string_view::npos) return std::nullopt;
  uri.path = std::string(text);
  return uri;
}

std::string origin_of(const Uri& uri) {
  if (uri.scheme != "https" && uri.scheme != "http") return uri.scheme + ":";
  return uri.scheme + "://" + uri.host + (uri.port ? ":" + std::to_string(*uri.port) : "");
}

bool is_loopback(const Uri& uri) {
  return uri.host == "localhost" || uri.host == "127.0.0.1" || uri.host == "[::1]";
}

bool is_beneath(std::string_view host, std::string_view base) {
  if (host == base) return true;
  return host.size() > base.size() + 1 && host.ends_with(base) &&
         host[host.size() - base.size() - 1] == '.';
}

}  // namespace chancery::oauth
