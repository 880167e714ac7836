// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/percent.hpp"

#include "base/utf8.hpp"

namespace chancery::http::detail {

bool append_decoded(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out.reserve(begin + text.size());
  while (true) {
    const std::string_view plain = text.substr(0, text.find('%'));
    out += plain;
    text.remove_prefix(plain.size());
    if (text.empty()) return base::is_utf8(std::string_view(out).substr(begin));
    const int decoded = decode_escape(text);
    if (decoded <= 0) return false;
    out += static_cast<char>(decoded);
    text.remove_prefix(3);
  }
}

}  // namespace chancery::http::detail
