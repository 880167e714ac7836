// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Media: files that people upload to this server and that others then fetch.
//
// Bytes are encrypted on their way to the disk and durable before the row that names them is. An
// upload that does not end well leaves neither row nor file.
//
// Concurrency: any scheduler.
// Failure:     ApiError: M_TOO_LARGE, M_USER_LIMIT_EXCEEDED (quota; M_FORBIDDEN where no page says
//              more of it), M_NOT_FOUND (in quarantine, too), M_NOT_YET_UPLOADED,
//              M_CANNOT_OVERWRITE_MEDIA, M_LIMIT_EXCEEDED; StorageError.
// Spec:        client-server, "Content repository".

#include "domain/audit/recorder.hpp"
#include "domain/media/sealed_files.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "runtime/wait.hpp"
#include "storage/commit/committer.hpp"
#include "storage/media.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace chancery::media {

struct MediaSettings {
  protocol::ServerName server;
  std::uint64_t max_upload_bytes = 50ULL * 1024 * 1024;
  std::uint64_t quota_bytes_per_user = 0;  // 0: none
  std::string quota_info_url = {};         // the page that says more of it; "" for none
  std::uint64_t max_promised_ids = 64;     // of one user, at one time
  std::chrono::milliseconds promise = std::chrono::hours(24);
};

// Who uploads.
struct Actor {
  protocol::UserId user;
  protocol::DeviceId device;
};

struct Upload {
  Actor by;
  Label label;                          // as the client said
  std::optional<std::uint64_t> length;  // as announced
};

// Which media, as a client named them.
struct MediaName {
  std::string server;
  std::string media_id;
};

// How long to wait for media that are promised and not there yet.
struct Patience {
  std::chrono::milliseconds longest{0};
  runtime::CancelToken gone;
};

struct FoundMedia {
  std::string media_id;
  protocol::UserId user;
  storage::MediaFile file;
};

class Media {
 public:
  struct Ports {
    storage::MediaStore& store;
    storage::Committer& committer;
    SealedFiles& files;
    audit::Recorder& recorder;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  Media(Ports ports, MediaFiles& incoming, MediaSettings settings);

  [[nodiscard]] const MediaSettings& settings() const { return settings_; }

  runtime::Task<protocol::MediaUri> upload(Upload upload, ContentSource& source);

  struct Promise {
    protocol::MediaUri uri;
    base::Timestamp expires_at;
  };
  // An id to upload to later.
  runtime::Task<Promise> promise(Actor by);
  runtime::Task<> upload_to(MediaName name, Upload upload, ContentSource& source);

  // M_NOT_FOUND for media of other servers, too.
  runtime::Task<FoundMedia> get(MediaName name, Patience patience);
  // The server stops: whoever waits for promised media is told that they are not there.
  void end_waiting();
  runtime::Task<Content> open(FoundMedia found);
  // False when there was none. The bytes go with it, those of its thumbnails too. `act` says who
  // does it; what it is done to, and whose that was, are added.
  runtime::Task<bool> remove(std::string media_id, audit::Act act);

 private:
  runtime::Task<FreshFile> receive(const Upload& upload, ContentSource& source);
  // Adds what an upload of `size` bytes must keep to.
  void require_quota(storage::Change& change, const protocol::UserId& user,
                     std::uint64_t size) const;
  runtime::Task<> commit(storage::Change change, FreshFile file);
  [[nodiscard]] std::string fresh_media_id();
  [[nodiscard]] storage::AuditRecord record(const Actor& by, std::string_view act,
                                            std::string object);

  Ports ports_;
  MediaFiles& incoming_;
  MediaSettings settings_;
  runtime::Bell filled_;
  std::atomic<bool> has_ended_ = false;
};

}  // namespace chancery::media
