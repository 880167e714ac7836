// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/sql/apply_search.hpp"

#include "storage/sql/columns.hpp"

namespace chancery::storage::sql {
namespace {

constexpr Statement kPutBlock(
    "INSERT INTO search_postings (room, segment, word, first_event, sealed) "
    "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (room, segment, word, first_event) DO UPDATE SET "
    "sealed = excluded.sealed");
constexpr Statement kRemoveBlock(
    "DELETE FROM search_postings "
    "WHERE room = ?1 AND segment = ?2 AND word = ?3 AND first_event = ?4");
constexpr Statement kPutSegment(
    "INSERT INTO search_segments (room, segment, first_event, last_event, events, words) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (room, segment) DO UPDATE SET "
    "first_event = excluded.first_event, last_event = excluded.last_event, "
    "events = excluded.events, words = excluded.words");
constexpr Statement kSetUntil(
    "INSERT INTO search_rooms (room, indexed_until, encrypted) VALUES (?1, ?2, ?3) "
    "ON CONFLICT (room) DO UPDATE SET indexed_until = excluded.indexed_until, "
    "encrypted = excluded.encrypted");
constexpr Statement kQueueRemoval(
    "INSERT INTO search_removals (room, event) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
constexpr Statement kFinishRemoval("DELETE FROM search_removals WHERE room = ?1 AND event = ?2");
constexpr Statement kForgetRemovalsOf("DELETE FROM search_removals WHERE room = ?1");
constexpr Statement kForgetRemovals("DELETE FROM search_removals");
constexpr Statement kForgetPostingsOf(
    "DELETE FROM search_postings WHERE room = ?1 AND (segment, word, first_event) IN "
    "(SELECT segment, word, first_event FROM search_postings WHERE room = ?1 "
    "ORDER BY segment, word, first_event LIMIT ?2)");
constexpr Statement kForgetSegmentsOf("DELETE FROM search_segments WHERE room = ?1");
constexpr Statement kForgetRoom("DELETE FROM search_rooms WHERE room = ?1");
constexpr Statement kForgetPostings("DELETE FROM search_postings");
constexpr Statement kForgetSegments("DELETE FROM search_segments");
constexpr Statement kForgetRooms("DELETE FROM search_rooms");

}  // namespace

void forget_indexed(Writer& writer, RoomNumber room) {
  writer.execute(kForgetRemovalsOf, {column(room)});
  writer.execute(kForgetSegmentsOf, {column(room)});
  writer.execute(kForgetRoom, {column(room)});
}

void forget_postings(Writer& writer, RoomNumber room, std::int64_t most) {
  writer.execute(kForgetPostingsOf, {column(room), most});
}

void apply(Writer& writer, const PutPostings& put, StreamPosition) {
  for (const PostingBlock& block : put.blocks) {
    const Parameters place{column(block.list.room), std::int64_t{block.list.segment},
                           block.list.word, column(block.first)};
    if (block.sealed.empty()) {
      writer.execute(kRemoveBlock, place);
      continue;
    }
    Parameters row = place;
    row.emplace_back(Blob{block.sealed});
    writer.execute(kPutBlock, row);
  }
}

void apply(Writer& writer, const PutSearchSegment& put, StreamPosition) {
  const SearchSegment& segment = put.segment;
  writer.execute(kPutSegment,
                 {column(segment.room), std::int64_t{segment.segment}, column(segment.first),
                  column(segment.last), static_cast<std::int64_t>(segment.events),
                  static_cast<std::int64_t>(segment.words)});
}

void apply(Writer& writer, const SetIndexedUntil& set, StreamPosition) {
  const std::int64_t encrypted = set.encrypted == SetIndexedUntil::Encrypted::yes ? 1 : 0;
  writer.execute(kSetUntil, {column(set.room), column(set.until), encrypted});
}

void apply(Writer& writer, const QueueSearchRemovals& queue, StreamPosition) {
  for (const SearchRemoval& one : queue.removals) {
    writer.execute(kQueueRemoval, {column(one.room), column(one.event)});
  }
}

void apply(Writer& writer, const FinishSearchRemovals& finish, StreamPosition) {
  for (const SearchRemoval& one : finish.removals) {
    writer.execute(kFinishRemoval, {column(one.room), column(one.event)});
  }
}

void apply(Writer& writer, const ForgetPostings& forget, StreamPosition) {
  forget_postings(writer, forget.room, static_cast<std::int64_t>(forget.most));
}

void apply(Writer& writer, const ForgetIndexOf& forget, StreamPosition) {
  forget_indexed(writer, forget.room);
}

void apply(Writer& writer, const ForgetIndex&, StreamPosition) {
  writer.execute(kForgetRemovals, {});
  writer.execute(kForgetPostings, {});
  writer.execute(kForgetSegments, {});
  writer.execute(kForgetRooms, {});
}

}  // namespace chancery::storage::sql
