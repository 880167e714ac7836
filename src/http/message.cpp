// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/message.hpp"

#include "http/detail/ascii.hpp"
#include "http/detail/response_writer.hpp"

#include <array>

namespace chancery::http {

std::string_view method_name(Method method) {
  static constexpr std::array<std::string_view, 8> kNames{"GET",    "HEAD",    "POST",  "PUT",
                                                          "DELETE", "OPTIONS", "PATCH", "OTHER"};
  return kNames.at(static_cast<std::size_t>(method));
}

void Headers::add(std::string_view name, std::string_view value) { fields_.add(name, value); }

void Headers::set(std::string_view name, std::string_view value) {
  fields_.erase_if(
      [&](const Field& field) { return detail::equal_without_case(field.first, name); });
  add(name, value);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& [field, value] : fields()) {
    if (detail::equal_without_case(field, name)) return value;
  }
  return std::nullopt;
}

FixedFields::FixedFields(Headers fields) : headers_(std::move(fields)) {
  for (const auto& [name, value] : headers_.fields()) detail::append_field(text_, name, value);
}

bool FixedFields::has(std::string_view name) const { return headers_.find(name).has_value(); }

runtime::Task<std::string> read_body(Request& request, std::size_t limit) {
  if (request.content_length.value_or(0) > limit) throw BodyError(413, "body too long");
  std::string body;
  while (body.size() != request.content_length) {
    std::string piece = co_await request.body->read_some();
    if (piece.empty()) break;
    if (piece.size() > limit - body.size()) throw BodyError(413, "body too long");
    if (body.empty()) {
      body = std::move(piece);
    } else {
      body += piece;
    }
  }
  co_return body;
}

}  // namespace chancery::http
