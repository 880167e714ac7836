// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/address.hpp"

#include "base/letters.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <expected>

namespace chancery::mail {
namespace {

constexpr std::size_t kLongestLocalPart = 64;
constexpr std::size_t kLongestDomain = 253;
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestAddress = 254;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Which letters there may be beyond ASCII, base::fold_letters knows.
bool is_atom_character(char c) {
  return is_alphanumeric(c) || is_beyond_ascii(c) ||
         std::string_view("!#$%&'*+-/=?^_`{|}~").contains(c);
}

// Calls `check` with each part between dots; false when one is empty or not right.
template <typename Check>
bool all_parts(std::string_view text, Check check) {
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view part = text.substr(0, dot);
    if (part.empty() || !check(part)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_label(std::string_view label) {
  return label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

}  // namespace

protocol::Parsed<Address> Address::parse(std::string_view text) {
  const auto refuse = [](const char* why) { return std::unexpected(protocol::ParseError{why}); };
  if (text.size() > kLongestAddress) return refuse("the address is too long");
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) return refuse("an address has an @");
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  const auto is_atom = [](std::string_view part) {
    return std::ranges::all_of(part, is_atom_character);
  };
  if (local.size() > kLongestLocalPart || !all_parts(local, is_atom)) {
    return refuse("what stands before the @ is not supported");
  }
  if (domain.size() > kLongestDomain || !all_parts(domain, is_label)) {
    return refuse("what stands after the @ is no host name");
  }
  auto folded = base::fold_letters(text);
  if (!folded || folded->size() > kLongestAddress || folded->rfind('@') > kLongestLocalPart) {
    return refuse("what stands before the @ is not supported");
  }
  return Address(*std::move(folded));
}

std::string_view Address::domain() const {
  return std::string_view(text_).substr(text_.rfind('@') + 1);
}

bool Address::is_international() const { return std::ranges::any_of(text_, is_beyond_ascii); }

std::string Address::masked() const {
  const std::string_view host = domain();
  const std::size_t dot = host.rfind('.');
  std::string masked =
      text_.substr(0, base::utf8_length(text_)) + "***@" + std::string(host.substr(0, 1)) + "***";
  if (dot != std::string_view::npos) masked += host.substr(dot);
  return masked;
}

}  // namespace chancery::mail
