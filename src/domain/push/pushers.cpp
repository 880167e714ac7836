// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/pushers.hpp"

#include "base/digest.hpp"
#include "domain/audit/recorder.hpp"
#include "domain/push/mail_digests.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/record.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace chancery::push {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

// As the specification has them.
constexpr std::size_t kMostPushkeyBytes = 512;
constexpr std::size_t kMostAppIdCharacters = 64;
constexpr std::size_t kMostProfileTagBytes = 32;
// Ours.
constexpr std::size_t kMostNameBytes = 255;
constexpr std::size_t kMostLangBytes = 64;
constexpr std::string_view kHttpsScheme = "https://";
constexpr std::string_view kGatewayPath = "/_matrix/push/v1/notify";
// MSC3881: pushers that rest.
constexpr std::string_view kEnabled = "org.matrix.msc3881.enabled";
constexpr std::string_view kSetAt = "set_at";

void check_length(std::string_view name, const std::string& value, std::size_t most) {
  if (value.size() <= most) return;
  throw ApiError(ErrorCode::invalid_param,
                 fmt::format("'{}' may have at most {} bytes", name, most));
}

// "The URL ... MUST be an HTTPS URL with a path of /_matrix/push/v1/notify."
void check_gateway(const base::JsonObject& data) {
  const auto url = base::find_string(data, "url");
  if (!url) throw ApiError(ErrorCode::missing_param, "'data' of an http pusher needs 'url'");
  const std::string_view rest =
      url->starts_with(kHttpsScheme) ? url->substr(kHttpsScheme.size()) : std::string_view();
  const std::size_t slash = rest.find('/');
  const std::string_view host = rest.substr(0, slash);
  const bool is_plain = std::ranges::all_of(*url, [](char c) { return c > ' ' && c < '\x7f'; });
  if (host.empty() || slash == std::string_view::npos || rest.substr(slash) != kGatewayPath ||
      host.find_first_of("@?#\\") != std::string_view::npos || !is_plain) {
    throw ApiError(ErrorCode::invalid_param,
                   fmt::format("'url' must be https://<host>{}", kGatewayPath));
  }
}

void check(const Pusher& pusher) {
  if (pusher.kind != "http" && pusher.kind != kMailKind) {
    throw ApiError(ErrorCode::invalid_param, "This server pushes by http and by email only");
  }
  check_length("app_display_name", pusher.app_display_name, kMostNameBytes);
  check_length("device_display_name", pusher.device_display_name, kMostNameBytes);
  check_length("profile_tag", pusher.profile_tag, kMostProfileTagBytes);
  check_length("lang", pusher.lang, kMostLangBytes);
  if (pusher.kind == "http") check_gateway(pusher.data);
  if (base::to_text(pusher.data).size() > Pushers::kMostDataBytes) {
    throw ApiError(ErrorCode::too_large, "'data' is too large");
  }
}

storage::PusherKey make_key(const protocol::UserId& user, const std::string& app_id,
                            const std::string& pushkey) {
  if (app_id.empty() || pushkey.empty()) {
    throw ApiError(ErrorCode::invalid_param, "A pusher needs an app id and a push key");
  }
  check_length("app_id", app_id, kMostAppIdCharacters);
  check_length("pushkey", pushkey, kMostPushkeyBytes);
  return {.user = user, .app_id = app_id, .pushkey_hash = base::sha256(pushkey)};
}

Pusher parse_pusher(const std::string& text) {
  const auto parsed = base::parse_json(text);
  Pusher pusher;
  if (!parsed || !parsed->is_object()) return pusher;
  const base::JsonObject& json = parsed->get_object();
  const auto text_of = [&](std::string_view name) {
    return std::string(base::find_string(json, name).value_or(""));
  };
  pusher = {.app_id = text_of("app_id"),
            .pushkey = text_of("pushkey"),
            .kind = text_of("kind"),
            .app_display_name = text_of("app_display_name"),
            .device_display_name = text_of("device_display_name"),
            .profile_tag = text_of("profile_tag"),
            .lang = text_of("lang"),
            .data = {},
            .enabled = base::find_bool(json, kEnabled).value_or(true) ? Pusher::Enabled::yes
                                                                      : Pusher::Enabled::no,
            .set_at = {base::find_integer(json, kSetAt).value_or(0)}};
  if (const auto* found = base::find_object(json, "data")) pusher.data = *found;
  return pusher;
}

}  // namespace

