// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "media_worker/thumbnail.hpp"

#include <vips/vips.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>

namespace chancery::media_worker {

using media_wire::Form;
using media_wire::Format;
using media_wire::JobHead;
using media_wire::Reply;
using media_wire::Status;

namespace {

constexpr int kJpegQuality = 82;
constexpr int kWebpQuality = 80;

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

// libvips takes what it reads as if it could be written; it is not.
void* bytes_of(std::string_view text) { return const_cast<char*>(text.data()); }

// The image's head; nothing is decoded yet.
Image read_head(Format format, std::string_view text) {
  VipsImage* image = nullptr;
  int failed = -1;
  switch (format) {
    case Format::png:
      failed = vips_pngload_buffer(bytes_of(text), text.size(), &image, "access",
                                   VIPS_ACCESS_SEQUENTIAL, nullptr);
      break;
    case Format::jpeg:
      failed = vips_jpegload_buffer(bytes_of(text), text.size(), &image, "access",
                                    VIPS_ACCESS_SEQUENTIAL, nullptr);
      break;
    case Format::gif:
      failed = vips_gifload_buffer(bytes_of(text), text.size(), &image, "access",
                                   VIPS_ACCESS_SEQUENTIAL, nullptr);
      break;
    case Format::webp:
      failed = vips_webpload_buffer(bytes_of(text), text.size(), &image, "access",
                                    VIPS_ACCESS_SEQUENTIAL, nullptr);
      break;
    case Format::none:
      break;
  }
  return Image(failed == 0 ? image : nullptr);
}

struct Shape {
  std::uint64_t width;  // as it is shown: turned as the camera was
  std::uint64_t height;
  std::uint64_t pages;
};

Shape shape_of(VipsImage* image) {
  Shape shape{.width = static_cast<std::uint64_t>(vips_image_get_width(image)),
              .height = static_cast<std::uint64_t>(vips_image_get_page_height(image)),
              .pages = static_cast<std::uint64_t>(std::max(1, vips_image_get_n_pages(image)))};
  if (vips_image_get_orientation(image) >= 5) std::swap(shape.width, shape.height);
  return shape;
}

Image shrink(const JobHead& job, std::string_view text, const char* options) {
  VipsImage* made = nullptr;
  const VipsInteresting crop =
      job.form == Form::crop ? VIPS_INTERESTING_CENTRE : VIPS_INTERESTING_NONE;
  const int failed =
      vips_thumbnail_buffer(bytes_of(text), text.size(), &made, static_cast<int>(job.width),
                            "height", static_cast<int>(job.height), "size", VIPS_SIZE_DOWN, "crop",
                            crop, "export_profile", "srgb", "option_string", options, nullptr);
  return Image(failed == 0 ? made : nullptr);
}

// Empty when it does not succeed; here is where most of the work is done.
std::string encode(VipsImage* image, Format format) {
  void* bytes = nullptr;
  std::size_t length = 0;
  int failed = -1;
  switch (format) {
    case Format::jpeg:
      failed = vips_jpegsave_buffer(image, &bytes, &length, "Q", kJpegQuality, "strip", TRUE,
                                    "optimize_coding", TRUE, nullptr);
      break;
    case Format::webp:
      failed =
          vips_webpsave_buffer(image, &bytes, &length, "Q", kWebpQuality, "strip", TRUE, nullptr);
      break;
    default:
      failed = vips_pngsave_buffer(image, &bytes, &length, "strip", TRUE, nullptr);
  }
  const std::unique_ptr<void, decltype(&g_free)> owned(bytes, &g_free);
  if (failed != 0) return {};
  return {static_cast<const char*>(bytes), length};
}

// An animated PNG says so before its first picture.
bool is_moving_png(std::string_view text) {
  constexpr std::size_t kSignature = 8;
  constexpr std::size_t kAround = 12;  // of a chunk: length, name, checksum
  std::size_t at = kSignature;
  while (at + kAround <= text.size()) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      length = length << 8 | static_cast<unsigned char>(text[at + i]);
    }
    const std::string_view name = text.substr(at + 4, 4);
    if (name == "acTL") return true;
    if (name == "IDAT") return false;
    at += kAround + length;
  }
  return false;
}

Format format_of_thumbnail(Format original, Form form) {
  if (form == Form::animated) return Format::webp;
  return original == Format::gif ? Format::png : original;
}

