// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/server_notices.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "domain/accounts/directory_words.hpp"
#include "domain/accounts/new_account.hpp"
#include "domain/admin/acting.hpp"
#include "domain/rooms/composition.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <array>
#include <utility>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kTag = "m.server_notice";
constexpr std::size_t kTransactionLength = 32;
// It is for reading: whoever is told something cannot answer there.
constexpr std::int64_t kPowerOfReaders = -10;

// Two owners may number their notices alike.
std::string transaction_of(const accounts::Session& by, const std::string& given) {
  return base::encode_hex(base::sha256(by.user.text() + "\n" + given));
}

// As the rooms are that `ensure_room` makes.
bool is_for_reading(const rooms::Room& room) {
  const auto core = room.core();
  if (!core->power_levels) return false;
  const base::Json* shared = core->create->event->content().if_contains("m.federate");
  const base::Json* power = core->power_levels->event->content().if_contains("users_default");
  return shared != nullptr && shared->is_bool() && !shared->get_bool() && power != nullptr &&
         power->is_int64() && power->get_int64() == kPowerOfReaders;
}

std::string json_of(const std::string& text) {
  return text.empty() ? std::string() : base::to_text(base::Json(text));
}

}  // namespace

rooms::Actor ServerNotices::sender() const { return rooms::actor_of_server(settings_.sender); }

runtime::Task<ServerNotices::Claim> ServerNotices::claim_sender() {
  if (!is_enabled()) co_return Claim::ours;
  auto known = co_await people_.accounts.find(settings_.sender);
  if (!known) {
    accounts::NewAccount account;
    account.user = settings_.sender;
    account.mutations.emplace_back(storage::NoteNoticesSender{settings_.sender});
    account.rule = "server_notices";
    co_await people_.creation.create(std::move(account));
  } else if (!co_await people_.store.is_notices_sender(settings_.sender)) {
    if (!co_await was_made_before(*std::move(known))) co_return Claim::somebodys;
    storage::Change change;
    change.mutations.emplace_back(storage::NoteNoticesSender{settings_.sender});
    co_await people_.commits.commit(std::move(change), {.kind = "server",
                                                        .who = "server",
                                                        .act = "notices.claim",
                                                        .object = settings_.sender.text()});
  }
  co_await show_profile();
  co_return Claim::ours;
}

runtime::Task<bool> ServerNotices::was_made_before(storage::StoredAccount account) {
  const auto current = rooms_.rooms.memberships().current_rooms(settings_.sender);
  for (const rooms::UserRoom& one : *current) {
    const rooms::RoomPtr room = co_await rooms_.rooms.get(one.room);
    if (rooms::is_of_notices(*room, settings_.sender) && is_for_reading(*room)) co_return true;
  }
  // None was sent yet: then nobody can sign in to it, and it does nothing but bear its name.
  const auto name = co_await people_.profiles.find_field(settings_.sender, "displayname");
  const bool is_unused = current->empty() && account.password_hash.empty() &&
                         account.standing == storage::AccountStanding{} &&
                         account.role == storage::AccountRole::user;
  if (!is_unused) co_return false;
  co_return name.value_or("") == json_of(settings_.display_name);
}

// The same account may be shown differently after a change of the configuration.
runtime::Task<> ServerNotices::show_profile() {
  storage::Change change;
  const std::array<std::pair<std::string, std::string>, 2> wanted{
      {{"displayname", json_of(settings_.display_name)},
       {"avatar_url", json_of(settings_.avatar_url)}}};
  for (const auto& [field, value] : wanted) {
    const auto now = co_await people_.profiles.find_field(settings_.sender, field);
    if (now.value_or("") == value) continue;
    if (field == "displayname") {
      change.mutations.emplace_back(storage::SetDirectoryWords{
          .user = settings_.sender, .words = accounts::directory_words(settings_.sender, value)});
    }
    change.mutations.emplace_back(
        storage::SetProfileField{.user = settings_.sender, .field = field, .value = value});
  }
  if (change.mutations.empty()) co_return;
  co_await people_.commits.commit(std::move(change), {.kind = "server",
                                                      .who = "server",
                                                      .act = "notices.profile",
                                                      .object = settings_.sender.text()});
}

