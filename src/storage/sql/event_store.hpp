// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Events, rooms, memberships and transactions read from tables.

#include "storage/events.hpp"
#include "storage/sql/database.hpp"

namespace chancery::storage::sql {

class SqlEventStore final : public EventStore {
 public:
  explicit SqlEventStore(Reader& reader) : reader_(reader) {}

  runtime::Task<std::shared_ptr<const std::string>> get_node(StateRoot name) override;

  runtime::Task<std::optional<StoredEvent>> find_event(protocol::EventId id) override;
  runtime::Task<std::vector<StoredEvent>> find_events_by_id(
      std::vector<protocol::EventId> ids) override;
  runtime::Task<std::vector<StoredEvent>> get_events(std::vector<EventNumber> numbers) override;
  runtime::Task<std::vector<StoredEvent>> find_events(std::vector<EventNumber> numbers) override;
  runtime::Task<std::vector<StoredEvent>> load_timeline(TimelineRange range) override;
  runtime::Task<std::vector<StoredEvent>> load_events(StreamPosition after, StreamPosition until,
                                                      std::size_t limit) override;
  runtime::Task<std::vector<StoredEvent>> load_relations(RoomNumber room, protocol::EventId event,
                                                         StreamPosition before,
                                                         std::size_t limit) override;
  runtime::Task<std::vector<StoredEvent>> load_aggregated(RoomNumber room, protocol::EventId event,
                                                          StreamPosition before,
                                                          std::size_t limit) override;
  runtime::Task<std::vector<StoredEvent>> load_relations(RelationRange range) override;

  runtime::Task<std::vector<RelatedEvent>> load_related(RelatedRange range) override;

  runtime::Task<std::optional<protocol::EventId>> find_related_by(RoomNumber room,
                                                                  std::string relation_type,
                                                                  StreamPosition position) override;

  runtime::Task<std::optional<StoredRoom>> find_room(protocol::RoomId id) override;
  runtime::Task<std::vector<StoredRoom>> load_rooms() override;
  runtime::Task<std::vector<StoredBlock>> load_blocked_rooms() override;
  runtime::Task<std::vector<RoomNumber>> load_removed_rooms() override;
  runtime::Task<std::vector<StoredMembership>> load_memberships_of(protocol::UserId user) override;
  runtime::Task<std::vector<StoredMembership>> load_memberships_in(RoomNumber room) override;
  runtime::Task<std::vector<StoredMembership>> load_current_memberships() override;
  runtime::Task<std::vector<StoredMembership>> load_memberships_changed(
      protocol::UserId viewer, StreamPosition after, StreamPosition until) override;
  runtime::Task<std::optional<std::string>> find_transaction(protocol::UserId user,
                                                             std::string scope,
                                                             std::string transaction) override;
  runtime::Task<TransactionPage> load_transactions(std::optional<TransactionId> behind,
                                                   std::size_t limit) override;
  runtime::Task<std::vector<StickyEvent>> load_sticky_events(base::Timestamp now) override;
  runtime::Task<EventNumber> load_last_event_number() override;
  runtime::Task<RoomNumber> load_last_room_number() override;

 private:
  Reader& reader_;
};

}  // namespace chancery::storage::sql
