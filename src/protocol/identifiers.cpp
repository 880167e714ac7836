// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/identifiers.hpp"

#include "base/parse_number.hpp"
#include "base/utf8.hpp"

#include <arpa/inet.h>

namespace chancery::protocol {
namespace {

constexpr std::size_t kMaxIdentifierBytes = 255;
constexpr std::size_t kHashCharacters = 43;  // of 32 bytes in unpadded base64

[[nodiscard]] std::unexpected<ParseError> refuse(const char* reason) {
  return std::unexpected(ParseError{reason});
}

[[nodiscard]] bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
[[nodiscard]] bool is_lower(char byte) { return byte >= 'a' && byte <= 'z'; }
[[nodiscard]] bool is_upper(char byte) { return byte >= 'A' && byte <= 'Z'; }

template <typename Predicate>
[[nodiscard]] bool all_of(std::string_view text, Predicate predicate) {
  for (const char byte : text) {
    if (!predicate(byte)) return false;
  }
  return true;
}

[[nodiscard]] bool is_base64url(std::string_view text) {
  return all_of(text, [](char byte) {
    return is_digit(byte) || is_lower(byte) || is_upper(byte) || byte == '-' || byte == '_';
  });
}

[[nodiscard]] bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

[[nodiscard]] bool is_ipv6(std::string_view text) {
  in6_addr address;
  const std::string terminated(text);
  return !has_nul(text) && inet_pton(AF_INET6, terminated.c_str(), &address) == 1;
}

[[nodiscard]] bool is_dns_name(std::string_view text) {
  if (text.empty() || text.size() > kMaxIdentifierBytes) return false;
  return all_of(text, [](char byte) {
    return is_digit(byte) || is_lower(byte) || is_upper(byte) || byte == '-' || byte == '.';
  });
}

// Length of the host in a server name: up to the port's colon, brackets included.
[[nodiscard]] std::size_t host_length(std::string_view text) {
  const std::size_t from = text.starts_with('[') ? text.find(']') : 0;
  if (from == std::string_view::npos) return text.size();
  return std::min(text.find(':', from), text.size());
}

[[nodiscard]] const char* find_server_name_fault(std::string_view text) {
  if (text.empty()) return "server name is empty";
  if (text.size() > kMaxIdentifierBytes) return "server name is too long";
  const std::string_view host = text.substr(0, host_length(text));
  if (host.size() != text.size()) {
    const std::string_view port = text.substr(host.size() + 1);
    if (port.empty() || port.size() > 5 || !all_of(port, is_digit) ||
        !base::parse_number<std::uint16_t>(port)) {
      return "port of the server name is no port";
    }
  }
  if (host.starts_with('[')) {
    const bool is_closed = host.size() > 2 && host.ends_with(']');
    return is_closed && is_ipv6(host.substr(1, host.size() - 2)) ? nullptr : "not an IPv6 address";
  }
  return is_dns_name(host) ? nullptr : "not a server name";
}

// Checks "<sigil>localpart:server"; the first colon parts them. Null when there is no fault.
[[nodiscard]] const char* find_domain_form_fault(std::string_view text, char sigil) {
  if (!text.starts_with(sigil)) return "identifier has the wrong sigil";
  if (text.size() > kMaxIdentifierBytes) return "identifier is longer than 255 bytes";
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return "identifier names no server";
  const std::string_view localpart = text.substr(1, colon - 1);
  if (has_nul(localpart)) return "identifier contains NUL";
  if (!base::is_utf8(localpart)) return "identifier is not UTF-8";
  return find_server_name_fault(text.substr(colon + 1));
}

[[nodiscard]] const char* find_opaque_fault(std::string_view text) {
  if (text.empty()) return "identifier is empty";
  if (text.size() > kMaxIdentifierBytes) return "identifier is longer than 255 bytes";
  if (has_nul(text)) return "identifier contains NUL";
  if (!base::is_utf8(text)) return "identifier is not UTF-8";
  return nullptr;
}

[[nodiscard]] std::string_view localpart_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon == std::string_view::npos ? std::string_view() : text.substr(1, colon - 1);
}

[[nodiscard]] std::string_view server_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  return colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
}

}  // namespace

Parsed<ServerName> ServerName::parse(std::string_view text) {
  if (const char* fault = find_server_name_fault(text)) return refuse(fault);
  return trusted(std::string(text));
}

std::string_view ServerName::host() const {
  return std::string_view(text()).substr(0, host_length(text()));
}

Parsed<UserId> UserId::parse(std::string_view text) {
  if (const char* fault = find_domain_form_fault(text, '@')) return refuse(fault);
  return trusted(std::string(text));
}

