// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mail digests: how much waits for somebody, told to a mailbox of theirs, and how to end that.
//
// A mail says how many messages and mentions there are, never what was said, by whom or where: it
// lies in mailboxes that this server does not guard. Its link ends the mails, by a button on a
// page and without signing in.
//
// Concurrency: any scheduler.
// Failure:     StorageError; ApiError from `unsubscribe`.

#include "domain/accounts/audited_commits.hpp"
#include "domain/mail/mail_queue.hpp"
#include "domain/push/pushers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/pushers.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::push {

// Pushers of this kind have this app id, and their push key is the address.
inline constexpr std::string_view kMailKind = "email";
inline constexpr std::string_view kMailApp = "m.email";

struct Digest {
  std::uint64_t messages = 0;
  std::uint64_t mentions = 0;  // among them
  std::uint64_t rooms = 0;
  std::uint64_t invites = 0;  // not among the messages
};

class MailDigests {
 public:
  // A digest of yesterday says nothing any more.
  static constexpr base::Milliseconds kUseful = std::chrono::hours(6);

  struct Ports {
    mail::MailQueue& mails;
    accounts::AuditedCommits& commits;
  };
  struct Facts {
    std::string server_name;
    std::string public_url;  // without a slash at the end
    std::string secret;      // 32 bytes: vouches for the links
  };
  MailDigests(Ports ports, Facts facts) : ports_(ports), facts_(std::move(facts)) {}

  [[nodiscard]] bool is_offered() const { return ports_.mails.is_configured(); }
  // Queues the mail, and notes in the same change that the pusher is up to date.
  runtime::Task<> send(storage::PusherKey key, mail::Address to, Digest digest);
  // Removes the pusher that the link in a mail was for. Throws forbidden.
  runtime::Task<> unsubscribe(std::string token);

 private:
  [[nodiscard]] std::string make_token(const storage::PusherKey& key) const;
  [[nodiscard]] std::optional<storage::PusherKey> read_token(std::string_view token) const;
  [[nodiscard]] std::string vouch(const storage::PusherKey& key) const;

  Ports ports_;
  Facts facts_;
};

}  // namespace chancery::push
