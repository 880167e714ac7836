// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "media_worker/thumbnail.hpp"

#include "tests/support/pictures.hpp"

#include <doctest/doctest.h>
#include <vips/vips.h>

namespace chancery::media_worker {

using media_wire::Form;
using media_wire::Format;
using media_wire::Reply;
using media_wire::Status;
using support::make_moving_png;
using support::make_picture;
using support::make_png_bomb;
using support::make_turned_jpeg;
using support::Sides;
using support::sides_of;

namespace {

struct Vips {
  Vips() { start_vips(); }
};

void ensure_vips() { static const Vips vips; }

Reply thumbnail_of(const std::string& image, Form form, std::uint32_t width, std::uint32_t height) {
  return make_thumbnail({.form = form, .width = width, .height = height}, image);
}

// A GIF of 200 by 200 points, of which one is now black and now white.
std::string gif_of(std::size_t pictures) {
  using namespace std::string_view_literals;
  std::string gif("GIF89a\xc8\0\xc8\0\x80\0\0\0\0\0\xff\xff\xff"sv);
  for (std::size_t i = 0; i < pictures; ++i) {
    gif += "\x21\xf9\x04\0\x0a\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02"sv;
    gif += i % 2 == 0 ? '\x44' : '\x4c';
    gif += "\x01\0"sv;
  }
  return gif + ';';
}

}  // namespace

TEST_CASE("images of each format become thumbnails that fit") {
  ensure_vips();
  for (const Format format : {Format::png, Format::jpeg, Format::gif, Format::webp}) {
    CAPTURE(format);
    const Reply reply = thumbnail_of(make_picture(format, {400, 100}), Form::scale, 200, 200);

    REQUIRE(reply.status == Status::made);
    CHECK(reply.format == (format == Format::gif ? Format::png : format));
    CHECK(format_of(reply.thumbnail) == reply.format);
    CHECK(sides_of(reply.thumbnail) == Sides{200, 50});
  }
}

TEST_CASE("an image is measured without being made smaller") {
  ensure_vips();
  for (const Format format : {Format::png, Format::jpeg, Format::gif, Format::webp}) {
    CAPTURE(format);
    const Reply reply = thumbnail_of(make_picture(format, {400, 100}), Form::measure, 1, 1);

    CHECK(reply.status == Status::original_will_do);
    CHECK(reply.format == format);
    CHECK(reply.width == 400);
    CHECK(reply.height == 100);
    CHECK(reply.thumbnail.empty());
  }
  CHECK(thumbnail_of("no image", Form::measure, 1, 1).status == Status::not_an_image);
}

TEST_CASE("a crop has the sides that were asked for") {
  ensure_vips();
  const Reply reply = thumbnail_of(make_picture(Format::png, {400, 100}), Form::crop, 96, 96);

  REQUIRE(reply.status == Status::made);
  CHECK(sides_of(reply.thumbnail) == Sides{96, 96});
}

TEST_CASE("nothing is made larger than it was") {
  ensure_vips();
  const std::string small = make_picture(Format::png, {20, 10});
  const std::string flat = make_picture(Format::png, {400, 50});

  const Reply reply = thumbnail_of(small, Form::scale, 20, 10);
  const Reply cropped = thumbnail_of(flat, Form::crop, 96, 96);

  CHECK(reply.status == Status::original_will_do);
  CHECK(reply.format == Format::png);
  REQUIRE(cropped.status == Status::made);
  CHECK(sides_of(cropped.thumbnail) == Sides{96, 50});
}

TEST_CASE("a photograph is turned upright and says no more where it was taken") {
  ensure_vips();
  const std::string photograph = make_turned_jpeg({400, 200});
  REQUIRE(photograph.find("taken-at-home") != std::string::npos);

  const Reply reply = thumbnail_of(photograph, Form::scale, 100, 100);

  REQUIRE(reply.status == Status::made);
  CHECK(sides_of(reply.thumbnail) == Sides{50, 100});
  CHECK(reply.thumbnail.find("taken-at-home") == std::string::npos);
}

TEST_CASE("what moves stands still unless movement is wanted") {
  ensure_vips();
  for (const Format format : {Format::gif, Format::webp}) {
    CAPTURE(format);
    const std::string moving = make_picture(format, {64, 48}, 3);

    const Reply still = thumbnail_of(moving, Form::scale, 320, 240);
    const Reply small = thumbnail_of(moving, Form::animated, 320, 240);
    const Reply shrunk = thumbnail_of(moving, Form::animated, 32, 24);

    CHECK(still.status == Status::made);
    CHECK(sides_of(still.thumbnail) == Sides{64, 48});
    CHECK(small.status == Status::original_will_do);
    REQUIRE(shrunk.status == Status::made);
    CHECK(shrunk.format == Format::webp);
    CHECK(shrunk.thumbnail.find("ANIM") != std::string::npos);
  }
}

TEST_CASE("a PNG that moves is no original for who wants it to stand still") {
  ensure_vips();
  const std::string moving = make_moving_png({64, 48});

  const Reply still = thumbnail_of(moving, Form::scale, 320, 240);
  const Reply wanted = thumbnail_of(moving, Form::animated, 320, 240);

  REQUIRE(still.status == Status::made);
  CHECK(sides_of(still.thumbnail) == Sides{64, 48});
  CHECK(still.thumbnail.find("acTL") == std::string::npos);
  CHECK(wanted.status == Status::original_will_do);
  // Cut off or garbled behind its head it is not looked at for ever.
  CHECK(thumbnail_of(moving.substr(0, 40), Form::still, 9, 9).thumbnail.empty());
}

TEST_CASE("the first picture of what moves is made however large, of nothing else") {
  ensure_vips();
  for (const std::string& moving :
       {make_picture(Format::gif, {400, 300}, 3), make_picture(Format::webp, {400, 300}, 3),
        make_moving_png({400, 300})}) {
    const Reply still = thumbnail_of(moving, Form::still, 4096, 4096);
    REQUIRE(still.status == Status::made);
    CHECK(sides_of(still.thumbnail) == Sides{400, 300});
    CHECK(still.thumbnail.find("ANIM") == std::string::npos);
  }
  CHECK(thumbnail_of(make_picture(Format::png, {400, 300}), Form::still, 32, 32).status ==
        Status::original_will_do);
}

TEST_CASE("an image that says it is huge is refused before it is decoded") {
  ensure_vips();
  CHECK(thumbnail_of(make_png_bomb(100'000, 100'000), Form::scale, 32, 32).status ==
        Status::too_large);
  CHECK(thumbnail_of(make_png_bomb(7'001, 7'143), Form::scale, 32, 32).status == Status::too_large);
}

TEST_CASE("what is cut off, garbled or no image is refused") {
  ensure_vips();
  for (const Format format : {Format::png, Format::jpeg, Format::gif, Format::webp}) {
    CAPTURE(format);
    const std::string image = make_picture(format, {400, 300});

    for (const std::size_t length : {std::size_t{12}, image.size() / 4, image.size() / 2}) {
      const Reply reply = thumbnail_of(image.substr(0, length), Form::scale, 100, 100);
      CHECK(reply.thumbnail.empty());
      CHECK(reply.status == Status::not_an_image);
    }
  }
  CHECK(thumbnail_of("", Form::scale, 32, 32).status == Status::not_an_image);
  CHECK(thumbnail_of("<svg xmlns='http://www.w3.org/2000/svg'/>", Form::scale, 32, 32).status ==
        Status::not_an_image);
  using namespace std::string_view_literals;
  for (const std::string_view other :
       {"%!PS-Adobe-3.0\n"sv, "%PDF-1.7\n"sv, "II*\0\x08\0\0\0"sv, "MM\0*\0\0\0\x08"sv,
        "\0\0\0\x1c"
        "ftypavif\0\0\0\0avifmif1"sv,
        "\0\0\0\x1c"
        "ftypheic\0\0\0\0heicmif1"sv,
        "\xff\x0a\xfa\x7f"sv, "\0\0\0\x0cJXL \r\n\x87\n"sv, "\0\0\0\x0cjP  \r\n\x87\n"sv,
        "BM\x46\0\0\0"sv, "\0\0\x01\0\x01\0"sv}) {
    CHECK(thumbnail_of(std::string(other) + std::string(1'000, '\0'), Form::scale, 32, 32).status ==
          Status::not_an_image);
  }
}

TEST_CASE("of more moving pictures than there is room for the first is shown") {
  ensure_vips();
  const std::size_t most = kMostPixels / (std::size_t{200} * 200);
  const Reply few = thumbnail_of(make_picture(Format::gif, {200, 200}, 3), Form::animated, 32, 32);
  REQUIRE(few.status == Status::made);
  CHECK(few.thumbnail.find("ANIM") != std::string::npos);

  for (const std::size_t too_many : {most + 1, std::size_t{100'000}}) {
    const Reply many = thumbnail_of(gif_of(too_many), Form::animated, 32, 32);
    REQUIRE(many.status == Status::made);
    CHECK(many.format == Format::png);
    CHECK(many.thumbnail.find("ANIM") == std::string::npos);
    CHECK(sides_of(many.thumbnail) == Sides{32, 32});
  }
}

TEST_CASE("the loaders that nobody asked for are blocked") {
  ensure_vips();
  const std::string_view svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>";

  CHECK_FALSE(sides_of(svg));
}

}  // namespace chancery::media_worker
