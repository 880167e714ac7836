// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Preview images: pictures of other servers' pages, kept as media of the server's own.
//
// They are stored as uploads are, under the user "@:server", which nobody can register, with its
// quota and its keys; they go after some days, when no cached preview names them any more.
//
// Concurrency: any scheduler.
// Failure:     StorageError.

#include "domain/media/media.hpp"
#include "domain/media/thumbnail_maker.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chancery::media {

struct PreviewImage {
  std::string uri;  // mxc
  std::uint64_t size = 0;
  std::string content_type;
  // 0: not known, for the worker had no time.
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

class PreviewImages {
 public:
  struct Ports {
    Media& media;
    storage::MediaStore& store;
    ThumbnailMaker& maker;
    runtime::Clock& clock;
  };
  explicit PreviewImages(Ports ports);

  // Absent when it is none of the images that are shown, or there is no room for it.
  runtime::Task<std::optional<PreviewImage>> keep(std::string bytes);
  // Removes those that are too old; returns how many.
  runtime::Task<std::size_t> remove_old();

 private:
  Ports ports_;
  const Actor self_;
};

}  // namespace chancery::media
