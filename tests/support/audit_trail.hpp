// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What stands on record, opened, for tests.

#include "base/json.hpp"
#include "storage/record.hpp"
#include "storage/sql/database.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::support {

struct Recorded {
  std::string who;
  std::string device;
  std::string act;
  std::string object;
  std::string context;
};

// All of it, the oldest first.
inline runtime::Task<std::vector<Recorded>> load_records(storage::sql::Reader& reader,
                                                         storage::RecordKeys& keys) {
  static constexpr storage::sql::Statement kAll(
      "SELECT commitment, sealed_body FROM audit_records ORDER BY position");
  const storage::sql::Rows rows = co_await reader.read(kAll, {});
  std::vector<Recorded> records;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const base::Json body =
        base::parse_json(storage::open_record(rows.text(row, 1), keys, rows.text(row, 0))).value();
    const base::JsonArray& parts = body.as_object().at("parts").as_array();
    const auto text = [](const base::Json& value) { return std::string(value.as_string()); };
    records.push_back({.who = text(parts.at(0).as_object().at("who")),
                       .device = text(parts.at(0).as_object().at("device")),
                       .act = text(parts.at(1).as_object().at("act")),
                       .object = text(parts.at(2)),
                       .context = text(parts.at(3))});
  }
  co_return records;
}

// Those of one kind of act, as "who object", the oldest first.
inline std::vector<std::string> acts_named(const std::vector<Recorded>& records,
                                           std::string_view act) {
  std::vector<std::string> found;
  for (const Recorded& one : records) {
    if (one.act == act) found.push_back(one.who + " " + one.object);
  }
  return found;
}

}  // namespace chancery::support
