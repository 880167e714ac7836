// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview_images.hpp"

#include "protocol/api_error.hpp"

#include <array>
#include <utility>
#include <variant>

namespace chancery::media {
namespace {

using namespace std::string_view_literals;

constexpr std::chrono::hours kLife{24 * 3};
constexpr std::size_t kRemovedAtOnce = 100;

class WholeText final : public ContentSource {
 public:
  explicit WholeText(std::string text) : text_(std::move(text)) {}
  runtime::Task<std::string> next() override { co_return std::exchange(text_, {}); }

 private:
  std::string text_;
};

// By its first bytes, whatever it was called; empty when it is none that is shown.
std::string_view find_type(std::string_view bytes) {
  struct Mark {
    std::string_view begin;
    std::string_view type;
  };
  constexpr std::array kMarks{Mark{"\x89PNG\r\n\x1a\n"sv, "image/png"},
                              Mark{"\xff\xd8\xff"sv, "image/jpeg"}, Mark{"GIF87a"sv, "image/gif"},
                              Mark{"GIF89a"sv, "image/gif"}};
  for (const Mark& each : kMarks) {
    if (bytes.starts_with(each.begin)) return each.type;
  }
  const bool is_webp =
      bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP"sv;
  return is_webp ? "image/webp"sv : ""sv;
}

}  // namespace

PreviewImages::PreviewImages(Ports ports)
    : ports_(ports),
      self_{.user = protocol::UserId::trusted(
                std::string("@:").append(ports.media.settings().server.text())),
            .device = protocol::DeviceId::trusted("")} {}

runtime::Task<std::optional<PreviewImage>> PreviewImages::keep(std::string bytes) {
  PreviewImage image{
      .uri = {}, .size = bytes.size(), .content_type = std::string(find_type(bytes))};
  if (image.content_type.empty()) co_return std::nullopt;
  const MeasureResult measured = co_await ports_.maker.measure(bytes);
  if (const auto* shape = std::get_if<ImageShape>(&measured)) {
    image.width = shape->width;
    image.height = shape->height;
  } else if (const NoThumbnail why = std::get<NoThumbnail>(measured);
             why != NoThumbnail::not_now && why != NoThumbnail::late) {
    co_return std::nullopt;
  }
  WholeText source(std::move(bytes));
  Upload upload{.by = self_,
                .label = {.content_type = image.content_type, .file_name = {}},
                .length = image.size};
  try {
    image.uri = (co_await ports_.media.upload(std::move(upload), source)).text();
  } catch (const protocol::ApiError&) {  // too large, or the quota is used up: it goes without
    co_return std::nullopt;
  }
  co_return image;
}

runtime::Task<std::size_t> PreviewImages::remove_old() {
  std::size_t removed = 0;
  while (true) {
    const std::vector<std::string> old = co_await ports_.store.load_older(
        self_.user, ports_.clock.now() - base::Milliseconds(kLife), kRemovedAtOnce);
    for (const std::string& each : old) {
      if (co_await ports_.media.remove(each, {.kind = "server", .who = "server"})) ++removed;
    }
    if (old.size() < kRemovedAtOnce) co_return removed;
  }
}

}  // namespace chancery::media
