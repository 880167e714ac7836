// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_keys.hpp"

#include <cstdint>
#include <string_view>

namespace chancery::storage::sql {
namespace {

constexpr Statement kPutKey(
    "INSERT INTO wrapped_keys (id, kind, scope, epoch, wrapped_by, wrapped) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET "
    "wrapped_by = excluded.wrapped_by, wrapped = excluded.wrapped");

}  // namespace

void apply(Writer& writer, const PutWrappedKey& put, StreamPosition) {
  const WrappedKey& key = put.key;
  writer.execute(kPutKey, {static_cast<std::int64_t>(key.id), std::string_view(key.kind),
                           std::string_view(key.scope), key.epoch,
                           static_cast<std::int64_t>(key.wrapped_by), Blob{key.wrapped}});
}

}  // namespace chancery::storage::sql
