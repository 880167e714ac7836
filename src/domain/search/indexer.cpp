// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/indexer.hpp"

#include "protocol/relations.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <utility>

namespace chancery::search {
namespace {

constexpr std::size_t kRoomsAtOnce = 64;
constexpr std::size_t kMostEdits = 100;    // of one event, the newest
constexpr std::size_t kEventsAtOnce = 32;  // then others of this thread have their turn
constexpr std::string_view kRedactionType = "m.room.redaction";
constexpr std::string_view kReplace = "m.replace";

const base::JsonObject& empty_object() {
  static const base::JsonObject kEmpty;
  return kEmpty;
}

// By every room version's rule: where a version puts it elsewhere, nothing is there.
std::optional<std::string_view> redacted_by(const base::JsonObject& event) {
  if (const auto id = base::find_string(event, "redacts")) return id;
  const base::JsonObject* content = base::find_object(event, "content");
  return content == nullptr ? std::nullopt : base::find_string(*content, "redacts");
}

}  // namespace

const base::JsonObject& Indexer::Opened::content() const {
  const base::JsonObject* content = base::find_object(event, "content");
  return content == nullptr ? empty_object() : *content;
}

Indexer::Indexer(Ports ports)
    : ports_(ports),
      removals_({.index = ports.index,
                 .keys = ports.keys,
                 .committer = ports.committer,
                 .random = ports.random}) {
  ports_.committer.add_reader(storage::hear(
      [this](const storage::SetRoomHead& head) {
        const std::lock_guard lock(mutex_);
        if (!encrypted_.contains(head.room)) behind_.insert(head.room);
      },
      [this](const storage::RemoveRoom& removed) {
        const std::lock_guard lock(mutex_);
        behind_.erase(removed.number);
        encrypted_.erase(removed.number);
      }));
}

runtime::Task<> Indexer::load() {
  for (const storage::IndexedRoom& room : co_await ports_.index.load_indexed_rooms()) {
    indexed_until_.set(room.room, room.until);
    if (!room.encrypted) continue;
    const std::lock_guard lock(mutex_);
    encrypted_.insert(room.room);
  }
  for (const storage::RoomNumber room : ports_.rooms.numbers()) {
    const std::lock_guard lock(mutex_);
    if (encrypted_.contains(room)) continue;
    if (ports_.rooms.last_position(room) > indexed_until_.get(room)) behind_.insert(room);
  }
}

bool Indexer::is_behind(storage::RoomNumber room) const {
  const std::lock_guard lock(mutex_);
  return behind_.contains(room);
}

std::size_t Indexer::count_behind() const {
  const std::lock_guard lock(mutex_);
  return behind_.size();
}

std::vector<storage::RoomNumber> Indexer::some_behind(std::size_t most) const {
  const std::lock_guard lock(mutex_);
  std::vector<storage::RoomNumber> rooms;
  for (const storage::RoomNumber room : behind_) {
    if (rooms.size() == most) break;
    rooms.push_back(room);
  }
  return rooms;
}

runtime::Task<bool> Indexer::work(std::size_t most) {
  for (std::size_t done = 0; done < most;) {
    const runtime::Turnstile::Turn turn = co_await turn_.enter();
    std::vector<storage::RoomNumber> rooms = some_behind(kRoomsAtOnce);
    if (rooms.empty()) break;
    done += co_await index_rooms(std::move(rooms), most - done);
  }
  co_return count_behind() > 0;
}

runtime::Task<> Indexer::catch_up(std::vector<storage::RoomNumber> rooms, std::size_t most) {
  for (std::size_t done = 0; done < most;) {
    std::erase_if(rooms, [this](storage::RoomNumber room) { return !is_behind(room); });
    if (rooms.empty()) co_return;
    const runtime::Turnstile::Turn turn = co_await turn_.enter();
    done += co_await index_rooms(rooms, most - done);
  }
}

runtime::Task<bool> Indexer::take_out() {
  const runtime::Turnstile::Turn turn = co_await turn_.enter();
  co_return co_await removals_.step(*this);
}

runtime::Task<> Indexer::start_over() {
  const runtime::Turnstile::Turn turn = co_await turn_.enter();
  removals_.begin_anew();
  storage::Change change;
  change.mutations.emplace_back(storage::ForgetIndex{});
  co_await ports_.committer.commit(std::move(change));
  const std::vector<storage::RoomNumber> rooms = ports_.rooms.numbers();
  const std::lock_guard lock(mutex_);
  encrypted_.clear();
  for (const storage::RoomNumber room : rooms) {
    indexed_until_.set(room, {});
    behind_.insert(room);
  }
}

void Indexer::add_removals(storage::Change& change, storage::RoomNumber room,
                           const std::vector<storage::EventNumber>& events) const {
  {
    const std::lock_guard lock(mutex_);
    if (encrypted_.contains(room)) return;  // nothing is in the index
  }
  storage::QueueSearchRemovals queue;
  for (const storage::EventNumber event : events) {
    queue.removals.push_back({.room = room, .event = event});
  }
  change.mutations.emplace_back(std::move(queue));
}

runtime::Task<std::size_t> Indexer::index_rooms(std::vector<storage::RoomNumber> rooms,
                                                std::size_t most) {
  std::size_t done = 0;
  Made made;
  for (const storage::RoomNumber room : rooms) {
    if (done >= most) break;
    if (!is_behind(room)) continue;  // it was removed meanwhile
    done += std::max<std::size_t>(1, co_await index_room(room, most - done, made));
    if (std::ssize(made.blocks) >= kBlocksACommit) co_await store(std::exchange(made, {}));
  }
  co_await store(std::move(made));
  co_return done;
}

runtime::Task<std::size_t> Indexer::index_room(storage::RoomNumber room, std::size_t most,
                                               Made& made) {
  const storage::StreamPosition head = ports_.rooms.last_position(room);
  const std::size_t limit = std::clamp<std::size_t>(most, 1, kEventsABatch);
  const std::vector<storage::StoredEvent> rows =
      co_await ports_.rooms.store().load_timeline({.room = room,
                                                   .after = indexed_until_.get(room),
                                                   .until = head,
                                                   .direction = storage::Direction::forwards,
                                                   .limit = limit});
  const auto segments = co_await ports_.index.load_segments({room});
  IndexBatch batch({.index = ports_.index, .keys = ports_.keys, .random = ports_.random}, room,
                   segments);
  std::size_t count = 0;
  for (const storage::StoredEvent& row : rows) {
    if (++count % kEventsAtOnce == 0) co_await runtime::yield_now();
    const std::optional<Opened> event = open(row);
    if (!event) continue;
    if (event->type == "m.room.encryption" && event->is_state && !event->has_key) {
      made.forgotten.push_back(room);
      made.until.push_back(
          {.room = room, .until = head, .encrypted = storage::SetIndexedUntil::Encrypted::yes});
      co_return count;
    }
    co_await read(batch, room, *event, made);
  }
  IndexBatch::Result result = co_await batch.finish();
  std::ranges::move(result.blocks, std::back_inserter(made.blocks));
  std::ranges::move(result.segments, std::back_inserter(made.segments));
  made.until.push_back({.room = room, .until = rows.size() < limit ? head : rows.back().position});
  co_return count;
}

// Absent when its key was destroyed, or when it is no event of which anything could be found.
std::optional<Indexer::Opened> Indexer::open(const storage::StoredEvent& row) {
  std::string bytes;
  try {
    bytes = storage::open_record(row.record, ports_.keys, row.id.text());
  } catch (const storage::StorageCorrupt&) {  // shredded; `database check` tells what is damaged
    return std::nullopt;
  }
  auto json = base::parse_json(bytes);
  if (!json || !json->is_object()) return std::nullopt;
  Opened opened{.id = row.id,
                .number = row.number,
                .segment = storage::record_key_ids(row.record).room_epoch,
                .type = {},
                .sender = {},
                .event = std::move(json->get_object())};
  opened.type = base::find_string(opened.event, "type").value_or("");
  opened.sender = base::find_string(opened.event, "sender").value_or("");
  const auto state_key = base::find_string(opened.event, "state_key");
  opened.is_state = state_key.has_value();
  opened.has_key = state_key && !state_key->empty();
  return opened;
}

runtime::Task<std::optional<Indexer::Opened>> Indexer::find(storage::RoomNumber room,
                                                            std::string_view id) {
  const auto row =
      co_await ports_.rooms.store().find_event(protocol::EventId::trusted(std::string(id)));
  if (!row || row->room != room || !row->redacted_because.empty()) co_return std::nullopt;
  co_return open(*row);
}

// What an event says now, and all that it ever said.
runtime::Task<Indexer::Versions> Indexer::load_versions(storage::RoomNumber room,
                                                        const Opened& event) {
  Versions versions;
  const auto original = find_text(event.type, event.content());
  if (!original) co_return versions;
  versions.now = count_words(*original);
  versions.all.push_back(versions.now);
  const auto related =
      co_await ports_.rooms.store().load_relations(room, event.id, {UINT64_MAX}, kMostEdits);
  bool is_newest = true;
  for (const storage::StoredEvent& row : related) {
    if (!row.redacted_because.empty()) continue;
    const std::optional<Opened> edit = open(row);
    if (!edit || edit->sender != event.sender || edit->is_state) continue;
    const auto relation = protocol::find_relation(edit->content());
    if (!relation || !relation->replaced() || edit->type != event.type) continue;
    const auto text = find_edited_text(edit->type, edit->content());
    if (!text) continue;
    versions.all.push_back(count_words(*text));
    if (is_newest) versions.now = versions.all.back();
    is_newest = false;
  }
  co_return versions;
}

runtime::Task<> Indexer::read(IndexBatch& batch, storage::RoomNumber room, const Opened& event,
                              Made& made) {
  if (event.type == kRedactionType) co_return co_await read_redaction(batch, room, event, made);
  if (event.has_key) co_return;
  const auto relation = protocol::find_relation(event.content());
  if (relation && relation->replaced() && !event.is_state) {
    const auto edited = co_await find(room, *relation->replaced());
    if (!edited || edited->sender != event.sender || edited->type != event.type) co_return;
    const Versions versions = co_await load_versions(room, *edited);
    batch.replace({.segment = edited->segment, .event = edited->number}, versions.all,
                  versions.now);
    co_return;
  }
  if (const auto text = find_text(event.type, event.content())) {
    batch.add({.segment = event.segment, .event = event.number}, count_words(*text));
  }
}

// The words that were taken away are not known any more: they are taken out by and by.
runtime::Task<> Indexer::read_redaction(IndexBatch& batch, storage::RoomNumber room,
                                        const Opened& redaction, Made& made) {
  const auto id = redacted_by(redaction.event);
  if (!id) co_return;
  const auto target =
      co_await ports_.rooms.store().find_event(protocol::EventId::trusted(std::string(*id)));
  if (!target || target->room != room || target->redacted_because.empty()) co_return;
  const auto edited =
      co_await ports_.rooms.store().find_related_by(room, std::string(kReplace), target->position);
  if (!edited) {
    batch.drop(target->number);
    made.removals.push_back({.room = room, .event = target->number});
    co_return;
  }
  // Of a redacted edit nothing is left where it was made.
  const auto event = co_await find(room, edited->text());
  if (!event) co_return;
  const Versions versions = co_await load_versions(room, *event);
  batch.drop(event->number);
  batch.replace({.segment = event->segment, .event = event->number}, {}, versions.now);
  made.removals.push_back({.room = room, .event = event->number});
}

runtime::Task<std::map<storage::EventNumber, CountedWords>> Indexer::find_words_of(
    storage::RoomNumber room, std::vector<storage::EventNumber> events) {
  std::map<storage::EventNumber, CountedWords> found;
  const auto rows = co_await ports_.rooms.store().find_events(std::move(events));
  for (const storage::StoredEvent& row : rows) {
    if (!row.redacted_because.empty()) continue;
    const std::optional<Opened> opened = open(row);
    if (opened) found[row.number] = (co_await load_versions(room, *opened)).now;
  }
  co_return found;
}

// A room may have millions of blocks. Until the last are gone it is still to be read, so that a
// stop in between keeps none of them.
runtime::Task<> Indexer::forget_postings(storage::RoomNumber room) {
  while (co_await ports_.index.has_postings(room)) {
    storage::Change change;  // housekeeping: nobody acts
    change.mutations.emplace_back(storage::ForgetPostings{.room = room, .most = kForgottenACommit});
    co_await ports_.committer.commit(std::move(change));
  }
}

// In several changes, so that nobody's message waits long behind them; how far it is comes last.
runtime::Task<> Indexer::store(Made made) {
  if (made.until.empty()) co_return;
  auto rest = made.blocks.begin();
  while (std::distance(rest, made.blocks.end()) > kBlocksACommit) {
    const auto end = rest + kBlocksACommit;
    storage::Change change;  // housekeeping: nobody acts
    change.mutations.emplace_back(storage::PutPostings{
        .blocks = {std::make_move_iterator(rest), std::make_move_iterator(end)}});
    co_await ports_.committer.commit(std::move(change));
    rest = end;
  }
  storage::Change last;
  for (const storage::RoomNumber room : made.forgotten) {
    co_await forget_postings(room);
    last.mutations.emplace_back(storage::ForgetIndexOf{room});
  }
  last.mutations.emplace_back(storage::PutPostings{
      .blocks = {std::make_move_iterator(rest), std::make_move_iterator(made.blocks.end())}});
  if (!made.removals.empty()) {
    last.mutations.emplace_back(storage::QueueSearchRemovals{std::move(made.removals)});
  }
  for (const storage::SearchSegment& segment : made.segments) {
    last.mutations.emplace_back(storage::PutSearchSegment{segment});
  }
  for (const storage::SetIndexedUntil& until : made.until) last.mutations.emplace_back(until);
  co_await ports_.committer.commit(std::move(last));
  const std::lock_guard lock(mutex_);
  for (const storage::SetIndexedUntil& until : made.until) {
    indexed_until_.set(until.room, until.until);
    const bool is_encrypted = until.encrypted == storage::SetIndexedUntil::Encrypted::yes;
    if (is_encrypted) encrypted_.insert(until.room);
    if (is_encrypted || ports_.rooms.last_position(until.room) <= until.until) {
      behind_.erase(until.room);
    }
  }
}

}  // namespace chancery::search
