// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Server notices: what the owners of the server tell one person, in a room of theirs.
//
// A person has one such room: made with the first notice, tagged "m.server_notice", and used again
// after they left it, into which they are then invited once more. The sender is an account of its
// own, without a password, so that nobody signs in to it; no account of somebody's is taken for it.
//
// Concurrency: any scheduler; one notice to a person at a time.
// Failure:     ApiError; StorageError.
// Spec:        client-server, "Server Notices".

#include "domain/accounts/account_creation.hpp"
#include "domain/accounts/account_data.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/profiles.hpp"
#include "domain/accounts/session.hpp"
#include "domain/rooms/creation.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/sending.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/administration.hpp"

#include <optional>
#include <string>

namespace chancery::admin {

struct NoticeSettings {
  protocol::UserId sender;  // empty: no notices are sent
  std::string display_name;
  std::string avatar_url;
  std::string room_name;
};

struct Notice {
  protocol::UserId to;
  std::string type = "m.room.message";
  std::optional<std::string> state_key;
  base::JsonObject content;
  // Repeated by the same owner, it is the same notice. Absent: each request is a new one.
  std::optional<std::string> transaction;
};

class ServerNotices {
 public:
  // What notices go through.
  struct Rooms {
    rooms::Rooms& rooms;
    rooms::Creation& creation;
    rooms::MemberActs& members;
    rooms::Sending& sending;
  };
  struct People {
    accounts::Accounts& accounts;
    accounts::AccountCreation& creation;
    accounts::Profiles& profiles;
    accounts::AccountData& account_data;
    accounts::AuditedCommits& commits;
    storage::AdministrationStore& store;
  };
  ServerNotices(Rooms rooms, People people, runtime::Random& random, NoticeSettings settings)
      : rooms_(rooms), people_(people), random_(random), settings_(std::move(settings)) {}

  [[nodiscard]] bool is_enabled() const { return !settings_.sender.empty(); }
  [[nodiscard]] const protocol::UserId& sender_name() const { return settings_.sender; }
  // Before anyone can register, after the rooms were loaded: takes the sender's name and shows what
  // it is called. Nothing was done where the account is somebody's.
  enum class Claim : std::uint8_t { ours, somebodys };
  runtime::Task<Claim> claim_sender();

  // Requires: `by` may administer.
  runtime::Task<protocol::EventId> send(accounts::Session by, Notice notice);

 private:
  [[nodiscard]] rooms::Actor sender() const;
  // Whether an account that is not noted as the sender was made for it, by a server that noted
  // none.
  runtime::Task<bool> was_made_before(storage::StoredAccount account);
  runtime::Task<> show_profile();
  runtime::Task<rooms::RoomPtr> find_room(protocol::UserId person);
  runtime::Task<rooms::RoomPtr> ensure_room(protocol::UserId person);
  runtime::Task<> tag(protocol::UserId person, protocol::RoomId room);
  runtime::Task<> invite_again(protocol::UserId person, rooms::RoomPtr room);

  Rooms rooms_;
  People people_;
  runtime::Random& random_;
  NoticeSettings settings_;
  runtime::Turnstiles<protocol::UserId> turns_;  // by person
};

}  // namespace chancery::admin
