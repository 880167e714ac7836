// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/validations.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "domain/accounts/session.hpp"
#include "protocol/api_error.hpp"
#include "runtime/peer_network.hpp"
#include "storage/commit/change.hpp"
#include "storage/record.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace chancery::third_party_ids {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::size_t kIdLength = 32;
constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kLongestSecret = 255;
constexpr std::size_t kLongestLink = 2'048;
constexpr std::string_view kConfirmPath = "/_chancery/confirm_address#token=";

std::string_view purpose_name(Purpose purpose) {
  switch (purpose) {
    case Purpose::registration:
      return "register";
    case Purpose::password:
      return "password";
    case Purpose::adding:
      break;
  }
  return "add";
}

// "The client secret ... must only contain the characters [0-9a-zA-Z.=_-]."
void check_secret(const std::string& secret) {
  const bool is_right = std::ranges::all_of(secret, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '=' || c == '_' || c == '-';
  });
  if (secret.empty() || secret.size() > kLongestSecret || !is_right) {
    throw ApiError(ErrorCode::invalid_param, "'client_secret' is not valid");
  }
}

// It is shown as a link, with its host in sight; nobody is sent there unasked.
void check_next_link(const std::string& link) {
  constexpr std::string_view kScheme = "https://";
  const bool is_plain =
      std::ranges::all_of(link, [](char c) { return c > ' ' && c < '\x7f' && c != '\\'; });
  const std::string_view rest =
      link.starts_with(kScheme) ? std::string_view(link).substr(kScheme.size()) : "";
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  if (!is_plain || host.empty() || host.contains('@') || link.size() > kLongestLink) {
    throw ApiError(ErrorCode::invalid_param, "'next_link' must be an https address");
  }
}

std::string write_record(const mail::Address& address, const std::optional<std::string>& link) {
  base::JsonObject json{{"address", address.text()}};
  if (link) json["next_link"] = *link;
  return base::to_text(json);
}

ApiError not_good() {
  return ApiError(ErrorCode::forbidden,
                  "This link does not work: it was used, is too old, or a newer one was sent");
}

}  // namespace

// The specification has a code of its own only where an address is added.
protocol::ErrorCode code_of_medium_not_offered(Purpose purpose) {
  return purpose == Purpose::adding ? ErrorCode::threepid_medium_not_supported
                                    : ErrorCode::threepid_denied;
}

Validations::Validations(Ports ports, Facts facts)
    : ports_(ports), facts_(std::move(facts)), budget_(ports.clock) {}

runtime::Task<std::string> Validations::request(Request request) {
  if (!is_offered()) {
    throw ApiError(code_of_medium_not_offered(request.purpose), "This server sends no mail");
  }
  check_secret(request.client_secret);
  if (request.next_link) check_next_link(*request.next_link);
  auto address = mail::Address::parse(request.address);
  if (!address) {
    throw ApiError(ErrorCode::invalid_param, "This is no address that this server can write to")
        .because(address.error().reason);
  }
  if (!ports_.mails.may_write_to(*address)) {
    throw ApiError(ErrorCode::invalid_param,
                   "The mail server takes no addresses with letters beyond a to z");
  }
  const storage::ThirdPartyKey key = ports_.address_key.key_of(*address);
  storage::StoredValidation validation{
      .id = {},
      .secret_hash = base::sha256(request.client_secret),
      .token_hash = {},
      .purpose = std::string(purpose_name(request.purpose)),
      .key = key,
      .send_attempt = request.send_attempt,
      .expires_at = ports_.clock.now() +
                    (request.purpose == Purpose::password ? kPasswordLifetime : kLifetime),
      .validated_at = {},
      .record = {}};
  const auto known =
      co_await ports_.store.find_validation_of({.secret_hash = validation.secret_hash,
                                                .address_hash = key.address_hash,
                                                .purpose = validation.purpose});
  const bool is_alive = known && known->expires_at > ports_.clock.now();
  if (is_alive && request.send_attempt <= known->send_attempt) co_return known->id;
  const auto wait = budget_.take({.purpose = validation.purpose,
                                  .address_hash = key.address_hash,
                                  .network = runtime::network_of(request.from)});
  if (wait.count() > 0) {
    throw ApiError(ErrorCode::limit_exceeded, "Too many mails were asked for")
        .with("retry_after_ms", wait.count());
  }
  validation.id = is_alive ? known->id : ports_.random.alphanumeric(kIdLength);
  const std::string id = validation.id;
  co_await store(std::move(validation), std::move(request), *std::move(address));
  co_return id;
}

runtime::Task<> Validations::store(storage::StoredValidation validation, Request request,
                                   mail::Address address) {
  const std::string token = base::encode_base64url(ports_.random.bytes(kTokenBytes));
  validation.token_hash = base::sha256(token);
  const Message message = co_await choose_message(request.purpose, address);
  storage::Change change;
  keys::FreshLock fresh = ports_.keys.lock_for_purpose("mail", ports_.clock.now());
  for (storage::PutWrappedKey& made : fresh.made) change.mutations.emplace_back(std::move(made));
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  validation.record = storage::seal_record(write_record(address, request.next_link), fresh.lock,
                                           storage::validation_binding(validation.id), nonce);
  const base::Milliseconds useful = validation.expires_at - ports_.clock.now();
  change.mutations.emplace_back(storage::PutValidation{std::move(validation)});
  if (message != Message::nothing) {
    ports_.mails.compose(write_mail(message, request.purpose, address, token), useful, change);
  }
  co_await ports_.commits.commit(std::move(change),
                                 {.kind = "server",
                                  .who = "server",
                                  .act = "account.request_validation",
                                  .object = std::string(purpose_name(request.purpose))});
}

