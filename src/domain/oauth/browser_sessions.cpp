// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/browser_sessions.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"

#include <algorithm>
#include <utility>

namespace chancery::oauth {
namespace {

constexpr std::size_t kCookieBytes = 32;
constexpr std::size_t kEncodedBytes = 43;
constexpr std::size_t kKeyBytes = 32;

bool is_gone(const std::optional<storage::StoredAccount>& account) {
  return !account || account->standing.deactivated || account->standing.locked;
}

}  // namespace

BrowserSessions::BrowserSessions(Ports ports)
    : ports_(ports),
      key_(ports.random.bytes(kKeyBytes)),
      sessions_({.lifetime = kLifetime, .most = kMost}, ports.clock) {}

std::string BrowserSessions::make_cookie() {
  return base::encode_base64url(ports_.random.bytes(kCookieBytes));
}

bool BrowserSessions::is_cookie(std::string_view text) {
  return text.size() == kEncodedBytes && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

runtime::Task<std::string> BrowserSessions::begin(protocol::UserId user, accounts::Proof proof,
                                                  std::string address) {
  co_await ports_.commits.record(
      {.who = user.text(), .act = "pages.sign_in", .object = std::move(address)});
  std::string cookie = make_cookie();
  sessions_.put(cookie, Session{.user = std::move(user),
                                .proof = std::move(proof),
                                .begun_at = ports_.clock.now(),
                                .news = {}});
  co_return cookie;
}

runtime::Task<std::optional<BrowserSessions::Person>> BrowserSessions::find(std::string cookie) {
  if (!is_cookie(cookie)) co_return std::nullopt;
  auto session = sessions_.find(cookie);
  if (!session) co_return std::nullopt;
  const auto account = co_await ports_.accounts.find(session->user);
  if (is_gone(account) || !ports_.sessions.proofs().holds(session->proof, *account)) {
    end(cookie);
    co_return std::nullopt;
  }
  co_return Person{.session = accounts::session_of(*account, session->begun_at),
                   .proof = std::move(session->proof)};
}

void BrowserSessions::end(const std::string& cookie) { static_cast<void>(sessions_.take(cookie)); }

void BrowserSessions::tell(const std::string& cookie, std::string news) {
  sessions_.change(cookie, [&](Session& session) { session.news = std::move(news); });
}

std::string BrowserSessions::take_news(const std::string& cookie) {
  std::string news;
  sessions_.change(cookie, [&](Session& session) { news = std::exchange(session.news, {}); });
  return news;
}

std::string BrowserSessions::form_token(std::string_view cookie) const {
  return base::encode_base64url(base::hmac_sha256(key_, cookie));
}

bool BrowserSessions::is_form_token(std::string_view cookie, std::string_view token) const {
  return is_cookie(cookie) && base::equal_secrets(form_token(cookie), token);
}

}  // namespace chancery::oauth
