// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/report_list.hpp"

#include "domain/admin/acting.hpp"
#include "domain/rooms/state_text.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

ApiError no_such_report() { return {ErrorCode::not_found, "There is no such report"}; }

}  // namespace

runtime::Task<ReportFacts> ReportList::describe(storage::StoredReport stored) {
  ReportFacts facts;
  facts.reason =
      storage::open_record(stored.report.record, ports_.keys,
                           storage::report_binding(stored.report.reporter, stored.report.at));
  if (const auto id = protocol::RoomId::parse(stored.report.room)) {
    if (const rooms::RoomPtr room = co_await ports_.rooms.find(*id)) {
      facts.room_name = co_await rooms::find_state_text(ports_.rooms, room, "m.room.name", "name");
      facts.canonical_alias =
          co_await rooms::find_state_text(ports_.rooms, room, "m.room.canonical_alias", "alias");
    }
  }
  facts.stored = std::move(stored);
  co_return facts;
}

runtime::Task<storage::PageOf<ReportFacts>> ReportList::load(storage::ReportQuery query) {
  storage::PageOf<storage::StoredReport> stored =
      co_await ports_.store.load_reports(std::move(query));
  storage::PageOf<ReportFacts> page;
  page.total = stored.total;
  for (storage::StoredReport& one : stored.rows) {
    page.rows.push_back(co_await describe(std::move(one)));
  }
  co_return page;
}

runtime::Task<ReportFacts> ReportList::read(accounts::Session by, std::int64_t id) {
  auto stored = co_await ports_.store.find_report(id);
  if (!stored) throw no_such_report();
  co_await ports_.commits.record(act_of(by, "report.read", std::to_string(id)));
  co_return co_await describe(*std::move(stored));
}

runtime::Task<rooms::CachedEventPtr> ReportList::find_event(const ReportFacts& report) {
  auto id = protocol::EventId::parse(report.stored.report.event);
  if (!id) co_return nullptr;
  const auto room = protocol::RoomId::parse(report.stored.report.room);
  const auto number = room ? ports_.rooms.find_number(*room) : std::nullopt;
  if (!number) co_return nullptr;
  rooms::CachedEventPtr event = co_await ports_.rooms.events().find(*std::move(id));
  co_return event && event->room == *number ? event : nullptr;
}

runtime::Task<> ReportList::remove(accounts::Session by, std::int64_t id) {
  if (!co_await ports_.store.find_report(id)) throw no_such_report();
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveReport{id});
  co_await ports_.commits.commit(std::move(change),
                                 act_of(by, "report.remove", std::to_string(id)));
}

}  // namespace chancery::admin
