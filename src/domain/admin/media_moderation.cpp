// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/media_moderation.hpp"

#include "domain/admin/acting.hpp"
#include "domain/media/media_record.hpp"
#include "protocol/api_error.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kPage = 500;

ApiError no_such_media() { return {ErrorCode::not_found, "There are no such media here"}; }

void add_uri(std::vector<protocol::MediaUri>& found, const base::JsonObject& object,
             std::string_view key) {
  const auto text = base::find_string(object, key);
  if (!text) return;
  if (auto uri = protocol::MediaUri::parse(*text)) found.push_back(*std::move(uri));
}

// Where events name media: themselves, their thumbnails, pictures of rooms and people.
std::vector<protocol::MediaUri> media_in(const base::JsonObject& content) {
  std::vector<protocol::MediaUri> found;
  add_uri(found, content, "url");
  add_uri(found, content, "avatar_url");
  if (const base::JsonObject* info = base::find_object(content, "info")) {
    add_uri(found, *info, "thumbnail_url");
  }
  return found;
}

}  // namespace

MediaFacts MediaModeration::describe(storage::ListedMedia listed) {
  MediaFacts facts{.listed = std::move(listed), .content_type = {}, .file_name = {}};
  if (!facts.listed.media.file) return facts;
  const media::MediaRecord record = media::read_record(
      storage::open_record(facts.listed.media.file->record, ports_.keys, facts.listed.media_id));
  facts.content_type = record.content_type;
  facts.file_name = record.file_name.value_or("");
  return facts;
}

runtime::Task<storage::PageOf<MediaFacts>> MediaModeration::list(storage::MediaQuery query) {
  storage::PageOf<storage::ListedMedia> listed = co_await ports_.lists.list_media(std::move(query));
  storage::PageOf<MediaFacts> page;
  page.total = listed.total;
  for (storage::ListedMedia& one : listed.rows) page.rows.push_back(describe(std::move(one)));
  co_return page;
}

runtime::Task<storage::PageOf<storage::ListedMediaUse>> MediaModeration::list_use(
    storage::MediaUseQuery query) {
  co_return co_await ports_.lists.list_media_use(std::move(query));
}

runtime::Task<MediaFacts> MediaModeration::get(media::MediaName name) {
  if (name.server != server_.text()) throw no_such_media();
  auto media = co_await ports_.store.find_media(name.media_id);
  if (!media) throw no_such_media();
  co_return describe({.media_id = std::move(name.media_id), .media = *std::move(media)});
}

runtime::Task<std::optional<protocol::UserId>> MediaModeration::find_uploader(
    media::MediaName name) {
  if (name.server != server_.text()) co_return std::nullopt;
  auto media = co_await ports_.store.find_media(std::move(name.media_id));
  if (!media) co_return std::nullopt;
  co_return std::move(media->user);
}

runtime::Task<std::int64_t> MediaModeration::quarantine(accounts::Session by,
                                                        std::vector<std::string> ids) {
  storage::Change change;
  std::string object;
  for (std::string& id : ids) {
    const auto media = co_await ports_.store.find_media(id);
    if (!media || media->safe || !media->quarantined_by.empty()) continue;
    if (!object.empty()) object += ' ';
    object += id;
    change.mutations.emplace_back(
        storage::SetMediaQuarantine{.media_id = std::move(id), .by = by.user.text()});
  }
  const auto count = static_cast<std::int64_t>(change.mutations.size());
  if (count == 0) co_return 0;
  co_await ports_.commits.commit(std::move(change),
                                 act_of(by, "media.quarantine", std::move(object)));
  co_return count;
}

runtime::Task<> MediaModeration::set_quarantine(accounts::Session by, media::MediaName name,
                                                Quarantine quarantine) {
  const MediaFacts facts = co_await get(name);
  if (quarantine == Quarantine::begin) {
    if (facts.listed.media.safe) {
      throw ApiError(ErrorCode::forbidden, "These media are protected from quarantine");
    }
    co_await this->quarantine(std::move(by), {name.media_id});
    co_return;
  }
  storage::Change change;
  change.mutations.emplace_back(storage::SetMediaQuarantine{.media_id = name.media_id, .by = {}});
  co_await ports_.commits.commit(std::move(change),
                                 act_of(by, "media.end_quarantine", name.media_id));
}

runtime::Task<std::int64_t> MediaModeration::quarantine_all_of(accounts::Session by,
                                                               protocol::UserId user) {
  std::int64_t count = 0;
  std::int64_t from = 0;
  while (true) {
    const auto page =
        co_await ports_.lists.list_media({.user = user,
                                          .order = storage::MediaOrder::media_id,
                                          .sorting = storage::Sorting::ascending,
                                          .page = {.from = from, .limit = kMostAtOnce}});
    if (page.rows.empty()) co_return count;
    from += static_cast<std::int64_t>(page.rows.size());
    std::vector<std::string> ids;
    for (const storage::ListedMedia& one : page.rows) ids.push_back(one.media_id);
    count += co_await quarantine(by, std::move(ids));
  }
}

