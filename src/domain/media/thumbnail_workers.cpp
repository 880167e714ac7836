// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/thumbnail_workers.hpp"

#include "base/log.hpp"
#include "media_worker/wire/messages.hpp"

#include <utility>

namespace chancery::media {
namespace {

using runtime::ProgramEnd;

media_wire::Form wire_form(ThumbnailForm form) {
  switch (form) {
    case ThumbnailForm::crop:
      return media_wire::Form::crop;
    case ThumbnailForm::animated:
      return media_wire::Form::animated;
    case ThumbnailForm::still:
      return media_wire::Form::still;
    case ThumbnailForm::scale:
      break;
  }
  return media_wire::Form::scale;
}

ThumbnailResult result_of(media_wire::Reply reply) {
  switch (reply.status) {
    case media_wire::Status::made:
      return MadeThumbnail{.content_type = std::string(content_type_of(reply.format)),
                           .bytes = std::move(reply.thumbnail)};
    case media_wire::Status::original_will_do:
      return OriginalWillDo{.content_type = std::string(content_type_of(reply.format))};
    case media_wire::Status::too_large:
      return NoThumbnail::too_large;
    case media_wire::Status::not_an_image:
      break;
  }
  return NoThumbnail::not_an_image;
}

std::string_view kind_name(ProgramEnd::Kind kind) {
  switch (kind) {
    case ProgramEnd::Kind::exited:
      return "exited";
    case ProgramEnd::Kind::killed:
      return "killed by a signal";
    case ProgramEnd::Kind::late:
      return "took too long";
    case ProgramEnd::Kind::wrote_too_much:
      return "wrote too much";
    case ProgramEnd::Kind::stopped:
      break;
  }
  return "stopped";
}

class Counted {
 public:
  explicit Counted(std::atomic<std::size_t>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::size_t>& count_;
};

}  // namespace

ThumbnailWorkers::ThumbnailWorkers(runtime::Programs& programs, Settings settings)
    : programs_(programs), settings_(std::move(settings)), pool_(settings_.processes) {}

runtime::Task<ThumbnailResult> ThumbnailWorkers::make(ThumbnailJob job) {
  Reply reply = co_await run_in_turn({.form = wire_form(job.size.form),
                                      .width = static_cast<std::uint32_t>(job.size.width),
                                      .height = static_cast<std::uint32_t>(job.size.height),
                                      .image_bytes = job.image.size()},
                                     std::move(job.image));
  if (const auto* none = std::get_if<NoThumbnail>(&reply)) co_return *none;
  co_return result_of(std::get<media_wire::Reply>(std::move(reply)));
}

runtime::Task<MeasureResult> ThumbnailWorkers::measure(std::string image) {
  const media_wire::JobHead head{
      .form = media_wire::Form::measure, .width = 1, .height = 1, .image_bytes = image.size()};
  const Reply reply = co_await run_in_turn(head, std::move(image));
  if (const auto* none = std::get_if<NoThumbnail>(&reply)) co_return *none;
  const auto& found = std::get<media_wire::Reply>(reply);
  if (found.status == media_wire::Status::too_large) co_return NoThumbnail::too_large;
  if (found.status != media_wire::Status::original_will_do) co_return NoThumbnail::not_an_image;
  co_return ImageShape{.content_type = std::string(content_type_of(found.format)),
                       .width = found.width,
                       .height = found.height};
}

runtime::Task<ThumbnailWorkers::Reply> ThumbnailWorkers::run_in_turn(media_wire::JobHead head,
                                                                     std::string image) {
  const Counted counted(waiting_);
  if (waiting_ > settings_.most_waiting) co_return NoThumbnail::not_now;
  auto work = [this, head, image = std::move(image)]() mutable {
    return run(head, std::move(image));
  };
  co_return co_await pool_.run(std::move(work));
}

ThumbnailWorkers::Reply ThumbnailWorkers::run(const media_wire::JobHead& head, std::string image) {
  runtime::ProgramRun program{.program = settings_.program,
                              .arguments = {},
                              .input = {},
                              .most_output = settings_.most_output,
                              .deadline = settings_.deadline};
  program.input.push_back(media_wire::write_job_head(head));
  program.input.push_back(std::move(image));
  ProgramEnd end;
  try {
    end = programs_.run(std::move(program));
  } catch (const runtime::ProgramError& error) {  // thumbnails are missing, the server goes on
    base::log_error("media_worker_not_started", {{"what", error.what()}});
    return NoThumbnail::not_now;
  }
  if (end.kind == ProgramEnd::Kind::stopped) return NoThumbnail::not_now;
  if (end.kind == ProgramEnd::Kind::exited && end.code == 0) {
    if (auto reply = media_wire::read_reply(end.output)) return *std::move(reply);
  }
  base::log_warn("media_worker_broke", {{"end", kind_name(end.kind)}, {"code", end.code}});
  // It did not get as far as the image.
  const bool never_began =
      end.kind == ProgramEnd::Kind::exited &&
      (end.code == media_wire::kNoSandbox || end.code == media_wire::kNoLibrary);
  return never_began ? NoThumbnail::not_now : NoThumbnail::broke_maker;
}

}  // namespace chancery::media
