// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Thumbnails: smaller versions of media, made when first asked for and kept encrypted.
//
// Concurrency: any scheduler; one thumbnail is made once however many ask at a time.
// Failure:     ApiError: M_UNKNOWN (400) where there can be none, M_TOO_LARGE (413), M_UNKNOWN
// (503)
//              at too much work; and what Media throws.
// Spec:        client-server, "Thumbnails".

#include "domain/media/media.hpp"
#include "domain/media/thumbnail_maker.hpp"
#include "domain/media/thumbnail_sizes.hpp"
#include "runtime/turnstiles.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace chancery::media {

class Thumbnails {
 public:
  struct Ports {
    Media& media;
    SealedFiles& files;
    MediaFiles& incoming;
    storage::MediaStore& store;
    ThumbnailMaker& maker;
    runtime::Clock& clock;
  };
  explicit Thumbnails(Ports ports) : ports_(ports) {}

  // The smallest thumbnail that covers `wanted`, or the original where none does or it is smaller.
  // What moves does so only in a thumbnail of that form, as far as it can be looked at.
  runtime::Task<Content> get(MediaName name, ThumbnailSize wanted, Patience patience);

 private:
  runtime::Task<Content> show_large(FoundMedia found, ThumbnailForm form);
  runtime::Task<Content> find_or_make(FoundMedia found, ThumbnailSize size);
  runtime::Task<Content> make(FoundMedia found, storage::ThumbnailKey key, ThumbnailSize size);
  runtime::Task<Content> keep(FoundMedia found, storage::ThumbnailKey key, MadeThumbnail made);
  runtime::Task<std::string> read_whole(FoundMedia found);
  // What is known of images that had no thumbnail, so that they are not tried again and again: what
  // the maker said of the image for good; that it broke or was late, for a moment.
  void remember(const std::string& key, ThumbnailResult result);
  std::optional<ThumbnailResult> recall(const std::string& key);

  static constexpr std::size_t kMostRemembered = 4096;
  struct Remembered {
    ThumbnailResult result;
    runtime::SteadyTime until;
  };
  Ports ports_;
  runtime::Turnstiles<std::string> making_;
  std::mutex mutex_;
  std::unordered_map<std::string, Remembered> remembered_;
  std::deque<std::string> oldest_first_;
};

}  // namespace chancery::media