// The link goes where it can be of use; who has an account is told so, where only they read it.
runtime::Task<Validations::Message> Validations::choose_message(Purpose purpose,
                                                                mail::Address address) {
  const auto owner = co_await ports_.store.find_third_party_id(ports_.address_key.key_of(address));
  if (purpose == Purpose::password) co_return owner ? Message::link : Message::nothing;
  co_return owner ? Message::already_known : Message::link;
}

mail::Mail Validations::write_mail(Message message, Purpose purpose, const mail::Address& address,
                                   const std::string& token) const {
  mail::Mail mail{
      .to = address, .subject = {}, .text = {}, .html = {}, .unsubscribe = std::nullopt};
  const std::string& server = facts_.server_name;
  if (message == Message::already_known) {
    mail.subject = fmt::format("Your address at {}", server);
    mail.text = fmt::format(
        "Somebody asked {} to use this address for an account. It belongs to one already.\n\n"
        "If that was you: sign in to that account, or have its password set anew.\n"
        "If it was not, you need not do anything.\n",
        server);
    mail.html.markup("<p>Somebody asked ")
        .text(server)
        .markup(
            " to use this address for an account. It belongs to one already.</p>"
            "<p>If that was you: sign in to that account, or have its password set anew.<br>"
            "If it was not, you need not do anything.</p>");
    return mail;
  }
  const bool is_password = purpose == Purpose::password;
  const std::string link = facts_.public_url + std::string(kConfirmPath) + token;
  mail.subject = is_password ? fmt::format("Set a new password at {}", server)
                             : fmt::format("Confirm your address at {}", server);
  const std::string_view what = is_password
                                    ? "set a new password for the account that has this address"
                                    : "use this address for an account";
  const std::string_view how_long = is_password ? "an hour" : "a day";
  mail.text = fmt::format(
      "Somebody, hopefully you, asked {} to {}.\n\n"
      "Open this link and confirm, then go on where you asked:\n\n{}\n\n"
      "It works for {}. If you did not ask, do not confirm, and nothing happens.\n",
      server, what, link, how_long);
  mail.html.markup("<p>Somebody, hopefully you, asked ")
      .text(server)
      .markup(" to ")
      .text(what)
      .markup(".</p><p>")
      .link(link, "Confirm")
      .markup(", then go on where you asked. The link works for ")
      .text(how_long)
      .markup(".</p><p>If you did not ask, do not confirm, and nothing happens.</p>");
  return mail;
}

runtime::Task<storage::StoredValidation> Validations::find_by_link(std::string token) {
  auto found = co_await ports_.store.find_validation_by_token(base::sha256(token));
  if (!found || found->expires_at <= ports_.clock.now()) throw not_good();
  co_return *std::move(found);
}

base::JsonObject Validations::open_record(const storage::StoredValidation& found) const {
  auto record = base::parse_json(
      storage::open_record(found.record, ports_.keys, storage::validation_binding(found.id)));
  if (!record || !record->is_object()) return {};
  return std::move(record->get_object());
}

runtime::Task<Validations::Asked> Validations::look(std::string token) {
  const storage::StoredValidation found = co_await find_by_link(std::move(token));
  const base::JsonObject record = open_record(found);
  auto address = mail::Address::parse(base::find_string(record, "address").value_or(""));
  if (!address) throw not_good();
  Asked asked{.address = *std::move(address), .purpose = Purpose::adding};
  for (const Purpose each : {Purpose::registration, Purpose::password}) {
    if (found.purpose == purpose_name(each)) asked.purpose = each;
  }
  co_return asked;
}

runtime::Task<Validations::Confirmed> Validations::confirm(std::string token) {
  const storage::StoredValidation found = co_await find_by_link(std::move(token));
  const base::Timestamp now = ports_.clock.now();
  if (found.validated_at.milliseconds == 0) {
    storage::Change change;
    change.mutations.emplace_back(storage::ConfirmValidation{.id = found.id, .at = now});
    co_await ports_.commits.commit(std::move(change), {.kind = "server",
                                                       .who = "server",
                                                       .act = "account.confirm_validation",
                                                       .object = found.purpose});
  }
  Confirmed confirmed;
  const base::JsonObject record = open_record(found);
  if (const auto link = base::find_string(record, "next_link")) {
    confirmed.next_link = std::string(*link);
  }
  co_return confirmed;
}

runtime::Task<std::optional<Validated>> Validations::find(Proof proof, Purpose purpose) {
  auto found = co_await ports_.store.find_validation(proof.session);
  if (!found || !base::equal_secrets(found->secret_hash, base::sha256(proof.client_secret))) {
    co_return std::nullopt;
  }
  co_return open(std::move(found), purpose);
}

runtime::Task<std::optional<Validated>> Validations::find_again(std::string session,
                                                                Purpose purpose) {
  co_return open(co_await ports_.store.find_validation(std::move(session)), purpose);
}

std::optional<Validated> Validations::open(std::optional<storage::StoredValidation> found,
                                           Purpose purpose) const {
  if (!found || found->purpose != purpose_name(purpose) || found->validated_at.milliseconds == 0 ||
      found->expires_at <= ports_.clock.now()) {
    return std::nullopt;
  }
  const base::JsonObject record = open_record(*found);
  auto address = mail::Address::parse(base::find_string(record, "address").value_or(""));
  if (!address) return std::nullopt;
  return Validated{
      .validation = found->id, .address = *std::move(address), .at = found->validated_at};
}

runtime::Task<> Validations::spend(std::string session) {
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveValidation{std::move(session)});
  co_await ports_.commits.keep_house(std::move(change));
}

runtime::Task<> Validations::sweep() {
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveExpiredValidations{ports_.clock.now()});
  co_await ports_.commits.keep_house(std::move(change));
}

}  // namespace chancery::third_party_ids
