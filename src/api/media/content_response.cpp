// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/content_response.hpp"

#include "api/media/byte_range.hpp"
#include "api/media/content_disposition.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace chancery::media_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kPolicy =
    "sandbox; default-src 'none'; script-src 'none'; plugin-types "
    "application/pdf; "
    "style-src 'unsafe-inline'; object-src 'self';";
// Bytes under an id never change; a day bounds how long removed ones linger in
// a browser.
constexpr std::string_view kCaching = "private, max-age=86400, immutable";
constexpr std::chrono::milliseconds kPatience{20'000};  // the specification's default
constexpr std::chrono::milliseconds kMostPatience{60'000};

class ContentBody final : public http::BodySource {
 public:
  explicit ContentBody(std::unique_ptr<media::ContentReader> reader) : reader_(std::move(reader)) {}
  [[nodiscard]] std::optional<std::uint64_t> length() const override { return reader_->left(); }
  runtime::Task<std::string> next() override { return reader_->next(); }

 private:
  std::unique_ptr<media::ContentReader> reader_;
};

bool names_tag(std::optional<std::string_view> field, std::string_view tag) {
  return field && (*field == "*" || field->find(tag) != std::string_view::npos);
}

std::int64_t get_length(const Call& call, std::string_view name) {
  const auto length = call.query_integer(name);
  if (!length) {
    throw ApiError(ErrorCode::missing_param, fmt::format("'{}' is missing", name));
  }
  if (*length <= 0) {
    throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' must be positive", name));
  }
  return *length;
}

void add_safety(http::Headers& headers) {
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Content-Security-Policy", kPolicy);
  headers.add("Cross-Origin-Resource-Policy", "cross-origin");
  headers.add("Referrer-Policy", "no-referrer");
}

}  // namespace

http::Response content_response(Call& call, media::Content content) {
  const http::Headers& asked = call.request().headers;
  const std::string tag = '"' + content.tag + '"';
  http::Response response;
  add_safety(response.headers);
  response.headers.add("ETag", tag);
  response.headers.add("Cache-Control", kCaching);
  if (names_tag(asked.find("If-None-Match"), tag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", content.label.content_type);
  response.headers.add("Content-Disposition",
                       content_disposition(content.label.content_type, content.label.file_name));
  response.headers.add("Accept-Ranges", "bytes");

  const std::uint64_t size = content.reader->size();
  const auto if_range = asked.find("If-Range");
  const bool may_be_part = !if_range || *if_range == tag;
  const RangeVerdict verdict =
      may_be_part ? choose_range(asked.find("Range").value_or(""), size) : WholeContent{};
  if (std::holds_alternative<UnsatisfiableRange>(verdict)) {
    response.status = 416;
    response.headers.add("Content-Range", fmt::format("bytes */{}", size));
    return response;
  }
  if (const auto* range = std::get_if<ByteRange>(&verdict)) {
    content.reader->select(range->begin, range->length);
    response.status = 206;
    response.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range->begin,
                                                      range->begin + range->length - 1, size));
  }
  response.body = std::make_unique<ContentBody>(std::move(content.reader));
  return response;
}

media::MediaName media_name(const Call& call) {
  return {.server = call.path("serverName"), .media_id = call.path("mediaId")};
}

media::Patience patience_of(Call& call) {
  // allow_remote and allow_redirect change nothing yet, but must make sense.
  static_cast<void>(call.query_bool("allow_remote"));
  static_cast<void>(call.query_bool("allow_redirect"));
  const auto asked = call.query_integer("timeout_ms").value_or(kPatience.count());
  if (asked < 0) throw ApiError(ErrorCode::invalid_param, "'timeout_ms' must not be negative");
  return {.longest = std::min(std::chrono::milliseconds(asked), kMostPatience),
          .gone = call.gone()};
}

media::ThumbnailSize thumbnail_size(const Call& call) {
  media::ThumbnailSize size{.width = get_length(call, "width"),
                            .height = get_length(call, "height"),
                            .form = media::ThumbnailForm::scale};
  const std::string_view method = call.query("method").value_or("scale");
  if (method == "crop") {
    size.form = media::ThumbnailForm::crop;
  } else if (method != "scale") {
    throw ApiError(ErrorCode::invalid_param, "'method' must be crop or scale");
  }
  const bool may_move = call.query_bool("animated").value_or(false);
  if (may_move && size.form == media::ThumbnailForm::scale) {
    size.form = media::ThumbnailForm::animated;
  }
  return size;
}

}  // namespace chancery::media_api
