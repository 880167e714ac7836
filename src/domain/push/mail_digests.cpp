// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/mail_digests.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <fmt/core.h>

#include <utility>

namespace chancery::push {
namespace {

constexpr std::size_t kHashBytes = 32;
constexpr std::string_view kUnsubscribePath = "/_chancery/unsubscribe";

std::string count_of(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string summary(const Digest& digest) {
  std::string text;
  if (digest.messages > 0) {
    text = fmt::format("{} in {}", count_of(digest.messages, "unread message", "unread messages"),
                       count_of(digest.rooms, "room", "rooms"));
    if (digest.mentions > 0) {
      text += fmt::format(", {} of you", count_of(digest.mentions, "mention", "mentions"));
    }
  }
  if (digest.invites > 0) {
    if (!text.empty()) text += ", and ";
    text += count_of(digest.invites, "invitation", "invitations");
  }
  return text;
}

}  // namespace

std::string MailDigests::vouch(const storage::PusherKey& key) const {
  return base::hmac_sha256(facts_.secret,
                           "unsubscribe\n" + key.user.text() + "\n" + key.pushkey_hash);
}

std::string MailDigests::make_token(const storage::PusherKey& key) const {
  return base::encode_base64url(vouch(key) + key.pushkey_hash + key.user.text());
}

std::optional<storage::PusherKey> MailDigests::read_token(std::string_view token) const {
  const auto bytes = base::decode_base64(token);
  if (!bytes || bytes->size() <= 2 * kHashBytes) return std::nullopt;
  auto user = protocol::UserId::parse(std::string_view(*bytes).substr(2 * kHashBytes));
  if (!user) return std::nullopt;
  storage::PusherKey key{.user = *std::move(user),
                         .app_id = std::string(kMailApp),
                         .pushkey_hash = bytes->substr(kHashBytes, kHashBytes)};
  if (!base::equal_secrets(vouch(key), bytes->substr(0, kHashBytes))) return std::nullopt;
  return key;
}

runtime::Task<> MailDigests::send(storage::PusherKey key, mail::Address to, Digest digest) {
  const std::string what = summary(digest);
  const std::string page = facts_.public_url + std::string(kUnsubscribePath);
  const std::string token = make_token(key);
  // Behind the '#' no proxy sees it. The programs that end mails by themselves send no fragment.
  const std::string link = page + "#token=" + token;
  mail::Mail mail{.to = std::move(to),
                  .subject = fmt::format("{} at {}", what, facts_.server_name),
                  .text = {},
                  .html = {},
                  .unsubscribe = page + "?token=" + token};
  mail.text = fmt::format(
      "At {} there wait for you: {}.\n\nOpen your Matrix client to read them.\n\n"
      "To be sent no such mails any more: {}\n",
      facts_.server_name, what, link);
  mail.html.markup("<p>At ")
      .text(facts_.server_name)
      .markup(" there wait for you: ")
      .text(what)
      .markup(".</p><p>Open your Matrix client to read them.</p><p>")
      .link(link, "Send me no such mails any more")
      .markup("</p>");
  storage::Change change;  // nobody acts
  ports_.mails.compose(mail, kUseful, change);
  change.mutations.emplace_back(storage::SetPusherBehind{.key = std::move(key), .after = {}});
  co_await ports_.commits.keep_house(std::move(change));
}

runtime::Task<> MailDigests::unsubscribe(std::string token) {
  const auto key = read_token(token);
  if (!key) {
    throw protocol::ApiError(protocol::ErrorCode::forbidden, "This link does not work");
  }
  storage::Change change;
  change.mutations.emplace_back(storage::RemovePusher{*key});
  co_await ports_.commits.commit(std::move(change), {.kind = "server",
                                                     .who = key->user.text(),
                                                     .device = "",
                                                     .act = "push.unsubscribe",
                                                     .object = key->app_id,
                                                     .context = "",
                                                     .rule = "link"});
}

}  // namespace chancery::push