runtime::Task<std::int64_t> MediaModeration::quarantine_all_in(accounts::Session by,
                                                               protocol::RoomId room) {
  const InRoom found = co_await find_in(std::move(room));
  std::int64_t count = 0;
  for (std::size_t at = 0; at < found.ours.size(); at += static_cast<std::size_t>(kMostAtOnce)) {
    std::vector<std::string> ids;
    const std::size_t end = std::min(found.ours.size(), at + static_cast<std::size_t>(kMostAtOnce));
    for (std::size_t i = at; i < end; ++i) ids.push_back(found.ours[i].media_id);
    count += co_await quarantine(by, std::move(ids));
  }
  co_return count;
}

runtime::Task<> MediaModeration::set_safe(accounts::Session by, std::string media_id, Safe safe) {
  if (!co_await ports_.store.find_media(media_id)) throw no_such_media();
  storage::Change change;
  change.mutations.emplace_back(
      storage::SetMediaSafe{.media_id = media_id, .safe = safe == Safe::yes});
  co_await ports_.commits.commit(
      std::move(change),
      act_of(by, safe == Safe::yes ? "media.protect" : "media.unprotect", std::move(media_id)));
}

runtime::Task<MediaModeration::InRoom> MediaModeration::find_in(protocol::RoomId id) {
  const rooms::RoomPtr room = co_await ports_.rooms.find(std::move(id));
  if (!room) throw ApiError(ErrorCode::not_found, "There is no such room");
  InRoom found;
  std::set<std::string> known;
  storage::TimelineRange range{.room = room->number(),
                               .after = {},
                               .until = room->last_position(),
                               .direction = storage::Direction::backwards,
                               .limit = kPage};
  for (std::size_t looked_at = 0; looked_at < kMostEvents;) {
    const auto events = co_await ports_.rooms.load_timeline(range);
    for (const rooms::CachedEventPtr& event : events) {
      for (protocol::MediaUri& uri : media_in(event->event->content())) {
        if (!known.insert(uri.text()).second) continue;
        auto& list = uri.server == server_ ? found.ours : found.others;
        list.push_back(std::move(uri));
      }
    }
    looked_at += events.size();
    if (events.size() < kPage || events.back()->position.value <= 1) break;
    range.until = {events.back()->position.value - 1};
    co_await runtime::yield_now();
  }
  co_return found;
}

runtime::Task<std::vector<std::string>> MediaModeration::remove(accounts::Session by,
                                                                media::MediaName name) {
  if (name.server != server_.text()) {
    throw ApiError(ErrorCode::invalid_param, "These are no media of this server");
  }
  std::vector<std::string> removed;
  if (!co_await ports_.media.remove(name.media_id, act_of(by, {}, {}))) throw no_such_media();
  removed.push_back(std::move(name.media_id));
  co_return removed;
}

runtime::Task<std::vector<std::string>> MediaModeration::remove_of(accounts::Session by,
                                                                   storage::MediaQuery query) {
  const auto page = co_await ports_.lists.list_media(std::move(query));
  std::vector<std::string> removed;
  for (const storage::ListedMedia& one : page.rows) {
    if (co_await ports_.media.remove(one.media_id, act_of(by, {}, {}))) {
      removed.push_back(one.media_id);
    }
  }
  co_return removed;
}

runtime::Task<std::vector<std::string>> MediaModeration::room_pictures() {
  std::vector<std::string> ids;
  std::size_t looked_at = 0;
  for (const storage::RoomNumber number : ports_.rooms.numbers()) {
    if (++looked_at % 50 == 0) co_await runtime::yield_now();
    const rooms::RoomPtr room = co_await ports_.rooms.get(number);
    const storage::EventNumber picture = room->find_state("m.room.avatar", "");
    if (picture.value == 0) continue;
    const rooms::CachedEventPtr event = co_await ports_.rooms.events().get(picture);
    for (protocol::MediaUri& uri : media_in(event->event->content())) {
      if (uri.server == server_) ids.push_back(std::move(uri.media_id));
    }
  }
  std::ranges::sort(ids);
  co_return ids;
}

runtime::Task<std::vector<std::string>> MediaModeration::remove_old(accounts::Session by,
                                                                    storage::OldMediaQuery query) {
  query.server = server_.text();
  query.limit = kOldAPage;
  std::vector<std::string> pictures;
  if (query.profiles == storage::OldMediaQuery::Profiles::keep) pictures = co_await room_pictures();
  std::vector<std::string> removed;
  // Page by page: what stays must not stand in the way of what is behind it.
  while (std::ssize(removed) < kMostAtOnce) {
    std::vector<std::string> ids = co_await ports_.lists.list_old_media(query);
    if (ids.empty()) break;
    query.after = ids.back();
    for (std::string& id : ids) {
      if (std::ssize(removed) == kMostAtOnce) break;
      if (std::ranges::binary_search(pictures, id)) continue;
      if (co_await ports_.media.remove(id, act_of(by, {}, {}))) removed.push_back(std::move(id));
    }
  }
  co_return removed;
}

}  // namespace chancery::admin
