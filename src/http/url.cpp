// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include "http/detail/ascii.hpp"
#include "http/ip_address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace chancery::http {
namespace {

namespace urls = boost::urls;

constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;

std::string_view standard(urls::string_view text) { return {text.data(), text.size()}; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), detail::to_lower);
  return out;
}

bool is_letter_or_digit(char each) {
  return detail::is_digit(each) || (each >= 'a' && each <= 'z');
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, [](char each) {
           return is_letter_or_digit(each) || each == '-' || each == '_';
         });
}

// What inet_aton, and so a resolver, may take for a number: digits alone, or 0x.
bool looks_numeric(std::string_view label) {
  return std::ranges::all_of(label, detail::is_digit) || label.starts_with("0x");
}

bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > kLongestHost) return false;
  std::size_t start = 0;
  while (true) {
    const std::size_t dot = host.find('.', start);
    const std::string_view label = host.substr(start, dot - start);
    if (!is_label(label)) return false;
    if (dot == host.npos) return !looks_numeric(label);
    start = dot + 1;
  }
}

// The host as a resolver gets it; absent when it is neither a name nor a usual address.
std::optional<std::string> read_host(const urls::url_view& url) {
  std::string host = lower(standard(url.encoded_host()));
  if (url.host_type() == urls::host_type::ipv6) {
    // Written in one form only, so that lists of hosts and kept connections see one host.
    const auto address = IpAddress::parse(std::string_view(host).substr(1, host.size() - 2));
    return address ? std::optional(address->text()) : std::nullopt;
  }
  if (host.ends_with('.')) host.pop_back();
  if (const auto address = IpAddress::parse(host)) return address->text();
  if (!is_host_name(host)) return std::nullopt;
  return host;
}

// Boost.URL 1.81 ends an authority where it no longer understands it ("a.example:80a", "1.2.3.4.5")
// and takes the rest for the path; here it ends where RFC 3986, 3.2, says.
bool is_whole_authority(std::string_view authority, std::string_view text) {
  const std::string_view rest = text.substr(text.find("://") + 3);
  return rest.substr(0, rest.find_first_of("/?#")) == authority;
}

std::optional<std::uint16_t> read_port(const urls::url_view& url, bool is_secure) {
  if (!url.has_port() || url.port().empty()) return is_secure ? 443 : 80;
  if (url.port_number() == 0) return std::nullopt;  // also what is too large
  return url.port_number();
}

// RFC 3986, 3.3, 3.4: what may stand in a path and a query, and '%'.
bool may_stand(char each) {
  return is_letter_or_digit(detail::to_lower(each)) ||
         std::string_view("-._~!$&'()*+,;=:@/?%").find(each) != std::string_view::npos;
}

bool is_escape(std::string_view text) {
  return text.size() >= 3 && detail::hex_digit(text[1]) && detail::hex_digit(text[2]);
}

// A path and query without characters that may not stand there.
std::string tidy(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char each = text[i];
    if (each == '\t' || each == '\r' || each == '\n') continue;  // as browsers: breaks of a line
    if (may_stand(each) && (each != '%' || is_escape(text.substr(i)))) {
      out += each;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(each));
    }
  }
  return out;
}

std::string_view without_blanks_around(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n\f";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// "https" of "https:…"; empty when the reference is relative.
std::string_view scheme_of(std::string_view reference) {
  const std::size_t end = reference.find_first_of(":/?");
  if (end == reference.npos || reference[end] != ':') return {};
  return reference.substr(0, end);
}

// RFC 3986, 5.2.4, of a path that begins with '/'.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  bool ends_in_folder = false;
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, slash - start);
    ends_in_folder = segment == "." || segment == "..";
    if (segment == ".." && !segments.empty()) segments.pop_back();
    if (!ends_in_folder) segments.push_back(segment);
    start = slash + 1;
  }
  std::string out;
  for (const std::string_view segment : segments) (out += '/') += segment;
  if (ends_in_folder || out.empty()) out += '/';
  return out;
}

std::optional<Url> with_target(const Url& base, std::string_view path, std::string_view query) {
  Url url = base;
  url.target = tidy(remove_dot_segments(path)) + tidy(query);
  if (url.text().size() > kLongestUrl) return std::nullopt;
  return url;
}

}  // namespace

std::string Url::authority() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  std::string out = is_v6 ? "[" + host + "]" : host;
  if (port != (is_secure ? 443 : 80)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::origin() const { return (is_secure ? "https://" : "http://") + authority(); }

std::optional<Url> parse_url(std::string_view text) {
  if (text.size() > kLongestUrl) return std::nullopt;
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed || !parsed->has_authority() || parsed->has_userinfo()) return std::nullopt;
  if (!is_whole_authority(standard(parsed->encoded_authority()), text)) return std::nullopt;
  const bool is_secure = parsed->scheme_id() == urls::scheme::https;
  if (!is_secure && parsed->scheme_id() != urls::scheme::http) return std::nullopt;
  auto host = read_host(*parsed);
  const auto port = read_port(*parsed, is_secure);
  if (!host || !port) return std::nullopt;
  Url url{.is_secure = is_secure, .host = *std::move(host), .port = *port, .target = {}};
  url.target = standard(parsed->encoded_path());
  if (url.target.empty()) url.target = "/";
  if (parsed->has_query()) (url.target += '?') += standard(parsed->encoded_query());
  return url;
}

std::optional<Url> parse_typed_url(std::string_view text) {
  text = without_blanks_around(text);
  if (text.size() > kLongestUrl) return std::nullopt;
  text = text.substr(0, text.find('#'));
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == text.npos) return std::nullopt;
  const std::size_t end = std::min(text.find_first_of("/?\\", scheme_end + 3), text.size());
  // A backslash would be the end of the host to some programs, a part of it to others.
  if (end < text.size() && text[end] == '\\') return std::nullopt;
  return parse_url(std::string(text.substr(0, end)) + tidy(text.substr(end)));
}

std::optional<Url> resolve_reference(const Url& base, std::string_view reference) {
  reference = without_blanks_around(reference);
  if (reference.size() > kLongestUrl) return std::nullopt;
  reference = reference.substr(0, reference.find('#'));
  if (!scheme_of(reference).empty()) return parse_typed_url(reference);
  if (reference.starts_with("//")) {
    return parse_typed_url(std::string(base.is_secure ? "https:" : "http:") += reference);
  }
  const std::size_t mark = std::min(reference.find('?'), reference.size());
  const std::string_view path = reference.substr(0, mark);
  const std::string_view query = reference.substr(mark);
  const std::string_view base_target = base.target;
  const std::string_view base_path = base_target.substr(0, base_target.find('?'));
  if (path.starts_with('/')) return with_target(base, path, query);
  if (!path.empty()) {
    const auto folder = base_path.substr(0, base_path.rfind('/') + 1);
    return with_target(base, std::string(folder) += path, query);
  }
  if (!query.empty()) return with_target(base, base_path, query);
  return base;
}

}  // namespace chancery::http
