// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/media.hpp"

#include "base/utf8.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>

namespace chancery::media {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::size_t kMediaIdLength = 32;
constexpr std::size_t kMostMediaIdBytes = 255;
constexpr std::size_t kMostTypeBytes = 255;
constexpr std::size_t kMostNameBytes = 1024;
constexpr std::string_view kUnknownType = "application/octet-stream";
constexpr std::string_view kNoSuchMedia = "There is no such media";

ApiError too_large(std::uint64_t most) {
  return {ErrorCode::too_large, fmt::format("Uploads may have at most {} bytes", most)};
}

// A client may lead its user to the page that says more, where there is one.
ApiError over_quota(const std::string& info_url) {
  const std::string text = "This would be more than you may keep on this server";
  if (info_url.empty()) return {ErrorCode::forbidden, text};
  return ApiError(ErrorCode::user_limit_exceeded, text).with("info_uri", base::Json(info_url));
}

bool is_media_id(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return !text.empty() && text.size() <= kMostMediaIdBytes && std::ranges::all_of(text, is_allowed);
}

// The type as it may stand in a header; what is no printable ASCII, or has no '/', is unknown.
std::string clean_type(std::string type) {
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  const bool is_sound = type.size() <= kMostTypeBytes && std::ranges::all_of(type, is_printable) &&
                        type.find('/') != std::string::npos;
  return is_sound ? std::move(type) : std::string(kUnknownType);
}

// Lets through at most so many bytes, and says whose fault it is that there are more.
class MeteredSource final : public ContentSource {
 public:
  MeteredSource(ContentSource& inner, const MediaSettings& settings, std::uint64_t left_of_quota)
      : inner_(inner), settings_(settings), left_of_quota_(left_of_quota) {}

  runtime::Task<std::string> next() override {
    std::string piece = co_await inner_.next();
    seen_ += piece.size();
    if (seen_ > settings_.max_upload_bytes) throw too_large(settings_.max_upload_bytes);
    if (seen_ > left_of_quota_) throw over_quota(settings_.quota_info_url);
    co_return piece;
  }

 private:
  ContentSource& inner_;
  const MediaSettings& settings_;
  std::uint64_t left_of_quota_;
  std::uint64_t seen_ = 0;
};

std::string object_of(std::string_view media_id, std::uint64_t size) {
  return fmt::format("{} {} bytes", media_id, size);
}

}  // namespace

Media::Media(Ports ports, MediaFiles& incoming, MediaSettings settings)
    : ports_(ports), incoming_(incoming), settings_(std::move(settings)) {}

std::string Media::fresh_media_id() { return ports_.random.alphanumeric(kMediaIdLength); }

storage::AuditRecord Media::record(const Actor& by, std::string_view act, std::string object) {
  return ports_.recorder.record({.who = by.user.text(),
                                 .device = by.device.text(),
                                 .act = std::string(act),
                                 .object = std::move(object)});
}

runtime::Task<FreshFile> Media::receive(const Upload& upload, ContentSource& source) {
  const std::uint64_t announced = upload.length.value_or(0);
  if (announced > settings_.max_upload_bytes) throw too_large(settings_.max_upload_bytes);
  const auto& name = upload.label.file_name;
  if (name && (name->size() > kMostNameBytes || !base::is_utf8(*name))) {
    throw ApiError(ErrorCode::invalid_param, "The file name is too long or no text");
  }
  std::uint64_t left = UINT64_MAX;
  if (settings_.quota_bytes_per_user != 0) {
    const auto use = co_await ports_.store.load_use(upload.by.user, ports_.clock.now());
    left = settings_.quota_bytes_per_user - std::min(settings_.quota_bytes_per_user, use.bytes);
    if (left == 0 || announced > left) throw over_quota(settings_.quota_info_url);
  }
  MeteredSource metered(source, settings_, left);
  co_return co_await incoming_.write(metered);
}

void Media::require_quota(storage::Change& change, const protocol::UserId& user,
                          std::uint64_t size) const {
  if (settings_.quota_bytes_per_user == 0) return;
  change.preconditions.emplace_back(
      storage::RequireMediaQuota{user, size, settings_.quota_bytes_per_user});
}

runtime::Task<> Media::commit(storage::Change change, FreshFile file) {
  try {
    co_await ports_.files.commit(std::move(change), std::move(file));
  } catch (const storage::StorageConflict& conflict) {  // another upload of the user was faster
    if (conflict.precondition == storage::RequireMediaQuota::kName)
      throw over_quota(settings_.quota_info_url);
    throw ApiError(ErrorCode::cannot_overwrite_media, "There is something under this id already");
  }
}

runtime::Task<protocol::MediaUri> Media::upload(Upload upload, ContentSource& source) {
  FreshFile file = co_await receive(upload, source);
  const std::string media_id = fresh_media_id();
  upload.label.content_type = clean_type(std::move(upload.label.content_type));
  SealedFiles::Sealed sealed = ports_.files.seal(file, upload.label, upload.by.user, media_id);

  storage::Change change;
  require_quota(change, upload.by.user, file.size());
  for (auto& key : sealed.keys) change.mutations.emplace_back(std::move(key));
  change.mutations.emplace_back(storage::AddMedia{.media_id = media_id,
                                                  .user = upload.by.user,
                                                  .created_at = ports_.clock.now(),
                                                  .expires_at = {},
                                                  .file = std::move(sealed.file)});
  change.audit = record(upload.by, "media.upload", object_of(media_id, file.size()));
  co_await commit(std::move(change), std::move(file));
  co_return protocol::MediaUri{.server = settings_.server, .media_id = media_id};
}

