// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Validations: people prove by a link in a mail that an address is theirs.
//
// The answer is the same whether the address is known here or not; what differs is the mail. A
// repeated attempt sends nothing again unless the client says that it is a new one. Opening the
// link proves nothing: `confirm` is what the page's button calls.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.
// Spec:        client-server, the requestToken endpoints; identity service, "Establishing
//              associations".

#include "base/json.hpp"
#include "base/time.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/keys/key_ring.hpp"
#include "domain/mail/mail_queue.hpp"
#include "domain/third_party_ids/mail_budget.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "protocol/api_error.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "runtime/task.hpp"
#include "storage/third_party_ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace chancery::third_party_ids {

// What an address is to be proven for; good for nothing else.
enum class Purpose : std::uint8_t { registration, password, adding };
// Of the refusal where addresses of the medium cannot be proven here.
[[nodiscard]] protocol::ErrorCode code_of_medium_not_offered(Purpose purpose);

class Validations {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::hours(24);
  // A link to a password is worth stealing.
  static constexpr base::Milliseconds kPasswordLifetime = std::chrono::hours(1);

  struct Ports {
    storage::ThirdPartyIdStore& store;
    accounts::AuditedCommits& commits;
    keys::KeyRing& keys;
    const AddressKey& address_key;
    mail::MailQueue& mails;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  struct Facts {
    std::string server_name;
    std::string public_url;  // without a slash at the end
  };
  Validations(Ports ports, Facts facts);

  // False: there is no mail server.
  [[nodiscard]] bool is_offered() const { return ports_.mails.is_configured(); }

  struct Request {
    Purpose purpose = Purpose::adding;
    std::string address;
    std::string client_secret;
    std::int64_t send_attempt = 1;
    std::optional<std::string> next_link;
    std::string from;  // where whoever asks is
  };
  // The id of the session. Throws ApiError threepid_denied where there is no mail server,
  // invalid_param, limit_exceeded.
  runtime::Task<std::string> request(Request request);

  // What the newest link of a session is for, as whoever has it may know before they confirm.
  struct Asked {
    mail::Address address;
    Purpose purpose;
  };
  // Throws ApiError forbidden.
  runtime::Task<Asked> look(std::string token);

  struct Confirmed {
    std::optional<std::string> next_link;
  };
  // Whoever has the newest link of a session confirms. Throws ApiError forbidden.
  runtime::Task<Confirmed> confirm(std::string token);

  struct Proof {
    std::string session;
    std::string client_secret;
  };
  // Absent unless it was confirmed, for that purpose, by the client that asked for it.
  runtime::Task<std::optional<Validated>> find(Proof proof, Purpose purpose);
  // The same for a session that was found before.
  runtime::Task<std::optional<Validated>> find_again(std::string session, Purpose purpose);
  // It is used up.
  runtime::Task<> spend(std::string session);
  // Those that nobody confirmed in time.
  runtime::Task<> sweep();

 private:
  // What is told to the mailbox.
  enum class Message : std::uint8_t { link, already_known, nothing };
  // Throws ApiError forbidden unless the link works.
  runtime::Task<storage::StoredValidation> find_by_link(std::string token);
  [[nodiscard]] base::JsonObject open_record(const storage::StoredValidation& found) const;
  [[nodiscard]] std::optional<Validated> open(std::optional<storage::StoredValidation> found,
                                              Purpose purpose) const;
  runtime::Task<Message> choose_message(Purpose purpose, mail::Address address);
  runtime::Task<> store(storage::StoredValidation validation, Request request,
                        mail::Address address);
  [[nodiscard]] mail::Mail write_mail(Message message, Purpose purpose,
                                      const mail::Address& address, const std::string& token) const;

  Ports ports_;
  Facts facts_;
  MailBudget budget_;
};

}  // namespace chancery::third_party_ids
