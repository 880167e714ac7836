// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pictures.hpp"

#include <vips/vips.h>
#include <zlib.h>

#include <memory>
#include <stdexcept>

namespace chancery::support {

using media_wire::Format;

namespace {

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

Image checked(int failed, VipsImage* image) {
  if (failed != 0) throw std::runtime_error(vips_error_buffer());
  return Image(image);
}

Image gradient(Sides sides) {
  VipsImage* positions = nullptr;
  const Image xy = checked(vips_xyz(&positions, sides.width, sides.height, nullptr), positions);
  VipsImage* bands = nullptr;
  const Image three = checked(vips_bandjoin_const1(xy.get(), &bands, 128, nullptr), bands);
  VipsImage* bytes = nullptr;
  const Image small = checked(vips_cast_uchar(three.get(), &bytes, nullptr), bytes);
  VipsImage* coloured = nullptr;
  return checked(
      vips_copy(small.get(), &coloured, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr),
      coloured);
}

std::string save(VipsImage* image, Format format) {
  void* bytes = nullptr;
  std::size_t length = 0;
  int failed = -1;
  if (format == Format::png) failed = vips_pngsave_buffer(image, &bytes, &length, nullptr);
  if (format == Format::jpeg) failed = vips_jpegsave_buffer(image, &bytes, &length, nullptr);
  if (format == Format::gif) failed = vips_gifsave_buffer(image, &bytes, &length, nullptr);
  if (format == Format::webp) failed = vips_webpsave_buffer(image, &bytes, &length, nullptr);
  if (failed != 0) throw std::runtime_error(vips_error_buffer());
  std::string text(static_cast<const char*>(bytes), length);
  g_free(bytes);
  return text;
}

std::string chunk(std::string_view name, std::string_view bytes) {
  const auto number = [](std::uint32_t value) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
    return text;
  };
  std::string body(name);
  body += bytes;
  const auto sum =
      ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return number(static_cast<std::uint32_t>(bytes.size())) + body +
         number(static_cast<std::uint32_t>(sum));
}

}  // namespace

std::string make_picture(Format format, Sides sides, int pages) {
  const Image image = gradient({sides.width, sides.height * pages});
  if (pages > 1) vips_image_set_int(image.get(), VIPS_META_PAGE_HEIGHT, sides.height);
  return save(image.get(), format);
}

std::string make_turned_jpeg(Sides sides) {
  const Image image = gradient(sides);
  vips_image_set_int(image.get(), VIPS_META_ORIENTATION, 6);
  vips_image_set_string(image.get(), "exif-ifd0-ImageDescription", "taken-at-home");
  return save(image.get(), Format::jpeg);
}

std::string make_moving_png(Sides sides) {
  constexpr std::size_t kBehindHead = 33;
  std::string picture = make_picture(Format::png, sides);
  return picture.insert(kBehindHead, chunk("acTL", std::string("\0\0\0\x02\0\0\0\0", 8)));
}

std::string make_png_bomb(std::uint32_t width, std::uint32_t height) {
  std::string head;
  for (const std::uint32_t side : {width, height}) {
    for (int shift = 24; shift >= 0; shift -= 8) head += static_cast<char>(side >> shift & 0xff);
  }
  head += std::string("\x08\x02\x00\x00\x00", 5);
  const std::string nothing("\x78\x9c\x03\x00\x00\x00\x00\x01", 8);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", head) + chunk("IDAT", nothing) + chunk("IEND", "");
}

std::optional<Sides> sides_of(std::string_view text) {
  VipsImage* loaded = vips_image_new_from_buffer(text.data(), text.size(), "", nullptr);
  if (loaded == nullptr) return std::nullopt;
  const Image image(loaded);
  return Sides{vips_image_get_width(loaded), vips_image_get_page_height(loaded)};
}

}  // namespace chancery::support
