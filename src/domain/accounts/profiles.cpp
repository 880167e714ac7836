// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/profiles.hpp"

#include "domain/accounts/directory_words.hpp"
#include "protocol/api_error.hpp"
#include "protocol/identifiers.hpp"
#include "storage/commit/change.hpp"

#include <algorithm>
#include <functional>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kMostFieldBytes = 255;
constexpr std::size_t kMostDisplayNameBytes = 256;
constexpr std::size_t kMostAvatarBytes = 1'000;

bool is_member_field(std::string_view field) {
  return field == "displayname" || field == "avatar_url";
}

// Stored text that is not JSON would be our own mistake; it is passed over rather than shown.
base::Json parse_stored(const std::string& text) {
  auto parsed = base::parse_json(text);
  return parsed ? *std::move(parsed) : base::Json(nullptr);
}

std::optional<std::string> string_of(const std::string& text) {
  const base::Json value = parse_stored(text);
  if (!value.is_string()) return std::nullopt;
  return std::string(value.get_string());
}

void check_field_name(std::string_view field) {
  if (field.size() > kMostFieldBytes) {
    throw ApiError(ErrorCode::key_too_large, "The name of a field may have at most 255 bytes");
  }
  if (!is_profile_field(field)) {
    throw ApiError(ErrorCode::invalid_param,
                   "The name of a field starts with a-z and has only a-z, 0-9 and - _ .");
  }
}

// COMPAT: some clients put words there that name no picture, which harm nobody; a URI of another
// scheme would be followed by the clients of whoever looks.
void check_avatar(std::string_view text) {
  const bool has_scheme = text.find(':') != std::string_view::npos;
  if (text.size() > kMostAvatarBytes || (has_scheme && !protocol::MediaUri::parse(text))) {
    throw ApiError(ErrorCode::invalid_param, "avatar_url must be an mxc:// URI");
  }
}

// The value as it is stored; "" to remove the field.
std::string check_member_value(std::string_view field, const base::Json& value) {
  if (value.is_null()) return "";
  if (!value.is_string()) {
    throw ApiError(ErrorCode::bad_json, std::string(field) + " must be a string");
  }
  const std::string_view text = value.get_string();
  if (text.empty()) return "";
  if (field == "displayname" && text.size() > kMostDisplayNameBytes) {
    throw ApiError(ErrorCode::invalid_param, "A display name may have at most 256 bytes");
  }
  if (field == "avatar_url") check_avatar(text);
  return base::to_text(value);
}

}  // namespace

bool is_profile_field(std::string_view field) {
  if (field.empty() || field.size() > kMostFieldBytes) return false;
  if (field.front() < 'a' || field.front() > 'z') return false;
  return std::ranges::all_of(field, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

runtime::Task<> Profiles::require_person(protocol::UserId user) {
  auto account = co_await accounts_.find_account(user);
  if (!account && absent_ != nullptr && co_await absent_->bring(user)) {
    account = co_await accounts_.find_account(std::move(user));
  }
  if (!account || account->standing.deactivated) {
    throw ApiError(ErrorCode::not_found, "There is no such profile");
  }
}

runtime::Task<base::JsonObject> Profiles::get(protocol::UserId user) {
  co_await require_person(user);
  base::JsonObject profile;
  for (const storage::StoredProfileField& field : co_await profiles_.load_profile(user)) {
    profile[field.field] = parse_stored(field.value);
  }
  co_return profile;
}

runtime::Task<std::optional<std::string>> Profiles::find_field(protocol::UserId user,
                                                               std::string field) {
  check_field_name(field);
  co_await require_person(user);
  co_return co_await profiles_.find_profile_field(std::move(user), std::move(field));
}

runtime::Task<MemberProfile> Profiles::member_profile(protocol::UserId user) {
  MemberProfile profile;
  for (const storage::StoredProfileField& field :
       co_await profiles_.load_profile(std::move(user))) {
    if (field.field == "displayname") profile.displayname = string_of(field.value);
    if (field.field == "avatar_url") profile.avatar_url = string_of(field.value);
  }
  co_return profile;
}

runtime::Task<> ProfileEditor::set(OnBehalf of, std::string field, base::Json value) {
  check_field_name(field);
  // A time zone is a string, though it need not be one that is known here.
  if (field == "m.tz" && !value.is_string()) {
    throw ApiError(ErrorCode::bad_json, "m.tz must be a string");
  }
  std::string text =
      is_member_field(field) ? check_member_value(field, value) : base::to_text(value);
  co_await write(std::move(of), std::move(field), std::move(text));
}

runtime::Task<> ProfileEditor::remove(OnBehalf of, std::string field) {
  check_field_name(field);
  co_await write(std::move(of), std::move(field), "");
}

runtime::Task<> ProfileEditor::write(OnBehalf of, std::string field, std::string value) {
  const protocol::UserId& user = of.user();
  const runtime::Turnstile::Turn inside = co_await turns_.enter(user);
  base::JsonObject profile = co_await profiles_.get(user);
  const base::Json* before = profile.if_contains(field);
  if (value.empty() ? before == nullptr : before != nullptr && base::to_text(*before) == value) {
    co_return;  // as it was
  }
  if (value.empty()) {
    profile.erase(field);
  } else {
    profile[field] = parse_stored(value);
  }
  if (base::to_text(profile).size() > kMostBytes) {
    throw ApiError(ErrorCode::profile_too_large, "A profile may have at most 64 KiB");
  }
  storage::Change change;
  if (field == "displayname") {
    change.mutations.emplace_back(
        storage::SetDirectoryWords{.user = user, .words = directory_words(user, value)});
  }
  change.mutations.emplace_back(
      storage::SetProfileField{.user = user, .field = field, .value = std::move(value)});
  co_await commits_.commit(std::move(change), of.act("profile.set", field));
  if (!is_member_field(field)) co_return;
  MemberProfile shown = co_await profiles_.member_profile(user);
  co_await rooms_.show_profile(user, std::move(shown));
}

}  // namespace chancery::accounts
