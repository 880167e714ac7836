// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// URL previews: what the page behind a link says of itself.
//
// A page is fetched once however many ask, for as long as it takes and whoever of them goes away;
// what came of it, also nothing, is remembered for a while, in memory and in bounds.
//
// Concurrency: any scheduler.
// Failure:     ApiError: M_UNRECOGNIZED (404) when there are none here, M_INVALID_PARAM,
//              M_FORBIDDEN for a host that the operator denies, M_LIMIT_EXCEEDED, M_UNKNOWN (502)
//              for whatever goes wrong outside, of which no more is said; Cancelled.
// Lifetime:    await `stop` before it dies.
// Spec:        client-server, "GET /_matrix/client/v1/media/preview_url".

#include "base/json.hpp"
#include "domain/media/preview/oembed.hpp"
#include "domain/media/preview_images.hpp"
#include "http/outbound.hpp"
#include "http/outbound_rules.hpp"
#include "http/url.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"
#include "runtime/worker_pool.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace chancery::media {

class UrlPreviews {
 public:
  struct Ports {
    http::Outbound& outbound;
    PreviewImages& images;
    runtime::WorkerPool& workers;  // pages are read there
    runtime::Clock& clock;
  };
  enum class Offered : std::uint8_t { no, yes };
  struct Settings {
    Offered offered = Offered::no;
    http::DestinationList denied;    // its hosts
    OembedProviders providers = {};  // asked before the pages of their hosts are
    std::chrono::milliseconds remembered = std::chrono::hours(1);
    std::chrono::milliseconds failure_remembered = std::chrono::minutes(5);
    std::size_t most_remembered = 2000;
    std::size_t most_at_once = 16;
    std::size_t most_of_one_user = 4;
  };
  UrlPreviews(Ports ports, Settings settings);

  // JSON: an object of OpenGraph properties, perhaps empty.
  runtime::Task<std::string> get(protocol::UserId by, std::string url, runtime::CancelToken gone);
  // The server stops: whoever waits is told that there is none at the moment.
  void end_waiting();
  runtime::Task<> stop() { return fetches_.stop(); }

 private:
  // Absent: there is none to be had.
  using Preview = std::optional<std::string>;
  struct Fetch {
    protocol::UserId by;
    runtime::Bell done;
    std::optional<Preview> preview;
  };
  struct Remembered {
    Preview preview;
    runtime::SteadyTime until;
  };

  std::optional<Preview> recall(const std::string& url);
  void remember(const std::string& url, const Preview& preview);
  // The fetch of this URL that runs, or one that begins now.
  std::shared_ptr<Fetch> join(const http::Url& url, const protocol::UserId& by);
  runtime::Task<> run(http::Url url, std::shared_ptr<Fetch> fetch);
  runtime::Task<Preview> fetch_preview(http::Url url);
  runtime::Task<Preview> preview_of(const http::OutboundResponse& page);
  runtime::Task<Preview> preview_of(PageDescription described);
  // What a site says in JSON; absent when it does not.
  runtime::Task<std::optional<PageDescription>> ask_provider(http::Url url);
  runtime::Task<> add_image(base::JsonObject& preview, http::Url url, std::string text);

  Ports ports_;
  const Settings settings_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Fetch>> running_;
  std::unordered_map<std::string, Remembered> remembered_;
  std::deque<std::string> oldest_first_;
  std::atomic<bool> has_ended_ = false;
  runtime::TaskGroup fetches_{"url previews"};
};

}  // namespace chancery::media
