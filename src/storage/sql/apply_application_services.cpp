// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_application_services.hpp"

#include "storage/sql/columns.hpp"

namespace chancery::storage::sql {
namespace {

// A service that was never told anything begins with this transaction: what was before is no
// concern of it.
constexpr Statement kPut(
    "INSERT INTO service_deliveries (service, told, reaches, transaction_id, record) "
    "VALUES (?1, ?2, ?2, ?3, ?4) ON CONFLICT (service) DO UPDATE SET reaches = excluded.reaches, "
    "transaction_id = excluded.transaction_id, record = excluded.record");
constexpr Statement kNote(
    "INSERT INTO service_deliveries (service, told, reaches, transaction_id, record) "
    "VALUES (?1, ?2, ?2, ?3, ?3) ON CONFLICT (service) DO UPDATE SET told = excluded.told, "
    "reaches = excluded.reaches, transaction_id = excluded.transaction_id, "
    "record = excluded.record");

}  // namespace

void apply(Writer& writer, const PutServiceTransaction& put, StreamPosition) {
  writer.execute(kPut,
                 {Blob{put.service}, column(put.reaches), Blob{put.transaction}, Blob{put.record}});
}

void apply(Writer& writer, const NoteServiceTold& note, StreamPosition) {
  writer.execute(kNote, {Blob{note.service}, column(note.told), Blob{""}});
}

}  // namespace chancery::storage::sql
