// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages between the server and the media worker: one job in, one reply out.
//
// A job is its head and then the image; a reply is its head and then the thumbnail. Numbers are
// big-endian. Each side trusts nothing of the other: the worker reads strangers' images.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::media_wire {

enum class Form : std::uint8_t {
  scale,
  crop,
  animated,
  measure,  // no thumbnail: only what the image is, in the reply of an original that will do
  still,    // of what moves its first picture, however small; of nothing else a thumbnail
};
enum class Format : std::uint8_t { none, png, jpeg, gif, webp };
enum class Status : std::uint8_t {
  made,
  original_will_do,  // the image is no larger than the thumbnail would be
  not_an_image,      // none that is understood, or a broken one
  too_large,
};

// How the worker ends when it could not begin: its sandbox did not close, libvips did not start.
inline constexpr int kNoSandbox = 102;
inline constexpr int kNoLibrary = 103;

[[nodiscard]] std::string_view content_type_of(Format format);

// "CMJ1", form, width (4), height (4), length of the image (8).
inline constexpr std::size_t kJobHeadBytes = 21;
struct JobHead {
  Form form = Form::scale;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint64_t image_bytes = 0;
};
[[nodiscard]] std::string write_job_head(const JobHead& head);
// Absent when `text` is no head, or asks for a thumbnail of no or of absurd size.
[[nodiscard]] std::optional<JobHead> read_job_head(std::string_view text);

// "CMR2", status, format, width (4) and height (4) of the original, length of the thumbnail (8).
inline constexpr std::size_t kReplyHeadBytes = 22;
struct Reply {
  Status status = Status::not_an_image;
  Format format = Format::none;  // of the thumbnail, or of the original that will do
  std::uint32_t width = 0;       // of the original, as it is shown; 0 where there is no image
  std::uint32_t height = 0;
  std::string thumbnail;
};
[[nodiscard]] std::string write_reply_head(const Reply& reply);
// Absent when `text` is not one whole reply and nothing else.
[[nodiscard]] std::optional<Reply> read_reply(std::string_view text);

}  // namespace chancery::media_wire