runtime::Task<Media::Promise> Media::promise(Actor by) {
  const base::Timestamp now = ports_.clock.now();
  if (settings_.quota_bytes_per_user != 0) {
    const auto use = co_await ports_.store.load_use(by.user, now);
    if (use.bytes >= settings_.quota_bytes_per_user) throw over_quota(settings_.quota_info_url);
  }
  const std::string media_id = fresh_media_id();
  const base::Timestamp expires_at = now + settings_.promise;
  storage::Change change;
  // Counted where it is stored: of many that ask at once each is one of them.
  change.preconditions.emplace_back(
      storage::RequireMediaPromises{by.user, now, settings_.max_promised_ids});
  change.mutations.emplace_back(storage::RemoveExpiredMedia{by.user, now});
  change.mutations.emplace_back(storage::AddMedia{.media_id = media_id,
                                                  .user = by.user,
                                                  .created_at = now,
                                                  .expires_at = expires_at,
                                                  .file = {}});
  change.audit = record(by, "media.promise", media_id);
  bool has_too_many = false;
  try {
    co_await ports_.committer.commit(std::move(change));
  } catch (const storage::StorageConflict&) {  // the answer to "may they have one more"
    has_too_many = true;
  }
  if (has_too_many) {
    throw ApiError(ErrorCode::limit_exceeded, "Upload to the ids that you have first");
  }
  co_return Promise{.uri = {.server = settings_.server, .media_id = media_id},
                    .expires_at = expires_at};
}

runtime::Task<> Media::upload_to(MediaName name, Upload upload, ContentSource& source) {
  std::optional<storage::StoredMedia> media;
  if (name.server == settings_.server.text() && is_media_id(name.media_id)) {
    media = co_await ports_.store.find_media(name.media_id);
  }
  if (!media) throw ApiError(ErrorCode::not_found, std::string(kNoSuchMedia));
  if (media->user != upload.by.user) {
    throw ApiError(ErrorCode::forbidden, "This id was given to somebody else");
  }
  if (media->file) {
    throw ApiError(ErrorCode::cannot_overwrite_media, "There is something under this id already");
  }
  if (media->expires_at <= ports_.clock.now()) {
    throw ApiError(ErrorCode::not_found, "This id has expired");
  }

  FreshFile file = co_await receive(upload, source);
  upload.label.content_type = clean_type(std::move(upload.label.content_type));
  SealedFiles::Sealed sealed = ports_.files.seal(file, upload.label, upload.by.user, name.media_id);
  storage::Change change;
  // The upload began in time: how long it took is not held against it.
  change.preconditions.emplace_back(
      storage::RequireMediaPromised{name.media_id, upload.by.user, media->created_at});
  require_quota(change, upload.by.user, file.size());
  for (auto& key : sealed.keys) change.mutations.emplace_back(std::move(key));
  change.mutations.emplace_back(storage::FillMedia{name.media_id, std::move(sealed.file)});
  change.audit = record(upload.by, "media.upload", object_of(name.media_id, file.size()));
  co_await commit(std::move(change), std::move(file));
  filled_.ring();
}

runtime::Task<FoundMedia> Media::get(MediaName name, Patience patience) {
  if (name.server != settings_.server.text() || !is_media_id(name.media_id)) {
    throw ApiError(ErrorCode::not_found, std::string(kNoSuchMedia));
  }
  const auto deadline = ports_.clock.steady_now() + patience.longest;
  while (true) {
    const std::uint64_t ticket = filled_.ticket();
    auto media = co_await ports_.store.find_media(name.media_id);
    // For whoever asks it is as if they had never been.
    if (media && !media->quarantined_by.empty()) {
      throw ApiError(ErrorCode::not_found, std::string(kNoSuchMedia)).because("quarantine");
    }
    if (media && media->file) {
      co_return FoundMedia{.media_id = std::move(name.media_id),
                           .user = std::move(media->user),
                           .file = *std::move(media->file)};
    }
    if (!media || media->expires_at <= ports_.clock.now()) {
      throw ApiError(ErrorCode::not_found, std::string(kNoSuchMedia));
    }
    if (has_ended_ || ports_.clock.steady_now() >= deadline) {
      throw ApiError(ErrorCode::not_yet_uploaded, "This has not been uploaded yet");
    }
    co_await filled_.wait(ticket, deadline, patience.gone);
  }
}

void Media::end_waiting() {
  has_ended_ = true;
  filled_.ring();
}

runtime::Task<Content> Media::open(FoundMedia found) {
  co_return co_await ports_.files.open(std::move(found.file), std::move(found.media_id));
}

runtime::Task<bool> Media::remove(std::string media_id, audit::Act act) {
  const auto media = co_await ports_.store.find_media(media_id);
  if (!media) co_return false;
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveMedia{media_id});
  act.act = "media.remove";
  act.object = object_of(media_id, media->file ? media->file->size : 0);
  if (act.who != media->user.text()) act.context = media->user.text();
  change.audit = ports_.recorder.record(act);
  // Read before the rows go; a thumbnail that is made in between is an orphan for housekeeping.
  std::vector<std::string> files = co_await ports_.store.load_thumbnail_files(media_id);
  if (media->file) files.push_back(media->file->name);
  co_await ports_.committer.commit(std::move(change));
  co_await incoming_.remove(std::move(files));
  co_return true;
}

}  // namespace chancery::media
