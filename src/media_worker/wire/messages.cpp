// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "media_worker/wire/messages.hpp"

#include <concepts>

namespace chancery::media_wire {
namespace {

constexpr std::string_view kJobMark = "CMJ1";
constexpr std::string_view kReplyMark = "CMR2";
constexpr std::uint32_t kMostPixelsASide = 4096;

template <std::unsigned_integral Number>
void append(std::string& out, Number number) {
  for (std::size_t i = sizeof(Number); i-- > 0;) {
    out += static_cast<char>(number >> (8 * i) & 0xff);
  }
}

template <std::unsigned_integral Number>
Number read_at(std::string_view text, std::size_t offset) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>(number << 8) | static_cast<std::uint8_t>(text[offset + i]);
  }
  return number;
}

}  // namespace

std::string_view content_type_of(Format format) {
  switch (format) {
    case Format::png:
      return "image/png";
    case Format::jpeg:
      return "image/jpeg";
    case Format::gif:
      return "image/gif";
    case Format::webp:
      return "image/webp";
    case Format::none:
      break;
  }
  return "application/octet-stream";
}

std::string write_job_head(const JobHead& head) {
  std::string out(kJobMark);
  out += static_cast<char>(head.form);
  append(out, head.width);
  append(out, head.height);
  append(out, head.image_bytes);
  return out;
}

std::optional<JobHead> read_job_head(std::string_view text) {
  if (text.size() != kJobHeadBytes || !text.starts_with(kJobMark)) return std::nullopt;
  const auto form = static_cast<std::uint8_t>(text[4]);
  const JobHead head{.form = static_cast<Form>(form),
                     .width = read_at<std::uint32_t>(text, 5),
                     .height = read_at<std::uint32_t>(text, 9),
                     .image_bytes = read_at<std::uint64_t>(text, 13)};
  const bool is_sound = form <= static_cast<std::uint8_t>(Form::still) && head.width > 0 &&
                        head.height > 0 && head.width <= kMostPixelsASide &&
                        head.height <= kMostPixelsASide;
  if (!is_sound) return std::nullopt;
  return head;
}

std::string write_reply_head(const Reply& reply) {
  std::string out(kReplyMark);
  out += static_cast<char>(reply.status);
  out += static_cast<char>(reply.format);
  append(out, reply.width);
  append(out, reply.height);
  append(out, static_cast<std::uint64_t>(reply.thumbnail.size()));
  return out;
}

std::optional<Reply> read_reply(std::string_view text) {
  if (text.size() < kReplyHeadBytes || !text.starts_with(kReplyMark)) return std::nullopt;
  const auto status = static_cast<std::uint8_t>(text[4]);
  const auto format = static_cast<std::uint8_t>(text[5]);
  if (status > static_cast<std::uint8_t>(Status::too_large)) return std::nullopt;
  if (format > static_cast<std::uint8_t>(Format::webp)) return std::nullopt;
  const std::string_view thumbnail = text.substr(kReplyHeadBytes);
  if (read_at<std::uint64_t>(text, 14) != thumbnail.size()) return std::nullopt;
  Reply reply{.status = static_cast<Status>(status),
              .format = static_cast<Format>(format),
              .width = read_at<std::uint32_t>(text, 6),
              .height = read_at<std::uint32_t>(text, 10),
              .thumbnail = std::string(thumbnail)};
  const bool has_image = !reply.thumbnail.empty();
  const bool names_format = reply.format != Format::none;
  if (has_image != (reply.status == Status::made)) return std::nullopt;
  const bool needs_format =
      reply.status == Status::made || reply.status == Status::original_will_do;
  if (needs_format != names_format) return std::nullopt;
  if (needs_format != (reply.width > 0 && reply.height > 0)) return std::nullopt;
  return reply;
}

}  // namespace chancery::media_wire
