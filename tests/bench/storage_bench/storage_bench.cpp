// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// What storing costs: records, state trees, and batches of messages in the embedded engine.
//
// The time is the CPU's, of the thread that does the work. `batch/N` commits N messages of 64
// rooms in one transaction, each with event, head, transaction id and audit record.

#include "protocol/event.hpp"
#include "protocol/room_version.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "storage/commit/change.hpp"
#include "storage/record.hpp"
#include "storage/sql/batch_writer.hpp"
#include "storage/sql/event_store.hpp"
#include "storage/sql/migrations.hpp"
#include "storage/sqlite/database.hpp"
#include "storage/state_tree.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/core.h>

#include <benchmark/benchmark.h>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::storage {
namespace {

constexpr std::uint32_t kRooms = 64;

std::string random_text(std::mt19937_64& random, std::size_t length) {
  std::string text(length, '\0');
  for (char& each : text)
    each = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[random() % 52];
  return text;
}

// About 700 bytes, half of them ciphertext.
std::string event_text(std::mt19937_64& random, std::uint64_t number) {
  return fmt::format(
      R"({{"auth_events":["${}","${}","${}"],"content":{{"algorithm":"m.megolm.v1.aes-sha2",)"
      R"("ciphertext":"{}","device_id":"ABCDEFGHIJ","sender_key":"{}","session_id":"{}"}},)"
      R"("depth":{},"hashes":{{"sha256":"{}"}},"origin_server_ts":{},"prev_events":["${}"],)"
      R"("room_id":"!{}:example.org","sender":"@anna:example.org","type":"m.room.encrypted"}})",
      random_text(random, 43), random_text(random, 43), random_text(random, 43),
      random_text(random, 256), random_text(random, 43), random_text(random, 43), number,
      random_text(random, 43), 1'767'225'600'000 + number, random_text(random, 43),
      number % kRooms);
}

RecordLock lock() { return {.ids = {1, 2}, .secret = std::string(64, 'k')}; }

class Messages {
 public:
  Change next() {
    const std::uint64_t number = ++number_;
    const std::uint32_t room = 1 + static_cast<std::uint32_t>(number % kRooms);
    const std::string text = event_text(random_, number);
    auto event = protocol::admit(text, *protocol::find_room_version("11"), {},
                                 protocol::EventSource::storage);
    const std::string& id = (*event)->id().text();
    Change change;
    change.mutations.emplace_back(AppendEvent{.number = {number},
                                              .room = {room},
                                              .event = *event,
                                              .record = seal_record(text, lock(), id, Nonce{}),
                                              .state_after = {},
                                              .relation_type = "",
                                              .related_event = "",
                                              .device = "ABCDEFGHIJ",
                                              .transaction = fmt::format("m{}.0", number)});
    change.mutations.emplace_back(
        SetRoomHead{{room}, {}, static_cast<std::int64_t>(number), {(*event)->id()}});
    change.mutations.emplace_back(
        RememberTransaction{protocol::UserId::trusted(fmt::format("@user{}:example.org", room)),
                            "ABCDEFGHIJ/send",
                            fmt::format("m{}.0", number),
                            id,
                            {1}});
    change.audit = AuditRecord{.kind = "user",
                               .commitment = random_text(random_, 32),
                               .parts = {},
                               .sealed_body = random_text(random_, 266),
                               .keys = {}};
    for (std::string& part : change.audit->parts) part = random_text(random_, 32);
    return change;
  }