Parsed<UserId> UserId::parse_strict(std::string_view text) {
  Parsed<UserId> user = parse(text);
  if (!user) return user;
  const std::string_view localpart = user->localpart();
  if (localpart.empty()) return refuse("localpart is empty");
  const bool is_allowed = all_of(localpart, [](char byte) {
    return is_digit(byte) || is_lower(byte) ||
           std::string_view("-.=_/+").find(byte) != std::string_view::npos;
  });
  if (!is_allowed) return refuse("localpart may only have a-z, 0-9 and . _ = - / +");
  return user;
}

Parsed<UserId> UserId::make(std::string_view localpart, const ServerName& server) {
  if (localpart.find(':') != std::string_view::npos) return refuse("localpart contains ':'");
  std::string text = "@";
  text += localpart;
  text += ':';
  text += server.text();
  return parse(text);
}

std::string_view UserId::localpart() const { return localpart_of(text()); }

std::string_view UserId::server_name() const { return server_of(text()); }

Parsed<RoomId> RoomId::parse(std::string_view text) {
  const bool names_server = text.find(':') != std::string_view::npos;
  if (names_server) {
    if (const char* fault = find_domain_form_fault(text, '!')) return refuse(fault);
  } else if (!text.starts_with('!') || text.size() != kHashCharacters + 1 ||
             !is_base64url(text.substr(1))) {
    return refuse("not a room id");
  }
  return trusted(std::string(text));
}

std::optional<std::string_view> RoomId::server_name() const {
  const std::size_t colon = text().find(':');
  if (colon == std::string::npos) return std::nullopt;
  return std::string_view(text()).substr(colon + 1);
}

Parsed<RoomAlias> RoomAlias::parse(std::string_view text) {
  if (const char* fault = find_domain_form_fault(text, '#')) return refuse(fault);
  if (text.starts_with("#:")) return refuse("alias is empty");
  return trusted(std::string(text));
}

std::string_view RoomAlias::localpart() const { return localpart_of(text()); }

std::string_view RoomAlias::server_name() const { return server_of(text()); }

Parsed<EventId> EventId::parse(std::string_view text) {
  if (!text.starts_with('$') || text.size() < 2) return refuse("not an event id");
  if (const char* fault = find_opaque_fault(text)) return refuse(fault);
  return trusted(std::string(text));
}

std::optional<std::string_view> EventId::server_name() const {
  const std::size_t colon = text().find(':');
  if (colon == std::string::npos) return std::nullopt;
  return std::string_view(text()).substr(colon + 1);
}

Parsed<DeviceId> DeviceId::parse(std::string_view text) {
  if (const char* fault = find_opaque_fault(text)) return refuse(fault);
  return trusted(std::string(text));
}

Parsed<KeyId> KeyId::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return refuse("key id names no algorithm");
  const std::string_view algorithm = text.substr(0, colon);
  const bool is_algorithm = !algorithm.empty() && all_of(algorithm, [](char byte) {
    return is_digit(byte) || is_lower(byte) || is_upper(byte) || byte == '_' || byte == '-' ||
           byte == '.';
  });
  if (!is_algorithm) return refuse("algorithm of the key id is no word");
  // A device's id is the name of its keys, so the limit is that of the name.
  if (const char* fault = find_opaque_fault(text.substr(colon + 1))) return refuse(fault);
  if (algorithm.size() > kMaxIdentifierBytes) return refuse("algorithm is longer than 255 bytes");
  return trusted(std::string(text));
}

std::string_view KeyId::algorithm() const {
  return std::string_view(text()).substr(0, text().find(':'));
}

std::string_view KeyId::name() const { return server_of(text()); }

Parsed<MediaUri> MediaUri::parse(std::string_view text) {
  constexpr std::string_view kScheme = "mxc://";
  if (!text.starts_with(kScheme)) return refuse("not an mxc URI");
  text.remove_prefix(kScheme.size());
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return refuse("mxc URI names no media");
  Parsed<ServerName> server = ServerName::parse(text.substr(0, slash));
  if (!server) return std::unexpected(std::move(server.error()));
  const std::string_view media = text.substr(slash + 1);
  if (media.empty() || media.size() > kMaxIdentifierBytes || !is_base64url(media)) {
    return refuse("media id may only have A-Z, a-z, 0-9, - and _");
  }
  return MediaUri{.server = *std::move(server), .media_id = std::string(media)};
}

std::string MediaUri::text() const { return "mxc://" + server.text() + "/" + media_id; }

}  // namespace chancery::protocol
