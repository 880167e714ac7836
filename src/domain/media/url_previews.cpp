// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/url_previews.hpp"

#include "base/log.hpp"
#include "domain/media/preview/html_text.hpp"
#include "domain/media/preview/html_tokens.hpp"
#include "domain/media/preview/page_description.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <utility>

namespace chancery::media {

using protocol::ApiError;
using protocol::ErrorCode;
using runtime::Task;

namespace {

constexpr std::size_t kMostBytes = 10 * 1024 * 1024;
// Of a page, what says what it is stands at the front.
constexpr std::size_t kMostRead = 2 * 1024 * 1024;
constexpr std::size_t kMostJson = 256 * 1024;
constexpr std::chrono::seconds kPageTime{20};
constexpr std::chrono::seconds kImageTime{10};
constexpr std::chrono::seconds kProviderTime{10};
constexpr unsigned kMostRedirects = 5;
constexpr int kRetryAfter = 2000;  // milliseconds

http::OutboundRequest request_for(const http::Url& url, std::string_view accepted) {
  http::OutboundRequest request{
      .url = url.text(), .longest_body = kMostBytes, .redirects = kMostRedirects};
  request.headers.add("Accept", accepted);
  // Some pages tell only programs of this kind what they are.
  request.headers.add("User-Agent", "Mozilla/5.0 (compatible; Chancery; link preview bot)");
  return request;
}

bool is_type(const http::OutboundResponse& answer, std::string_view type) {
  const std::string_view found = answer.headers.find("Content-Type").value_or("");
  return equal_in_html(found.substr(0, type.size()), type);
}

void put_image(base::JsonObject& preview, const PreviewImage& image) {
  preview["og:image"] = image.uri;
  preview["og:image:type"] = image.content_type;
  preview["matrix:image:size"] = image.size;
  if (image.width == 0) return;
  preview["og:image:width"] = image.width;
  preview["og:image:height"] = image.height;
}

}  // namespace

UrlPreviews::UrlPreviews(Ports ports, Settings settings)
    : ports_(ports), settings_(std::move(settings)) {}

Task<std::string> UrlPreviews::get(protocol::UserId by, std::string url,
                                   runtime::CancelToken gone) {
  if (settings_.offered == Offered::no) {
    throw ApiError(ErrorCode::unrecognized, "This server makes no previews of URLs");
  }
  const auto parsed = http::parse_typed_url(url);
  if (!parsed) throw ApiError(ErrorCode::invalid_param, "'url' is no URL of the web");
  if (settings_.denied.has_host(parsed->host)) {
    throw ApiError(ErrorCode::forbidden, "There are no previews of this host here");
  }
  std::optional<Preview> preview = recall(parsed->text());
  if (!preview) {
    const std::shared_ptr<Fetch> fetch = join(*parsed, by);
    const auto is_done = [&] {
      const std::lock_guard lock(mutex_);
      preview = fetch->preview;
      return preview.has_value();
    };
    while (true) {
      const std::uint64_t ticket = fetch->done.ticket();
      if (is_done()) break;
      if (has_ended_) throw ApiError(ErrorCode::unavailable, "The server is stopping");
      co_await fetch->done.wait(ticket, gone);
    }
  }
  // Not why: it would tell what answers inside the server's network.
  if (!*preview) {
    throw ApiError(ErrorCode::unknown, "There is no preview of this").with_status(502);
  }
  co_return **std::move(preview);
}

void UrlPreviews::end_waiting() {
  has_ended_ = true;
  const std::lock_guard lock(mutex_);
  for (const auto& [url, fetch] : running_) fetch->done.ring();
}

std::optional<UrlPreviews::Preview> UrlPreviews::recall(const std::string& url) {
  const std::lock_guard lock(mutex_);
  const auto found = remembered_.find(url);
  if (found == remembered_.end() || found->second.until <= ports_.clock.steady_now()) {
    return std::nullopt;
  }
  return found->second.preview;
}

// With the lock.
void UrlPreviews::remember(const std::string& url, const Preview& preview) {
  const auto until =
      ports_.clock.steady_now() + (preview ? settings_.remembered : settings_.failure_remembered);
  const auto [at, is_new] = remembered_.insert_or_assign(url, Remembered{preview, until});
  if (!is_new) return;
  oldest_first_.push_back(url);
  if (oldest_first_.size() <= settings_.most_remembered) return;
  remembered_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

std::shared_ptr<UrlPreviews::Fetch> UrlPreviews::join(const http::Url& url,
                                                      const protocol::UserId& by) {
  const std::lock_guard lock(mutex_);
  const std::string text = url.text();
  if (const auto found = running_.find(text); found != running_.end()) return found->second;
  const auto of_user =
      std::ranges::count_if(running_, [&](const auto& each) { return each.second->by == by; });
  if (running_.size() >= settings_.most_at_once ||
      std::cmp_greater_equal(of_user, settings_.most_of_one_user)) {
    throw ApiError(ErrorCode::limit_exceeded, "Too many previews are being made")
        .with("retry_after_ms", kRetryAfter);
  }
  auto fetch = std::make_shared<Fetch>(Fetch{.by = by, .done = {}, .preview = {}});
  running_.emplace(text, fetch);
  fetches_.spawn(run(url, fetch));
  return fetch;
}

Task<> UrlPreviews::run(http::Url url, std::shared_ptr<Fetch> fetch) {
  Preview preview;
  bool is_stopped = false;
  try {
    preview = co_await fetch_preview(url);
  } catch (const std::exception& failure) {  // whoever waits must hear that it is over
    base::log_warn("preview_failed", {{"why", failure.what()}});
  } catch (const runtime::Cancelled&) {  // the server stops; the same
    is_stopped = true;
  }
  {
    const std::lock_guard lock(mutex_);
    const std::string text = url.text();
    if (!is_stopped) remember(text, preview);
    fetch->preview.emplace(std::move(preview));
    running_.erase(text);
  }
  fetch->done.ring();
}

Task<UrlPreviews::Preview> UrlPreviews::fetch_preview(http::Url url) {
  if (auto provider = settings_.providers.find(url)) {
    if (auto described = co_await ask_provider(*std::move(provider))) {
      co_return co_await preview_of(*std::move(described));
    }
  }
  http::OutboundRequest request =
      request_for(url, "text/html, application/xhtml+xml, image/*;q=0.8, */*;q=0.1");
  request.time = kPageTime;
  request.long_body = http::LongBody::is_cut;
  request.wanted_types = {"text/html", "application/xhtml+xml", "image/"};
  const http::OutboundResult page =
      co_await ports_.outbound.send(std::move(request), fetches_.cancel_token());
  if (!page || page->status < 200 || page->status >= 300) co_return std::nullopt;
  co_return co_await preview_of(*page);
}

Task<std::optional<PageDescription>> UrlPreviews::ask_provider(http::Url url) {
  if (settings_.denied.has_host(url.host)) co_return std::nullopt;
  http::OutboundRequest request = request_for(url, "application/json");
  request.time = kProviderTime;
  request.longest_body = kMostJson;
  request.wanted_types = {"application/json"};
  const http::OutboundResult answer =
      co_await ports_.outbound.send(std::move(request), fetches_.cancel_token());
  if (!answer || answer->status != 200 || !is_type(*answer, "application/json")) {
    co_return std::nullopt;
  }
  const auto final_url = http::parse_url(answer->url);
  if (!final_url || settings_.denied.has_host(final_url->host)) co_return std::nullopt;
  co_return co_await ports_.workers.run([body = std::string_view(answer->body), url = *final_url] {
    return describe_oembed(body, url);
  });
}

Task<UrlPreviews::Preview> UrlPreviews::preview_of(PageDescription described) {
  base::JsonObject preview;
  for (const auto& [name, value] : described.properties) preview[name] = value;
  if (described.image) {
    co_await add_image(preview, *std::move(described.image), std::move(described.image_text));
  }
  co_return base::to_text(preview);
}

Task<UrlPreviews::Preview> UrlPreviews::preview_of(const http::OutboundResponse& page) {
  base::JsonObject preview;
  const auto url = http::parse_url(page.url);
  // A redirect may have led to what the operator denies.
  if (!url || settings_.denied.has_host(url->host)) co_return std::nullopt;
  if (is_type(page, "image/")) {
    if (page.is_cut) co_return std::nullopt;
    if (const auto image = co_await ports_.images.keep(page.body)) put_image(preview, *image);
  } else if (is_type(page, "text/html") || is_type(page, "application/xhtml+xml")) {
    PageDescription described = co_await ports_.workers.run(
        [bytes = std::string_view(page.body).substr(0, kMostRead),
         type = page.headers.find("Content-Type").value_or(""),
         at = *url] { return describe_page(decode_page(bytes, type), at); });
    if (described.oembed && !described.is_whole()) {
      auto more = co_await ask_provider(*described.oembed);
      if (more) described.fill_from(*std::move(more));
    }
    co_return co_await preview_of(std::move(described));
  }
  co_return base::to_text(preview);
}

Task<> UrlPreviews::add_image(base::JsonObject& preview, http::Url url, std::string text) {
  if (settings_.denied.has_host(url.host)) co_return;
  http::OutboundRequest request = request_for(url, "image/*");
  request.time = kImageTime;
  request.wanted_types = {"image/"};
  http::OutboundResult image =
      co_await ports_.outbound.send(std::move(request), fetches_.cancel_token());
  if (!image || image->status != 200 || !is_type(*image, "image/")) co_return;
  const auto final_url = http::parse_url(image->url);
  if (!final_url || settings_.denied.has_host(final_url->host)) co_return;
  const auto kept = co_await ports_.images.keep(std::move(image->body));
  if (!kept) co_return;
  put_image(preview, *kept);
  if (!text.empty()) preview["og:image:alt"] = text;
}

}  // namespace chancery::media
