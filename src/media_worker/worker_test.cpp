// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// The worker as the server meets it: a process.
#include "media_worker/wire/messages.hpp"
#include "runtime/programs.hpp"
#include "tests/support/pictures.hpp"

#include <doctest/doctest.h>
#include <vips/vips.h>

#include <string>

namespace chancery::media_worker {

using media_wire::Form;
using media_wire::Format;
using media_wire::Status;
using media_wire::write_job_head;
using runtime::ProgramEnd;
using support::make_picture;
using support::make_png_bomb;
using support::make_turned_jpeg;
using support::Sides;
using support::sides_of;

namespace {

ProgramEnd run_worker(std::vector<std::string> input) {
  const auto programs = runtime::make_programs();
  return programs->run({.program = CHANCERY_MEDIA_WORKER,
                        .arguments = {},
                        .input = std::move(input),
                        .most_output = 16 * 1024 * 1024});
}

std::optional<media_wire::Reply> reply_to(Form form, const std::string& image) {
  const ProgramEnd end = run_worker(
      {write_job_head({.form = form, .width = 96, .height = 96, .image_bytes = image.size()}),
       image});
  CHECK(end.kind == ProgramEnd::Kind::exited);
  CHECK(end.code == 0);
  return media_wire::read_reply(end.output);
}

}  // namespace

TEST_CASE("the worker makes thumbnails of each format inside its sandbox") {
  if (VIPS_INIT("tests") != 0) FAIL("libvips");
  for (const Format format : {Format::png, Format::jpeg, Format::gif, Format::webp}) {
    for (const Form form : {Form::scale, Form::crop, Form::animated}) {
      CAPTURE(format);
      CAPTURE(form);
      const auto reply = reply_to(form, make_picture(format, {1200, 900}));

      REQUIRE(reply);
      CHECK(reply->status == Status::made);
      CHECK(sides_of(reply->thumbnail) == (form == Form::crop ? Sides{96, 96} : Sides{96, 72}));
    }
  }
}

TEST_CASE("the worker shows moving pictures and turned photographs inside its sandbox") {
  if (VIPS_INIT("tests") != 0) FAIL("libvips");
  const auto moving = reply_to(Form::animated, make_picture(Format::gif, {200, 200}, 4));
  const auto turned = reply_to(Form::scale, make_turned_jpeg({4000, 2000}));

  REQUIRE(moving);
  CHECK(moving->status == Status::made);
  REQUIRE(turned);
  CHECK(sides_of(turned->thumbnail) == Sides{48, 96});
}

TEST_CASE("the worker refuses bombs and rubbish and lives") {
  const auto bomb = reply_to(Form::scale, make_png_bomb(100'000, 100'000));
  const auto rubbish = reply_to(Form::scale, std::string(100'000, '\x89'));
  const auto empty = reply_to(Form::scale, "");

  REQUIRE(bomb);
  CHECK(bomb->status == Status::too_large);
  REQUIRE(rubbish);
  CHECK(rubbish->status == Status::not_an_image);
  REQUIRE(empty);
  CHECK(empty->status == Status::not_an_image);
}

TEST_CASE("the worker replies to nothing but a whole job") {
  const std::string head =
      write_job_head({.form = Form::scale, .width = 9, .height = 9, .image_bytes = 10});
  for (const std::string& input : {std::string(), std::string("CMJ1"), head, head + "short"}) {
    const ProgramEnd end = run_worker({input});
    CHECK(end.kind == ProgramEnd::Kind::exited);
    CHECK(end.code == 1);
    CHECK(end.output.empty());
  }
}

}  // namespace chancery::media_worker