base::JsonObject pusher_json(const Pusher& pusher) {
  base::JsonObject json{{"app_display_name", pusher.app_display_name},
                        {"app_id", pusher.app_id},
                        {"data", pusher.data},
                        {"device_display_name", pusher.device_display_name},
                        {kEnabled, pusher.enabled == Pusher::Enabled::yes},
                        {"kind", pusher.kind},
                        {"lang", pusher.lang},
                        {"pushkey", pusher.pushkey}};
  if (!pusher.profile_tag.empty()) json["profile_tag"] = pusher.profile_tag;
  return json;
}

storage::PusherKey pusher_key(const protocol::UserId& user, const Pusher& pusher) {
  return {.user = user, .app_id = pusher.app_id, .pushkey_hash = base::sha256(pusher.pushkey)};
}

runtime::Task<std::vector<Pusher>> Pushers::load(protocol::UserId user) {
  const auto stored = co_await ports_.store.load_pushers(std::move(user));
  std::vector<Pusher> pushers;
  pushers.reserve(stored.size());
  for (const storage::StoredPusher& one : stored) {
    Pusher pusher = parse_pusher(
        storage::open_record(one.record, ports_.keys, storage::pusher_binding(one.key)));
    pusher.device = one.device;
    pushers.push_back(std::move(pusher));
  }
  co_return pushers;
}

runtime::Task<> Pushers::check_number(storage::PusherKey key) {
  const auto stored = co_await ports_.store.load_pushers(key.user);
  const bool is_new = std::ranges::find(stored, key, &storage::StoredPusher::key) == stored.end();
  if (is_new && stored.size() >= kMostPushers) {
    throw ApiError(ErrorCode::limit_exceeded, "These are too many pushers").with_status(400);
  }
}

runtime::Task<> Pushers::check_mailbox(protocol::UserId user, const Pusher& pusher) {
  const auto address = mail::Address::parse(pusher.pushkey);
  // By this name the pusher is found when the address goes; see third_party_ids::ThirdPartyIds.
  const bool is_named = pusher.app_id == kMailApp && address && address->text() == pusher.pushkey;
  if (!is_named || !co_await ports_.addresses.owns(std::move(user), *address)) {
    throw ApiError(ErrorCode::invalid_param,
                   "Mails go to an address of your own, in lower case, with the app id m.email");
  }
}

runtime::Task<> Pushers::put(accounts::Session session, Pusher pusher, Others others) {
  const storage::PusherKey key = make_key(session.user, pusher.app_id, pusher.pushkey);
  check(pusher);
  if (pusher.kind == kMailKind) co_await check_mailbox(session.user, pusher);
  const runtime::Turnstile::Turn inside = co_await turns_.enter(session.user);
  co_await check_number(key);

  storage::Change change;
  keys::FreshLock fresh = ports_.keys.lock_for("", session.user.text(), ports_.clock.now());
  const std::vector<storage::PutWrappedKey> made = fresh.made;
  for (storage::PutWrappedKey& wrapped : fresh.made) {
    change.mutations.emplace_back(std::move(wrapped));
  }
  base::JsonObject record = pusher_json(pusher);
  record[kSetAt] = ports_.clock.now().milliseconds;
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  change.mutations.emplace_back(
      storage::PutPusher{.key = key,
                         .device = session.device,
                         .record = storage::seal_record(base::to_text(record), fresh.lock,
                                                        storage::pusher_binding(key), nonce)});
  if (others == Others::removed) {
    change.mutations.emplace_back(storage::RemovePushersOfOthers{key});
  }
  co_await ports_.commits.commit(std::move(change), {.who = session.user.text(),
                                                     .device = session.device.text(),
                                                     .act = "push.put_pusher",
                                                     .object = pusher.app_id,
                                                     .context = "",
                                                     .rule = ""});
  ports_.keys.note_stored(made);
}

runtime::Task<> Pushers::remove(accounts::Session session, std::string app_id,
                                std::string pushkey) {
  storage::Change change;
  change.mutations.emplace_back(storage::RemovePusher{make_key(session.user, app_id, pushkey)});
  co_await ports_.commits.commit(std::move(change), {.who = session.user.text(),
                                                     .device = session.device.text(),
                                                     .act = "push.remove_pusher",
                                                     .object = std::move(app_id),
                                                     .context = "",
                                                     .rule = ""});
}

runtime::Task<> Pushers::remove_rejected(storage::PusherKey key) {
  storage::Change change;
  change.mutations.emplace_back(storage::RemovePusher{key});
  co_await ports_.commits.commit(std::move(change), {.kind = "server",
                                                     .who = key.user.text(),
                                                     .device = "",
                                                     .act = "push.remove_rejected_pusher",
                                                     .object = key.app_id,
                                                     .context = "",
                                                     .rule = ""});
}

}  // namespace chancery::push
