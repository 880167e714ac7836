// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/thumbnails.hpp"

#include "domain/media/media_record.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <functional>
#include <utility>

namespace chancery::media {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

// An image of more bytes than this is not read into memory.
constexpr std::uint64_t kMostImageBytes = 32ULL * 1024 * 1024;
// Before an image is tried again over which the maker broke, or was late.
constexpr std::chrono::minutes kPause{1};

// Of what moves, for who wants more than any thumbnail.
constexpr ThumbnailSize kStill{.width = 4096, .height = 4096, .form = ThumbnailForm::still};

// Whether it begins as the kinds of images do that may move.
bool may_move(std::string_view beginning) {
  return beginning.starts_with("GIF8") || beginning.starts_with("\x89PNG") ||
         (beginning.starts_with("RIFF") && beginning.substr(0, 12).ends_with("WEBP"));
}

[[noreturn]] void refuse(NoThumbnail why) {
  switch (why) {
    case NoThumbnail::too_large:
      throw ApiError(ErrorCode::too_large, "This is too large to make a thumbnail of");
    case NoThumbnail::late:
    case NoThumbnail::not_now:
      throw ApiError(ErrorCode::unavailable, "There are no thumbnails at the moment");
    case NoThumbnail::not_an_image:
    case NoThumbnail::broke_maker:
      break;
  }
  throw ApiError(ErrorCode::unknown, "The server cannot make a thumbnail of this");
}

}  // namespace

runtime::Task<Content> Thumbnails::get(MediaName name, ThumbnailSize wanted, Patience patience) {
  FoundMedia found = co_await ports_.media.get(std::move(name), std::move(patience));
  const auto size = find_size(wanted);
  if (!size) co_return co_await show_large(std::move(found), wanted.form);
  co_return co_await find_or_make(std::move(found), *size);
}

runtime::Task<Content> Thumbnails::show_large(FoundMedia found, ThumbnailForm form) {
  Content original = co_await ports_.media.open(found);
  if (form == ThumbnailForm::animated || found.file.size > kMostImageBytes) co_return original;
  const std::string beginning = co_await original.reader->next();
  if (may_move(beginning)) {
    try {
      co_return co_await find_or_make(found, kStill);
    } catch (const ApiError& refused) {  // it is no image, or too large to be looked at: as it is
      if (refused.code() == ErrorCode::unavailable) throw;
    }
  }
  co_return co_await ports_.media.open(std::move(found));
}

runtime::Task<Content> Thumbnails::find_or_make(FoundMedia found, ThumbnailSize size) {
  const storage::ThumbnailKey key{.media_id = found.media_id,
                                  .width = size.width,
                                  .height = size.height,
                                  .form = std::string(form_name(size.form))};
  const std::string binding = binding_of(key);
  const auto turn = co_await making_.enter(binding);
  if (auto kept = co_await ports_.store.find_thumbnail(key)) {
    co_return co_await ports_.files.open(*std::move(kept), binding);
  }
  co_return co_await make(std::move(found), key, size);
}

runtime::Task<Content> Thumbnails::make(FoundMedia found, storage::ThumbnailKey key,
                                        ThumbnailSize size) {
  if (found.file.size > kMostImageBytes) refuse(NoThumbnail::too_large);
  const std::string binding = binding_of(key);
  auto result = recall(binding);
  const bool is_recalled = result.has_value();
  if (!is_recalled) {
    result = co_await ports_.maker.make(
        {.read = [this, found] { return read_whole(found); }, .size = size});
  }
  if (auto* made = std::get_if<MadeThumbnail>(&*result)) {
    co_return co_await keep(std::move(found), std::move(key), std::move(*made));
  }
  if (!is_recalled) remember(binding, *result);
  if (const auto* none = std::get_if<NoThumbnail>(&*result)) refuse(*none);
  // Shown as what it is, not as what its uploader called it.
  std::string type = std::get<OriginalWillDo>(*result).content_type;
  Content content = co_await ports_.media.open(std::move(found));
  content.label.content_type = std::move(type);
  co_return content;
}

runtime::Task<Content> Thumbnails::keep(FoundMedia found, storage::ThumbnailKey key,
                                        MadeThumbnail made) {
  FreshFile file = co_await ports_.incoming.write(std::move(made.bytes));
  const std::string binding = binding_of(key);
  SealedFiles::Sealed sealed = ports_.files.seal(
      file, {.content_type = std::move(made.content_type), .file_name = {}}, found.user, binding);
  const storage::MediaFile named = sealed.file;
  storage::Change change;  // without an audit record: a derived copy, made by nobody's act
  change.preconditions.emplace_back(storage::RequireMediaStored{key.media_id});
  for (auto& made_key : sealed.keys) change.mutations.emplace_back(std::move(made_key));
  change.mutations.emplace_back(
      storage::AddThumbnail{.key = std::move(key), .file = std::move(sealed.file)});
  bool is_gone = false;
  try {
    co_await ports_.files.commit(std::move(change), std::move(file));
  } catch (const storage::StorageConflict&) {  // the media were removed while this was made
    is_gone = true;
  }
  if (is_gone) throw ApiError(ErrorCode::not_found, "There is no such media");
  co_return co_await ports_.files.open(named, binding);
}

runtime::Task<std::string> Thumbnails::read_whole(FoundMedia found) {
  const Content content = co_await ports_.media.open(std::move(found));
  std::string whole;
  whole.reserve(content.reader->size());
  while (true) {
    const std::string piece = co_await content.reader->next();
    if (piece.empty()) co_return whole;
    whole += piece;
  }
}

void Thumbnails::remember(const std::string& key, ThumbnailResult result) {
  const auto* none = std::get_if<NoThumbnail>(&result);
  if (none != nullptr && *none == NoThumbnail::not_now) return;
  const bool is_verdict =
      none == nullptr || *none == NoThumbnail::not_an_image || *none == NoThumbnail::too_large;
  const runtime::SteadyTime until =
      is_verdict ? runtime::SteadyTime::max() : ports_.clock.steady_now() + kPause;
  const std::lock_guard lock(mutex_);
  const auto [at, is_new] =
      remembered_.insert_or_assign(key, Remembered{.result = std::move(result), .until = until});
  if (!is_new) return;
  oldest_first_.push_back(key);
  if (oldest_first_.size() <= kMostRemembered) return;
  remembered_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

std::optional<ThumbnailResult> Thumbnails::recall(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = remembered_.find(key);
  if (found == remembered_.end() || found->second.until <= ports_.clock.steady_now()) {
    return std::nullopt;
  }
  return found->second.result;
}

}  // namespace chancery::media
