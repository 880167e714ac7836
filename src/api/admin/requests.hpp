// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What several endpoints here take from requests, and how they show lists.

#include "api/boundary/call.hpp"
#include "domain/admin/account_list.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chancery::admin_api {

// `from` and `limit`, 100 when not given; M_INVALID_PARAM for what is no page.
[[nodiscard]] storage::Page read_page(const boundary::Call& call);
// `dir`: "f" or "b".
[[nodiscard]] storage::Sorting read_sorting(const boundary::Call& call, storage::Sorting usual);

// `order_by`, one of `names`.
template <typename Order, std::size_t kSize>
[[nodiscard]] Order read_order(const boundary::Call& call,
                               const std::array<std::pair<std::string_view, Order>, kSize>& names,
                               Order usual);

// Where the next page begins; absent when there is none.
[[nodiscard]] std::optional<std::int64_t> next_of(const storage::Page& page, std::size_t rows,
                                                  std::int64_t total);
// JSON text of a string as JSON; null where it is empty.
[[nodiscard]] base::Json json_or_null(const std::string& json_text);
[[nodiscard]] base::Json text_or_null(const std::string& text);

// M_MISSING_PARAM when it is not there.
[[nodiscard]] bool get_bool(const base::JsonObject& body, std::string_view key);
// A string; null is as good as no member.
[[nodiscard]] std::optional<std::string> text_unless_null(const base::JsonObject& body,
                                                          std::string_view key);

// A time that has passed, in milliseconds: seconds in their place would take everything.
[[nodiscard]] base::Timestamp read_past(std::int64_t milliseconds, std::string_view name);

[[noreturn]] void refuse_order();

template <typename Order, std::size_t kSize>
Order read_order(const boundary::Call& call,
                 const std::array<std::pair<std::string_view, Order>, kSize>& names, Order usual) {
  const auto asked = call.query("order_by");
  if (!asked || asked->empty()) return usual;
  for (const auto& [name, order] : names) {
    if (name == *asked) return order;
  }
  refuse_order();
}

}  // namespace chancery::admin_api
