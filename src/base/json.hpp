// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON values, and the strict reader of JSON that strangers send.
//
// The value is Boost.JSON's, with members in the order received. The reader is ours to
// decide: it refuses duplicate keys, depth beyond kMaxJsonDepth, text that is not UTF-8, and
// trailing bytes. Numbers that are no finite double are refused always; with
// JsonRules::canonical also fractions, exponents that give no integer, and integers outside
// -(2^53)+1 … (2^53)-1 (room versions 6 and later, Matrix appendices "Canonical JSON").
//
// Failure: values, never exceptions, whatever the input.

#include <boost/json.hpp>

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::base {

using Json = boost::json::value;
using JsonObject = boost::json::object;
using JsonArray = boost::json::array;

inline constexpr std::size_t kMaxJsonDepth = 100;
// 2^53 - 1: canonical JSON knows no integer farther from zero.
inline constexpr std::int64_t kMaxCanonicalInteger = 9'007'199'254'740'991;

enum class JsonRules : std::uint8_t {
  plain,      // what a client may send outside events
  canonical,  // what may become part of an event: integers only (1e3 and 1.0 are), within 2^53
  exact,      // canonical, and numbers written so: what other servers send inside events
};

struct JsonError {
  std::string reason;      // for a developer: "duplicate key", "number out of range", …
  std::size_t offset = 0;  // byte of the text at which reading stopped
};

[[nodiscard]] std::expected<Json, JsonError> parse_json(std::string_view text,
                                                        JsonRules rules = JsonRules::plain,
                                                        boost::json::storage_ptr memory = {});

// True if `value` holds only what canonical JSON can say.
[[nodiscard]] bool is_canonical(const Json& value);
// True if objects and arrays in `value` lie in one another at most `depth` deep.
[[nodiscard]] bool is_within_depth(const Json& value, std::size_t depth = kMaxJsonDepth);

// Compact text of `value`, members in their order. (Canonical text: protocol/canonical_json.hpp.)
[[nodiscard]] std::string to_text(const Json& value);
void append_text(std::string& out, const Json& value);
// `text` as a JSON string, quotes included.
void append_quoted(std::string& out, std::string_view text);

// Readers of one member; absent when the member is missing or of another type.
[[nodiscard]] std::optional<std::string_view> find_string(const JsonObject& object,
                                                          std::string_view key);
[[nodiscard]] std::optional<std::int64_t> find_integer(const JsonObject& object,
                                                       std::string_view key);
[[nodiscard]] std::optional<bool> find_bool(const JsonObject& object, std::string_view key);
// Null when the member is missing or of another type. Valid as long as `object`.
[[nodiscard]] const JsonObject* find_object(const JsonObject& object, std::string_view key);
[[nodiscard]] const JsonArray* find_array(const JsonObject& object, std::string_view key);

}  // namespace chancery::base
