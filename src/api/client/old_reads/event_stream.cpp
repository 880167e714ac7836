// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/events
//
// Tells the events of the user's rooms, or of one that is open to all, after a place; waits for
// them up to `timeout` milliseconds.
#include "api/boundary/call.hpp"
#include "api/client/old_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <numeric>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;
using storage::StreamPosition;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /events"};
constexpr std::size_t kMostEvents = 100;

struct News {
  rooms::SeenEvents seen;
  StreamPosition end;
};

class EventStream {
 public:
  EventStream(OldReadServices services, Call& call)
      : services_(services), user_(call.session().user) {
    if (const auto room = call.query("room_id")) {
      const auto id = protocol::RoomId::parse(*room);
      if (!id) throw ApiError(ErrorCode::invalid_param, "'room_id' is no room id");
      only_ = *id;
    }
  }

  // The place behind everything that there is.
  [[nodiscard]] StreamPosition newest() const {
    StreamPosition newest;
    const auto look = [&](storage::RoomNumber room) {
      newest = std::max(newest, services_.reads.rooms.last_position(room));
    };
    if (only_) {
      if (const auto number = services_.reads.rooms.find_number(*only_)) look(*number);
      return newest;
    }
    const auto current = services_.reads.rooms.memberships().current_rooms(user_);
    for (const rooms::UserRoom& room : current) {
      if (room.membership == rooms::Membership::join) look(room.room);
    }
    return newest;
  }

  runtime::Task<News> load(StreamPosition from) {
    News news{.seen = {}, .end = std::max(from, newest())};
    for (const protocol::RoomId& room : rooms_to_look_at(from)) {
      const auto view = only_ ? co_await services_.reads.reading.get_view(user_, room)
                              : co_await services_.reads.reading.find_view(user_, room);
      if (!view || view->until <= from) continue;
      auto page = co_await services_.reads.reading.load_page(
          *view, {.direction = storage::Direction::forwards,
                  .from = from,
                  .to = std::nullopt,
                  .limit = kMostEvents,
                  .filter = {}});
      // What lies behind the end of any room's page waits for the next request.
      if (page.end && *page.end < view->until) news.end = std::min(news.end, *page.end);
      news.seen.append(std::move(page.seen));
    }
    keep_first(news, from);
    co_return news;
  }

 private:
  // Those of the user in which anything came after `from`. The one that was asked for in any case:
  // it may be one that they may not see.
  [[nodiscard]] std::vector<protocol::RoomId> rooms_to_look_at(StreamPosition from) const {
    if (only_) return {*only_};
    std::vector<protocol::RoomId> found;
    const auto current = services_.reads.rooms.memberships().current_rooms(user_);
    for (const rooms::UserRoom& room : current) {
      const bool has_news = services_.reads.rooms.last_position(room.room) > from;
      if (has_news && room.membership == rooms::Membership::join) found.push_back(room.id);
    }
    return found;
  }

  // In the order of arrival, no more than one answer holds.
  static void keep_first(News& news, StreamPosition from) {
    std::vector<std::size_t> order(news.seen.events.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](std::size_t i) { return news.seen.events[i]->position; });
    rooms::SeenEvents kept;
    for (const std::size_t i : order) {
      if (news.seen.events[i]->position > news.end) break;
      if (kept.events.size() == kMostEvents) {
        news.end = kept.events.back()->position;
        break;
      }
      kept.push_back(news.seen.events[i], news.seen.memberships[i]);
    }
    news.end = std::max(news.end, from);
    news.seen = std::move(kept);
  }

  OldReadServices services_;
  protocol::UserId user_;
  std::optional<protocol::RoomId> only_;
};

runtime::Task<News> wait_for_news(OldReadServices services, Call& call, StreamPosition from,
                                  EventStream& stream) {
  constexpr std::int64_t kLongestWait = 300'000;
  const std::int64_t timeout =
      std::clamp<std::int64_t>(call.query_integer("timeout").value_or(0), 0, kLongestWait);
  const auto bell = services.wake_ups.bell_of(call.session().user);
  const auto deadline = services.reads.clock.steady_now() + base::Milliseconds(timeout);
  while (true) {
    const std::uint64_t ticket = bell->ticket();
    News news = co_await stream.load(from);
    if (!news.seen.events.empty() || timeout == 0 || !services.wake_ups.may_wait()) {
      co_return news;
    }
    if (co_await bell->wait(ticket, deadline, call.gone()) == runtime::WaitResult::timed_out) {
      co_return news;
    }
  }
}

runtime::Task<http::Response> handle(OldReadServices services, Call& call) {
  EventStream stream(services, call);
  const auto given = read_place(call, "from");
  const StreamPosition from = given ? *given : stream.newest();
  News news = co_await wait_for_news(services, call, from, stream);
  std::string body = fmt::format(R"({{"start":"{}","end":"{}","chunk":)",
                                 rooms::timeline_token(from), rooms::timeline_token(news.end));
  body += co_await bundled_events(services.reads, std::move(news.seen),
                                  viewer_of(services.reads, call));
  body += '}';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

boundary::Route event_stream(OldReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/events"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
