// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/delivery.hpp"

#include "base/log.hpp"
#include "http/path_pattern.hpp"
#include "storage/errors.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace chancery::appservices {

runtime::Task<> Delivery::run(runtime::CancelToken cancel) {
  while (true) {
    bool has_failed = false;
    try {
      if (!has_begun_) co_await begin();
      co_await step(cancel);
    } catch (const storage::StorageError& error) {
      // The database is away or full: what is under way is tried again when it is back.
      has_failed = true;
      base::log_warn("appservice_delivery_waits",
                     {{"service", service_.id()}, {"why", error.what()}});
    } catch (const std::exception& error) {
      // Whatever it is: nobody else tells this service anything.
      has_failed = true;
      base::log_error("appservice_not_told", {{"service", service_.id()}, {"why", error.what()}});
    }
    if (has_failed) co_await runtime::sleep_for(kFirstPause * 5, cancel);
  }
}

runtime::Task<> Delivery::begin() {
  auto entry = co_await ports_.journal.load(service_.id());
  if (entry) {
    told_ = entry->told;
    under_way_ = std::move(entry->under_way);
  } else {
    // A new service begins with what happens from now on.
    told_ = feed_.last_position();
    co_await ports_.journal.note_told(service_.id(), told_);
  }
  written_ = told_;
  desk_.begin(told_);
  has_begun_ = true;
}

runtime::Task<> Delivery::step(runtime::CancelToken cancel) {
  if (under_way_) {
    co_await send(std::move(cancel));
  } else {
    co_await look(std::move(cancel));
  }
}

runtime::Task<> Delivery::look(runtime::CancelToken cancel) {
  const std::uint64_t ticket = signals_.bell().ticket();
  if (!gathered_) gathered_ = co_await desk_.gather(told_);
  if (!gathered_->body.empty()) {
    // Until the journal has it, it is kept here: it is not gathered a second time.
    under_way_ = co_await ports_.journal.begin(service_.id(), *gathered_);
    gathered_.reset();
    co_return;
  }
  told_ = gathered_->reaches;
  gathered_.reset();
  if (told_.value - written_.value >= kMostUnwritten) co_await write();
  if (told_ < feed_.last_position()) {
    co_await runtime::yield_now();
    co_return;
  }
  co_await signals_.bell().wait(ticket, std::move(cancel));
}

runtime::Task<> Delivery::send(runtime::CancelToken cancel) {
  const std::string id = http::percent_encode(under_way_->id);
  const http::OutboundResult result =
      co_await ports_.client.send(service_,
                                  {.method = http::Method::put,
                                   .path = "/_matrix/app/v1/transactions/" + id,
                                   .legacy = "/transactions/" + id,
                                   .body = under_way_->news.body,
                                   .time = kPatience},
                                  cancel);
  if (!is_success(result)) {
    note_failure(result);
    co_await pause(std::move(cancel));
    co_return;
  }
  if (failures_ != 0) {
    base::log_info("appservice_reached_again", {{"service", service_.id()}});
  }
  failures_ = 0;
  is_failing_ = false;
  const News& news = under_way_->news;
  co_await ports_.journal.finish(service_.id(), *under_way_);
  told_ = news.reaches;
  if (news.kept == News::Kept::yes) written_ = told_;
  under_way_.reset();
}

void Delivery::note_failure(const http::OutboundResult& result) {
  ++failures_;
  is_failing_ = true;
  const bool is_told = (failures_ & (failures_ - 1)) == 0;  // 1, 2, 4, 8, …
  if (!is_told) return;
  base::log_warn("appservice_refuses_transaction",
                 {{"service", service_.id()},
                  {"attempts", static_cast<std::int64_t>(failures_)},
                  {"why", result ? std::to_string(result->status)
                                 : std::string(http::outbound_failure_name(result.error()))}});
}

runtime::Task<> Delivery::pause(runtime::CancelToken cancel) {
  const std::uint64_t ticket = alive_.ticket();
  const unsigned doublings = std::min(failures_ - 1, 16U);
  const std::chrono::milliseconds whole =
      std::min(kFirstPause * (std::int64_t{1} << doublings), kLongestPause);
  // Between half of it and the whole, so that services that fell together do not rise together.
  const auto chance = static_cast<unsigned char>(ports_.random.bytes(1).front());
  const std::chrono::milliseconds length = whole / 2 + whole / 2 * chance / 255;
  const runtime::SteadyTime deadline = ports_.clock.steady_now() + length;
  // A service that is alive and still refuses is not asked more often than this.
  co_await runtime::sleep_for(std::min(length, kFirstPause), cancel);
  (void)co_await alive_.wait(ticket, deadline, cancel);
}

void Delivery::note_alive() {
  if (is_failing_.load(std::memory_order_relaxed)) alive_.ring();
}

runtime::Task<> Delivery::write() {
  if (!has_begun_ || under_way_ || gathered_ || told_ == written_) co_return;
  co_await ports_.journal.note_told(service_.id(), told_);
  written_ = told_;
}

}  // namespace chancery::appservices
