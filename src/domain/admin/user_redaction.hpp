// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Redaction of everything that one person sent, in some rooms or in all that they were ever in.
//
// It is done by events, so that every member's client hears of it: by the person where they are in
// the room, else by the member of this server with the most power there, or by the owner where that
// is asked for. Nothing gets around the rules of a room. What makes a room what it is (who may
// what, who may come in, that it is encrypted) stays. A stop of the server ends it between two
// events; asked for again it goes on with what is not redacted yet.
//
// Concurrency: any scheduler; one redaction of a person at a time.
// Failure:     ApiError; afterwards in the status.
// Lifetime:    await `stop` before it dies.
// Spec:        Synapse's admin API, "Redact all the events of a user".

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/moderation.hpp"
#include "domain/accounts/session.hpp"
#include "domain/admin/long_acts.hpp"
#include "domain/rooms/sending.hpp"
#include "domain/rooms/write_ports.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace chancery::admin {

struct UserRedactionRequest {
  protocol::UserId user;
  std::vector<protocol::RoomId> rooms;  // none: every room that they were ever in
  std::string reason;                   // for every member to read; "" for none
  std::size_t limit = 1'000;            // events in one room, the newest
  enum class Redactor : std::uint8_t { anyone, owner } redactor = Redactor::anyone;
};

struct UserRedactionStatus : ActStatus {
  protocol::UserId user;
  std::size_t redacted = 0;
  // Events that are as they were, and why; the first kMostNoted of them.
  std::map<std::string, std::string> failed;
};

class UserRedaction {
 public:
  static constexpr std::size_t kMostRooms = 1'000;    // named in a request
  static constexpr std::size_t kMostEvents = 10'000;  // in one room
  static constexpr std::size_t kMostNoted = 1'000;

  struct Ports {
    rooms::WritePorts& write;
    rooms::Sending& sending;
    accounts::Accounts& accounts;
    accounts::Moderation& moderation;
    accounts::AuditedCommits& commits;
  };
  explicit UserRedaction(Ports ports)
      : ports_(ports), acts_("user-redaction", ports.write.clock, ports.write.random) {}

  // In the background. Returns the id to ask for. Throws as Moderation::act_against does for
  // people of this server; not_found for a room that is not known.
  runtime::Task<std::string> begin(accounts::Session by, UserRedactionRequest request);
  [[nodiscard]] const LongActs<UserRedactionStatus>& acts() const { return acts_; }
  runtime::Task<> stop() { co_await acts_.stop(); }

 private:
  using ActPtr = LongActs<UserRedactionStatus>::ActPtr;
  runtime::Task<> run(accounts::Session by, UserRedactionRequest request, ActPtr act);
  runtime::Task<> redact_in(const accounts::Session& by, const UserRedactionRequest& request,
                            rooms::RoomPtr room, ActPtr act);
  // What is to be redacted in the room, newest first.
  runtime::Task<std::vector<protocol::EventId>> find_events(const UserRedactionRequest& request,
                                                            rooms::RoomPtr room);
  // Absent when nobody may.
  runtime::Task<std::optional<rooms::Actor>> find_redactor(const accounts::Session& by,
                                                           const UserRedactionRequest& request,
                                                           rooms::RoomPtr room);

  Ports ports_;
  LongActs<UserRedactionStatus> acts_;
};

}  // namespace chancery::admin
