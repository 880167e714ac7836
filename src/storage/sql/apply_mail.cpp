// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_mail.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kQueue(
    "INSERT INTO mail_queue (mail_id, next_attempt_at, attempts, expires_at, record) "
    "VALUES (?1, ?2, ?3, ?4, ?5)");
constexpr Statement kNoteFailure(
    "UPDATE mail_queue SET attempts = ?2, next_attempt_at = ?3 WHERE mail_id = ?1");
constexpr Statement kRemove("DELETE FROM mail_queue WHERE mail_id = ?1");

}  // namespace

void apply(Writer& writer, const QueueMail& queue, StreamPosition) {
  const StoredMail& mail = queue.mail;
  writer.execute(kQueue, {Blob{mail.id}, mail.next_attempt_at.milliseconds, mail.attempts,
                          mail.expires_at.milliseconds, Blob{mail.record}});
}

void apply(Writer& writer, const NoteMailFailure& note, StreamPosition) {
  writer.execute(kNoteFailure, {Blob{note.id}, note.attempts, note.next_attempt_at.milliseconds});
}

void apply(Writer& writer, const RemoveMail& remove, StreamPosition) {
  writer.execute(kRemove, {Blob{remove.id}});
}

}  // namespace chancery::storage::sql