runtime::Task<rooms::RoomPtr> ServerNotices::find_room(protocol::UserId person) {
  const auto theirs = co_await rooms_.rooms.memberships().all_rooms(person);
  const auto ours = rooms_.rooms.memberships().current_rooms(settings_.sender);
  auto our = ours->begin();
  for (const rooms::UserRoom& their : *theirs) {
    // Both are in the order of room numbers.
    while (our != ours->end() && our->room < their.room) ++our;
    if (our == ours->end()) break;
    if (our->room != their.room) continue;
    rooms::RoomPtr room = co_await rooms_.rooms.get(their.room);
    if (rooms::is_of_notices(*room, settings_.sender)) co_return room;
  }
  co_return nullptr;
}

runtime::Task<> ServerNotices::tag(protocol::UserId person, protocol::RoomId room) {
  base::JsonObject tags = co_await people_.account_data.load_tags(person, room.text());
  if (tags.contains(kTag)) co_return;
  tags[kTag] = base::JsonObject{};
  storage::Change change;
  people_.account_data.add_to(change, person, room.text(), "m.tag",
                              base::to_text(base::JsonObject{{"tags", std::move(tags)}}));
  co_await people_.commits.commit(std::move(change), {.kind = "server",
                                                      .who = settings_.sender.text(),
                                                      .act = "notices.tag",
                                                      .object = person.text(),
                                                      .context = room.text()});
}

runtime::Task<rooms::RoomPtr> ServerNotices::ensure_room(protocol::UserId person) {
  if (rooms::RoomPtr known = co_await find_room(person)) {
    co_await invite_again(std::move(person), known);
    co_return known;
  }
  rooms::RoomRequest request;
  request.preset = rooms::Preset::private_chat;
  request.creation_content["m.federate"] = false;
  request.name = settings_.room_name;
  request.invite = {person};
  request.power_levels = base::JsonObject{{"users_default", kPowerOfReaders}};
  const protocol::RoomId id = co_await rooms_.creation.create(sender(), std::move(request));
  co_await tag(std::move(person), id);
  co_return co_await rooms_.rooms.find(id);
}

runtime::Task<> ServerNotices::invite_again(protocol::UserId person, rooms::RoomPtr room) {
  const std::optional<rooms::Member> member = room->find_member(person);
  const auto now = member ? member->membership : rooms::Membership::leave;
  if (now == rooms::Membership::join || now == rooms::Membership::invite) co_return;
  co_await tag(person, room->id());
  co_await rooms_.members.invite(
      sender(), {.room = room->id(), .user = std::move(person), .reason = std::nullopt});
}

runtime::Task<protocol::EventId> ServerNotices::send(accounts::Session by, Notice notice) {
  if (!is_enabled()) {
    throw ApiError(ErrorCode::unknown, "Server notices are not enabled on this server");
  }
  const auto account = co_await people_.accounts.find(notice.to);
  if (!account || account->standing.deactivated || notice.to == settings_.sender) {
    throw ApiError(ErrorCode::not_found, "There is no such person here");
  }
  const runtime::Turnstile::Turn turn = co_await turns_.enter(notice.to);
  const rooms::RoomPtr room = co_await ensure_room(notice.to);
  // Whose words these are: the event says that they are the server's.
  co_await people_.commits.record(act_of(by, "notices.send", notice.to.text(), room->id().text()));
  if (notice.state_key) {
    co_return co_await rooms_.sending.set_state(sender(), {.room = room->id(),
                                                           .type = std::move(notice.type),
                                                           .key = *std::move(notice.state_key),
                                                           .content = std::move(notice.content)});
  }
  std::string transaction = notice.transaction ? transaction_of(by, *notice.transaction)
                                               : random_.alphanumeric(kTransactionLength);
  co_return co_await rooms_.sending.send(sender(), {.room = room->id(),
                                                    .type = std::move(notice.type),
                                                    .content = std::move(notice.content),
                                                    .transaction = std::move(transaction),
                                                    .sent_at = {}});
}

}  // namespace chancery::admin
