// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/search
//
// Finds events by the words in them.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "api/client/search/routes.hpp"
#include "api/client/search/search_criteria.hpp"
#include "base/json_lists.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;
using search::SearchGroup;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /search"};

// Writes the answer to one search.
class SearchAnswer {
 public:
  SearchAnswer(SearchServices services, SearchCriteria criteria, rooms::ClientView viewer)
      : services_(services),
        criteria_(std::move(criteria)),
        viewer_(std::move(viewer)),
        contexts_(services.reads.rooms, services.reads.reading, viewer_.user) {}

  runtime::Task<std::string> write() {
    const search::SearchResults results = co_await services_.search.find(criteria_.request);
    out_ = fmt::format(R"({{"search_categories":{{"room_events":{{"count":{},"highlights":[)",
                       results.count);
    for (const std::string& word : results.highlights) {
      base::begin_item(out_);
      base::append_quoted(out_, word);
    }
    out_ += R"(],"results":[)";
    for (const search::SearchHit& hit : results.hits) {
      base::begin_item(out_);
      co_await write_hit(hit);
    }
    out_ += ']';
    if (criteria_.include_state) co_await write_state(results);
    if (!criteria_.groups.empty()) write_groups(results);
    if (results.next)
      write_next({.place = *results.next, .group = current_group(), .value = value()});
    out_ += "}}}";
    co_return std::move(out_);
  }

 private:
  runtime::Task<> write_hit(const search::SearchHit& hit) {
    out_ += fmt::format(R"({{"rank":{:.6g},"result":)", hit.rank);
    rooms::SeenEvents one;
    one.push_back(hit.event, hit.membership);
    out_ += co_await bundled_event(services_.reads, std::move(one), viewer_);
    if (criteria_.context) co_await write_context(hit.event);
    out_ += '}';
  }

  runtime::Task<> write_context(rooms::CachedEventPtr event) {
    const search::HitContext context =
        co_await contexts_.load(std::move(event), *criteria_.context);
    out_ += R"(,"context":{"events_before":)";
    out_ += co_await bundled_events(services_.reads, context.before, viewer_);
    out_ += R"(,"events_after":)";
    out_ += co_await bundled_events(services_.reads, context.after, viewer_);
    out_ += fmt::format(R"(,"start":"{}","end":"{}")", rooms::timeline_token(context.start),
                        rooms::timeline_token(context.end));
    if (criteria_.context->profiles == search::ContextWanted::Profiles::yes) {
      out_ += R"(,"profile_info":{)";
      for (const rooms::CachedEventPtr& member : context.members) {
        if (out_.back() != '{') out_ += ',';
        write_profile(*member->event);
      }
      out_ += '}';
    }
    out_ += '}';
  }

  void write_profile(const protocol::VerifiedEvent& member) {
    base::append_quoted(out_, member.state_key().value_or(""));
    base::JsonObject profile;
    for (const std::string_view field : {"displayname", "avatar_url"}) {
      if (const auto text = base::find_string(member.content(), field)) profile[field] = *text;
    }
    out_ += ':';
    base::append_text(out_, profile);
  }

  runtime::Task<> write_state(const search::SearchResults& results) {
    std::set<storage::RoomNumber> rooms;
    for (const search::SearchHit& hit : results.hits) rooms.insert(hit.event->room);
    out_ += R"(,"state":{)";
    for (const storage::RoomNumber room : rooms) {
      if (out_.back() != '{') out_ += ',';
      append_shown(out_, services_.reads.rooms.get_id(room).text(),
                   co_await contexts_.load_state(room), viewer_);
    }
    out_ += '}';
  }

  void write_groups(const search::SearchResults& results) {
    out_ += R"(,"groups":{)";
    for (const SearchGroup group : criteria_.groups) {
      if (out_.back() != '{') out_ += ',';
      out_ += group == SearchGroup::room ? R"("room_id":{)" : R"("sender":{)";
      write_group(group, results);
      out_ += '}';
    }
    out_ += '}';
  }

  // The hits by their room or sender, in the order in which these come first.
  void write_group(SearchGroup group, const search::SearchResults& results) {
    std::vector<std::string> values;
    std::map<std::string, std::vector<const search::SearchHit*>> hits;
    for (const search::SearchHit& hit : results.hits) {
      const protocol::VerifiedEvent& event = *hit.event->event;
      const std::string& of =
          group == SearchGroup::room ? event.room().text() : event.sender().text();
      if (hits[of].empty()) values.push_back(of);
      hits[of].push_back(&hit);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ',';
      base::append_quoted(out_, values[i]);
      out_ += fmt::format(R"(:{{"order":{},"results":[)", i + 1);
      for (const search::SearchHit* hit : hits[values[i]]) {
        base::begin_item(out_);
        base::append_quoted(out_, hit->event->event->id().text());
      }
      out_ += ']';
      if (results.next) {
        write_next({.place = hits[values[i]].back()->behind, .group = group, .value = values[i]});
      }
      out_ += '}';
    }
  }

  void write_next(const search::SearchToken& token) {
    out_ += R"(,"next_batch":)";
    base::append_quoted(out_, search::write_search_token(token, criteria_.identity));
  }

  // The group within which this very page goes on.
  [[nodiscard]] SearchGroup current_group() const {
    if (criteria_.request.only_room) return SearchGroup::room;
    return criteria_.request.only_sender ? SearchGroup::sender : SearchGroup::none;
  }
  [[nodiscard]] std::string value() const {
    if (criteria_.request.only_room) return criteria_.request.only_room->text();
    return criteria_.request.only_sender ? criteria_.request.only_sender->text() : "";
  }

  SearchServices services_;
  SearchCriteria criteria_;
  rooms::ClientView viewer_;
  search::HitContexts contexts_;
  std::string out_;
};

runtime::Task<http::Response> handle(SearchServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const base::JsonObject* categories = boundary::optional_object(body, "search_categories");
  if (categories == nullptr) {
    throw ApiError(ErrorCode::missing_param, "'search_categories' is missing");
  }
  const base::JsonObject* criteria = boundary::optional_object(*categories, "room_events");
  if (criteria == nullptr) {
    co_return boundary::json_text_response(R"({"search_categories":{}})");
  }
  SearchAnswer answer(services, read_search_criteria(call, *criteria),
                      viewer_of(services.reads, call));
  co_return boundary::json_text_response(co_await answer.write());
}

}  // namespace

boundary::Route search_events(SearchServices services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/search"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
