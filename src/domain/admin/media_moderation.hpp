// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moderation of media: lists of who keeps what, quarantine, protection, removal.
//
// Media in quarantine are shown to nobody and stay; what is protected is never put there. What is
// inside an encrypted room cannot be seen, and so is not found by its room.
//
// Concurrency: any scheduler.
// Failure:     ApiError not_found, invalid_param; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "domain/media/media.hpp"
#include "domain/rooms/rooms.hpp"
#include "storage/administration.hpp"
#include "storage/media.hpp"
#include "storage/record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::admin {

struct MediaFacts {
  storage::ListedMedia listed;
  std::string content_type;
  std::string file_name;  // "" when none was given
};

class MediaModeration {
 public:
  static constexpr std::int64_t kMostAtOnce = 1'000;  // removed, or put into quarantine
  static constexpr std::int64_t kOldAPage = 100;

  struct Ports {
    storage::AdministrationStore& lists;
    storage::MediaStore& store;
    storage::RecordKeys& keys;
    media::Media& media;
    rooms::Rooms& rooms;
    accounts::AuditedCommits& commits;
  };
  MediaModeration(Ports ports, protocol::ServerName server)
      : ports_(ports), server_(std::move(server)) {}

  runtime::Task<storage::PageOf<MediaFacts>> list(storage::MediaQuery query);
  runtime::Task<storage::PageOf<storage::ListedMediaUse>> list_use(storage::MediaUseQuery query);
  // Throws not_found for media of other servers, too.
  runtime::Task<MediaFacts> get(media::MediaName name);
  // Whose they are; absent where there are none, or of another server.
  runtime::Task<std::optional<protocol::UserId>> find_uploader(media::MediaName name);

  enum class Quarantine : std::uint8_t { end, begin };
  runtime::Task<> set_quarantine(accounts::Session by, media::MediaName name,
                                 Quarantine quarantine);
  // Return how many were put there.
  runtime::Task<std::int64_t> quarantine_all_of(accounts::Session by, protocol::UserId user);
  runtime::Task<std::int64_t> quarantine_all_in(accounts::Session by, protocol::RoomId room);
  enum class Safe : std::uint8_t { no, yes };
  runtime::Task<> set_safe(accounts::Session by, std::string media_id, Safe safe);

  // What events of the room that are not encrypted name, newest first; looks at the newest
  // kMostEvents of them. Throws not_found.
  static constexpr std::size_t kMostEvents = 100'000;
  struct InRoom {
    std::vector<protocol::MediaUri> ours;
    std::vector<protocol::MediaUri> others;
  };
  runtime::Task<InRoom> find_in(protocol::RoomId room);

  // Return the ids of what was removed.
  runtime::Task<std::vector<std::string>> remove(accounts::Session by, media::MediaName name);
  runtime::Task<std::vector<std::string>> remove_of(accounts::Session by,
                                                    storage::MediaQuery query);
  // Pictures of rooms stay as those of people do. At most kMostAtOnce go.
  runtime::Task<std::vector<std::string>> remove_old(accounts::Session by,
                                                     storage::OldMediaQuery query);

 private:
  [[nodiscard]] MediaFacts describe(storage::ListedMedia listed);
  runtime::Task<std::int64_t> quarantine(accounts::Session by, std::vector<std::string> ids);
  runtime::Task<std::vector<std::string>> room_pictures();

  Ports ports_;
  protocol::ServerName server_;
};

}  // namespace chancery::admin
