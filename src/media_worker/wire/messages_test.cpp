// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "media_worker/wire/messages.hpp"

#include <doctest/doctest.h>

namespace chancery::media_wire {

TEST_CASE("a job's head is read as it was written") {
  const std::string text = write_job_head(
      {.form = Form::crop, .width = 96, .height = 320, .image_bytes = 0x0102030405060708});

  const auto head = read_job_head(text);

  CHECK(text.size() == kJobHeadBytes);
  REQUIRE(head);
  CHECK(head->form == Form::crop);
  CHECK(head->width == 96);
  CHECK(head->height == 320);
  CHECK(head->image_bytes == 0x0102030405060708);
}

TEST_CASE("a head that is cut off, unknown or absurd is no head") {
  const std::string text = write_job_head({.form = Form::scale, .width = 1, .height = 1});
  std::string other_form = text;
  other_form[4] = 5;

  CHECK_FALSE(read_job_head(text.substr(1)));
  CHECK_FALSE(read_job_head(text + "x"));
  CHECK_FALSE(read_job_head(other_form));
  CHECK_FALSE(read_job_head(write_job_head({.width = 0, .height = 1})));
  CHECK_FALSE(read_job_head(write_job_head({.width = 1, .height = 4097})));
}

TEST_CASE("a reply must be whole, and hold a thumbnail if and only if it says so") {
  const Reply made{.status = Status::made,
                   .format = Format::png,
                   .width = 40,
                   .height = 70'000,
                   .thumbnail = "bytes"};
  const std::string text = write_reply_head(made) + made.thumbnail;

  const auto reply = read_reply(text);

  REQUIRE(reply);
  CHECK(reply->format == Format::png);
  CHECK(reply->thumbnail == "bytes");
  CHECK(reply->width == 40);
  CHECK(reply->height == 70'000);
  CHECK_FALSE(read_reply(text + "!"));
  CHECK_FALSE(read_reply(text.substr(0, text.size() - 1)));
  CHECK_FALSE(read_reply(write_reply_head({.status = Status::made, .format = Format::png})));
  CHECK_FALSE(read_reply(write_reply_head({.status = Status::original_will_do})));
  CHECK_FALSE(read_reply(
      write_reply_head({.status = Status::original_will_do, .format = Format::png, .width = 1})));
  CHECK(read_reply(write_reply_head({.status = Status::too_large})));
}

}  // namespace chancery::media_wire
