// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/audit/opened_record.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "domain/audit/sealed_recorder.hpp"
#include "storage/errors.hpp"

#include <array>
#include <string_view>

namespace chancery::audit {
namespace {

using base::Json;
using base::JsonArray;
using base::JsonObject;

constexpr std::size_t kParts = 4;
constexpr std::size_t kSaltBytes = 32;

std::expected<std::string, Unreadable> open_body(const storage::StoredAuditRecord& record,
                                                 storage::RecordKeys& keys) {
  auto step = Unreadable::altered;
  try {
    const storage::RecordKeyIds ids = storage::record_key_ids(record.sealed_body);
    step = Unreadable::key_is_gone;
    const storage::RecordLock lock = keys.get_lock(ids);
    step = Unreadable::altered;
    return storage::open_record(record.sealed_body, lock, record.commitment);
  } catch (const storage::StorageCorrupt&) {  // the question is which records open
    return std::unexpected(step);
  }
}

// Whether each compartment, with its salt, is what was committed to, and they are the record's.
bool is_as_committed(const storage::StoredAuditRecord& record, const JsonArray& parts,
                     std::string_view salts) {
  if (parts.size() != kParts || salts.size() != kParts * kSaltBytes) return false;
  std::array<std::string, kParts> commitments;
  std::string all;
  for (std::size_t i = 0; i < kParts; ++i) {
    commitments.at(i) =
        commit_to_part(salts.substr(i * kSaltBytes, kSaltBytes), base::to_text(parts.at(i)));
    all += commitments.at(i);
  }
  return all == record.parts && commit_to_record(commitments) == record.commitment;
}

std::string text_of(const JsonObject& object, std::string_view key) {
  return std::string(base::find_string(object, key).value_or(""));
}

std::string text_of(const Json& value) {
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

}  // namespace

std::expected<OpenedRecord, Unreadable> open_audit_record(const storage::StoredAuditRecord& record,
                                                          storage::RecordKeys& keys) {
  const auto body = open_body(record, keys);
  if (!body) return std::unexpected(body.error());
  const auto json = base::parse_json(*body);
  if (!json || !json->is_object()) return std::unexpected(Unreadable::altered);
  const JsonArray* parts = base::find_array(json->get_object(), "parts");
  const auto salts = base::decode_base64(text_of(json->get_object(), "salts"));
  if (parts == nullptr || !salts || !is_as_committed(record, *parts, *salts) ||
      !parts->at(0).is_object() || !parts->at(1).is_object()) {
    return std::unexpected(Unreadable::altered);
  }
  const JsonObject& who = parts->at(0).get_object();
  const JsonObject& act = parts->at(1).get_object();
  return OpenedRecord{.position = record.position,
                      .at = {base::find_integer(act, "at").value_or(0)},
                      .kind = record.kind,
                      .who = text_of(who, "who"),
                      .device = text_of(who, "device"),
                      .act = text_of(act, "act"),
                      .object = text_of(parts->at(2)),
                      .context = text_of(parts->at(3)),
                      .rule = text_of(act, "rule")};
}

}  // namespace chancery::audit