 private:
  std::mt19937_64 random_{1};
  std::uint64_t number_ = 0;
};

void commit_batches(benchmark::State& state, const std::string& key) {
  const support::TemporaryFolder folder;
  const auto database = sqlite::open_sqlite({.path = folder.file("chancery.db"), .key = key});
  sql::migrate(*database);
  sql::SqlBatchWriter writer(*database);
  Change rooms;
  for (std::uint32_t room = 1; room <= kRooms; ++room) {
    rooms.mutations.emplace_back(
        CreateRoom{{room}, protocol::RoomId::trusted(fmt::format("!{}:example.org", room)), "11"});
  }
  const Change* first = &rooms;
  writer.write({&first, 1}, {0});
  StreamPosition last{1};
  Messages messages;
  const auto size = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Change> changes;
    std::vector<const Change*> batch;
    for (std::size_t i = 0; i < size; ++i) changes.push_back(messages.next());
    for (const Change& change : changes) batch.push_back(&change);
    state.ResumeTiming();
    writer.write(batch, last);
    last.value += size;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(last.value));
  state.counters["us_a_message"] =
      benchmark::Counter(static_cast<double>(last.value) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
void batch_encrypted(benchmark::State& state) { commit_batches(state, std::string(32, 'k')); }
void batch_plain(benchmark::State& state) { commit_batches(state, ""); }
BENCHMARK(batch_encrypted)->Arg(1)->Arg(8)->Arg(32)->Arg(128)->MinTime(3);
BENCHMARK(batch_plain)->Arg(32)->MinTime(3);

void seal(benchmark::State& state) {
  std::mt19937_64 random(1);
  const std::string text = event_text(random, 1);
  for (auto _ : state) benchmark::DoNotOptimize(seal_record(text, lock(), "$event", Nonce{}));
}
BENCHMARK(seal);

void open(benchmark::State& state) {
  std::mt19937_64 random(1);
  const std::string record = seal_record(event_text(random, 1), lock(), "$event", Nonce{});
  for (auto _ : state) benchmark::DoNotOptimize(open_record(record, lock(), "$event"));
}
BENCHMARK(open);

class NodesInMemory final : public StateNodes {
 public:
  runtime::Task<std::shared_ptr<const std::string>> get_node(StateRoot name) override {
    co_return nodes.at(name);
  }
  void add(const std::vector<StateNode>& written) {
    for (const StateNode& node : written) {
      nodes.insert_or_assign(node.name, std::make_shared<const std::string>(node.bytes));
    }
  }
  std::unordered_map<StateRoot, std::shared_ptr<const std::string>> nodes;
};

void change_member(benchmark::State& state) {
  runtime::SimulatedScheduler scheduler;
  NodesInMemory nodes;
  std::vector<StateEntry> members;
  for (std::uint64_t i = 1; i <= static_cast<std::uint64_t>(state.range(0)); ++i) {
    members.push_back({{"m.room.member", fmt::format("@user{}:example.org", i)}, {i}});
  }
  StateUpdate update = scheduler.run(update_state(nodes, {}, members));
  nodes.add(update.written);
  std::uint64_t event = 1'000'000;
  for (auto _ : state) {
    StateEntry change = members[event % members.size()];
    change.event = {++event};
    benchmark::DoNotOptimize(scheduler.run(update_state(nodes, update.root, {change})));
  }
}
BENCHMARK(change_member)->Arg(10)->Arg(1'000)->Arg(50'000);

void read_timeline(benchmark::State& state) {
  const support::TemporaryFolder folder;
  const auto database =
      sqlite::open_sqlite({.path = folder.file("chancery.db"), .key = std::string(32, 'k')});
  sql::migrate(*database);
  sql::SqlBatchWriter writer(*database);
  Messages messages;
  StreamPosition last;
  for (int batch = 0; batch < 100; ++batch) {
    std::vector<Change> changes;
    std::vector<const Change*> pointers;
    for (int i = 0; i < 64; ++i) changes.push_back(messages.next());
    for (const Change& change : changes) pointers.push_back(&change);
    writer.write(pointers, last);
    last.value += 64;
  }
  runtime::SimulatedScheduler scheduler;
  sql::SqlEventStore events(database->reader());
  std::uint32_t room = 0;
  for (auto _ : state) {
    room = 1 + room % kRooms;
    benchmark::DoNotOptimize(
        scheduler.run(events.load_timeline({.room = {room}, .until = last, .limit = 20})));
  }
}
BENCHMARK(read_timeline);

}  // namespace
}  // namespace chancery::storage

BENCHMARK_MAIN();
