// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/redirect_uri.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace chancery::oauth {
namespace {

// "app.example.com" as "com.example.app".
std::string reversed(std::string_view host) {
  std::string out;
  while (true) {
    const std::size_t dot = host.rfind('.');
    if (!out.empty()) out += '.';
    out += dot == std::string_view::npos ? host : host.substr(dot + 1);
    if (dot == std::string_view::npos) return out;
    host = host.substr(0, dot);
  }
}

std::optional<std::string_view> find_fault_of_https(const Uri& uri, const Uri& client_uri) {
  if (!uri.has_authority || uri.has_user) return "an https redirect URI has a host and no user";
  if (!is_beneath(uri.host, client_uri.host)) {
    return "a redirect URI is on the host of client_uri or beneath it";
  }
  return std::nullopt;
}

std::optional<std::string_view> find_fault_of_loopback(const Uri& uri) {
  if (!uri.has_authority || uri.has_user || !is_loopback(uri)) {
    return "an http redirect URI is on localhost, 127.0.0.1 or [::1]";
  }
  if (uri.port) return "a redirect URI on the loopback interface is registered without its port";
  return std::nullopt;
}

std::optional<std::string_view> find_fault_of_scheme(const Uri& uri, const Uri& client_uri) {
  const std::string own = reversed(client_uri.host);
  const bool is_own = uri.scheme == own || uri.scheme.starts_with(own + ".");
  if (!is_own || own.find('.') == std::string::npos) {
    return "a private-use scheme begins with the host of client_uri in reverse order";
  }
  if (uri.has_authority) return "a private-use scheme has no host";
  return std::nullopt;
}

// The text without its port, which is known to be there.
std::string without_port(std::string_view text, const Uri& uri) {
  const std::string port = ":" + std::to_string(*uri.port);
  // After "http://" and the host, which have no other ':' but within brackets.
  const std::size_t from = text.find(']') == std::string_view::npos ? 7 : text.find(']');
  const std::size_t at = text.find(port, from);
  return std::string(text.substr(0, at)) + std::string(text.substr(at + port.size()));
}

}  // namespace

std::optional<std::string_view> find_fault(std::string_view text, ApplicationType type,
                                           const Uri& client_uri) {
  const auto uri = parse_uri(text);
  if (!uri) return "not a URI";
  if (uri->has_fragment) return "a redirect URI has no fragment";
  if (uri->scheme == "https") return find_fault_of_https(*uri, client_uri);
  if (type == ApplicationType::web) return "a web client's redirect URI is https";
  if (uri->scheme == "http") return find_fault_of_loopback(*uri);
  return find_fault_of_scheme(*uri, client_uri);
}

bool is_same_redirect(std::string_view registered, std::string_view named) {
  if (registered == named) return true;
  const auto uri = parse_uri(named);
  if (!uri || uri->scheme != "http" || !uri->port || !is_loopback(*uri) || uri->has_user) {
    return false;
  }
  return without_port(named, *uri) == registered;
}

std::optional<Uri> parse_sign_on_target(std::string_view text) {
  // What browsers carry out, show or read themselves.
  constexpr std::array<std::string_view, 12> kRefused{
      "javascript", "data", "vbscript", "file",        "blob", "about",
      "filesystem", "ws",   "wss",      "view-source", "ftp",  "mailto"};
  auto uri = parse_uri(text);
  if (!uri || uri->has_user) return std::nullopt;
  if (std::ranges::find(kRefused, uri->scheme) != kRefused.end()) return std::nullopt;
  if ((uri->scheme == "https" || uri->scheme == "http") && !uri->has_authority) {
    return std::nullopt;
  }
  return uri;
}

std::string with_parameters(std::string_view uri, ResponseMode mode, const Parameters& parameters) {
  if (mode == ResponseMode::fragment) return std::string(uri) + '#' + parameters.text();
  // What stands behind the '#' is the app's own affair and stays there.
  const std::size_t hash = std::min(uri.find('#'), uri.size());
  std::string out(uri.substr(0, hash));
  if (out.find('?') == std::string::npos) {
    out += '?';
  } else if (!out.ends_with('?') && !out.ends_with('&')) {
    out += '&';
  }
  return out + parameters.text() + std::string(uri.substr(hash));
}

std::string without_parameter(std::string_view uri, std::string_view name) {
  const std::size_t hash = std::min(uri.find('#'), uri.size());
  const std::string_view fragment = uri.substr(hash);
  uri = uri.substr(0, hash);
  const std::size_t mark = std::min(uri.find('?'), uri.size());
  std::string out(uri.substr(0, mark));
  std::string_view query = mark == uri.size() ? std::string_view() : uri.substr(mark + 1);
  char joint = '?';
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty() || pair.substr(0, pair.find('=')) == name) continue;
    out += joint;
    out += pair;
    joint = '&';
  }
  return out + std::string(fragment);
}

}  // namespace chancery::oauth