// A picture of 3 x 2 points, and of 1 x 1 as a GIF, which libvips may have been built not to write.
constexpr std::string_view kTinyGif{
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00"
    "\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b",
    43};

// Runs what a job of this form runs, so that what is loaded late is loaded now.
void run_once() {
  VipsImage* black = nullptr;
  if (vips_black(&black, 64, 48, "bands", 3, nullptr) != 0) throw StartError(vips_error_buffer());
  VipsImage* coloured = nullptr;
  const Image owned_black(black);
  if (vips_copy(black, &coloured, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr) != 0) {
    throw StartError(vips_error_buffer());
  }
  const Image image(coloured);
  for (const Format format : {Format::png, Format::jpeg, Format::webp}) {
    const std::string text = encode(image.get(), format);
    for (const Form form : {Form::scale, Form::crop}) {
      const Reply reply = make_thumbnail({.form = form, .width = 16, .height = 16}, text);
      if (reply.status != Status::made) throw StartError("libvips cannot make thumbnails");
    }
  }
  const Reply gif = make_thumbnail({.form = Form::scale, .width = 1, .height = 1}, kTinyGif);
  if (gif.status != Status::original_will_do) throw StartError("libvips cannot read GIF");
  vips_error_clear();
}

}  // namespace

void start_vips() {
  // Nothing may go through a file: images that must be in memory as a whole stay there.
  ::setenv("VIPS_DISC_THRESHOLD", "1g", 1);
  // No compiling while it runs: the sandbox forbids executable memory.
  ::setenv("VIPS_NOVECTOR", "1", 1);
  ::setenv("VIPS_WARNING", "0", 1);  // nobody reads them, and they may quote what an image holds
  if (VIPS_INIT("chancery-media-worker") != 0) throw StartError(vips_error_buffer());
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_block_untrusted_set(TRUE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* loader : {"VipsForeignLoadPng", "VipsForeignLoadJpeg", "VipsForeignLoadNsgif",
                             "VipsForeignLoadWebp"}) {
    vips_operation_block_set(loader, FALSE);
  }
  run_once();
}

Format format_of(std::string_view image) {
  using namespace std::string_view_literals;
  if (image.starts_with("\x89PNG\r\n\x1a\n"sv)) return Format::png;
  if (image.starts_with("\xff\xd8\xff"sv)) return Format::jpeg;
  if (image.starts_with("GIF87a"sv) || image.starts_with("GIF89a"sv)) return Format::gif;
  if (image.starts_with("RIFF"sv) && image.size() >= 12 && image.substr(8, 4) == "WEBP"sv) {
    return Format::webp;
  }
  return Format::none;
}

Reply make_thumbnail(const JobHead& wanted, std::string_view text) {
  JobHead job = wanted;
  if (text.size() > kMostImageBytes) return {.status = Status::too_large};
  const Format format = format_of(text);
  const Image head = read_head(format, text);
  if (!head) return {.status = Status::not_an_image};
  const Shape shape = shape_of(head.get());
  const std::uint64_t pixels = shape.width * shape.height;  // each side is less than 2^31
  if (pixels > kMostPixels) return {.status = Status::too_large};
  const Reply original{.status = Status::original_will_do,
                       .format = format,
                       .width = static_cast<std::uint32_t>(shape.width),
                       .height = static_cast<std::uint32_t>(shape.height)};
  if (job.form == Form::measure) return original;

  const bool has_pages = shape.pages > 1;
  const bool is_animated = has_pages || (format == Format::png && is_moving_png(text));
  if (job.form == Form::still && !is_animated) return original;
  const bool fits_animated = has_pages && shape.pages <= kMostPixels / std::max(pixels, 1UL);
  if (job.form == Form::animated && !fits_animated) job.form = Form::scale;
  const bool is_small = shape.width <= job.width && shape.height <= job.height;
  const bool may_move = wanted.form == Form::animated;
  if (is_small && (may_move || !is_animated)) return original;
  const Image made =
      shrink(job, text, job.form == Form::animated ? "[n=-1,fail_on=error]" : "[fail_on=error]");
  Reply reply = original;
  reply.status = Status::made;
  reply.format = format_of_thumbnail(format, job.form);
  if (made) reply.thumbnail = encode(made.get(), reply.format);
  if (reply.thumbnail.empty()) return {.status = Status::not_an_image};
  return reply;
}

}  // namespace chancery::media_worker
