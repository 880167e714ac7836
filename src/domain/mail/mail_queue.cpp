// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/mail_queue.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"
#include "storage/errors.hpp"
#include "storage/record.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace chancery::mail {
namespace {

constexpr std::string_view kPurpose = "mail";
constexpr std::size_t kIdBytes = 16;

std::string write_record(const Address& to, std::string message) {
  return base::to_text(base::JsonObject{{"to", to.text()}, {"message", std::move(message)}});
}

struct Record {
  Address to;
  std::string message;
};
std::optional<Record> read_record(const std::string& text) {
  const auto parsed = base::parse_json(text);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const base::JsonObject& json = parsed->get_object();
  auto to = Address::parse(base::find_string(json, "to").value_or(""));
  const auto message = base::find_string(json, "message");
  if (!to || !message) return std::nullopt;
  return Record{.to = *std::move(to), .message = std::string(*message)};
}

base::Milliseconds doubled(base::Milliseconds first, std::int64_t times, base::Milliseconds most) {
  return std::min(first * (std::int64_t{1} << std::clamp<std::int64_t>(times, 0, 20)), most);
}

}  // namespace

MailQueue::MailQueue(Ports ports, Sender sender) : ports_(ports), sender_(std::move(sender)) {
  ports_.committer.add_follower(storage::hear([this](const storage::QueueMail&) { bell_.ring(); }));
}

void MailQueue::compose(const Mail& mail, base::Milliseconds useful, storage::Change& change) {
  const base::Timestamp now = ports_.clock.now();
  std::string id = ports_.random.bytes(kIdBytes);
  const std::string message = write_message(mail, {.from = sender_.address,
                                                   .from_name = sender_.name,
                                                   .unique = base::encode_hex(id),
                                                   .at = now});
  keys::FreshLock fresh = ports_.keys.lock_for_purpose(kPurpose, now);
  for (storage::PutWrappedKey& made : fresh.made) change.mutations.emplace_back(std::move(made));
  storage::Nonce nonce{};
  std::ranges::copy(ports_.random.bytes(nonce.size()), nonce.begin());
  std::string record = storage::seal_record(write_record(mail.to, message), fresh.lock,
                                            storage::mail_binding(id), nonce);
  change.mutations.emplace_back(storage::QueueMail{{.id = std::move(id),
                                                    .next_attempt_at = now,
                                                    .attempts = 0,
                                                    .expires_at = now + useful,
                                                    .record = std::move(record)}});
}

runtime::Task<> MailQueue::run(runtime::CancelToken cancel) {
  while (is_configured()) {
    cancel.throw_if_cancelled();
    const std::uint64_t ticket = bell_.ticket();
    runtime::SteadyTime until = runtime::SteadyTime::max();
    bool is_paused = true;
    try {
      if (co_await hand_over_due(cancel) == Next::go_on) {
        is_paused = false;
        pauses_ = 0;
        until = co_await find_next_time();
      }
    } catch (const std::exception& error) {
      // Nothing is lost, whatever it is: all is stored, and its time comes again.
      base::log_warn("mail_waits", {{"why", error.what()}});
    }
    if (is_paused) {
      co_await runtime::sleep_until(end_of_pause(), cancel);
    } else {
      co_await bell_.wait(ticket, until, cancel);
    }
  }
}

runtime::SteadyTime MailQueue::end_of_pause() {
  return ports_.clock.steady_now() + doubled(kServerPause, pauses_++, kLongestServerPause);
}

runtime::Task<runtime::SteadyTime> MailQueue::find_next_time() {
  const auto next = co_await ports_.store.find_next_mail();
  if (!next) co_return runtime::SteadyTime::max();
  const base::Milliseconds left = *next - ports_.clock.now();
  co_return ports_.clock.steady_now() + std::clamp(left, base::Milliseconds(0), kLastRetry);
}

runtime::Task<MailQueue::Next> MailQueue::hand_over_due(runtime::CancelToken cancel) {
  while (true) {
    // What is to be tried later than any attempt may be was stored by a clock that was fast.
    const base::Timestamp now = ports_.clock.now();
    std::vector<storage::StoredMail> due =
        co_await ports_.store.load_due_mail({.now = now, .latest = now + kLastRetry}, kAtOnce);
    if (due.empty()) co_return Next::go_on;
    for (storage::StoredMail& mail : due) {
      if (co_await hand_over(std::move(mail), cancel) == Next::pause) co_return Next::pause;
    }
  }
}

runtime::Task<MailQueue::Next> MailQueue::hand_over(storage::StoredMail mail,
                                                    runtime::CancelToken cancel) {
  if (mail.expires_at <= ports_.clock.now() || mail.attempts >= kMostAttempts) {
    base::log_warn("mail_given_up", {{"why", "too old"}});
    co_await remove(mail.id);
    co_return Next::go_on;
  }
  std::optional<Record> record;
  try {
    record =
        read_record(storage::open_record(mail.record, ports_.keys, storage::mail_binding(mail.id)));
  } catch (const storage::StorageCorrupt& error) {
    // It will never open; the others can still go.
    base::log_error("mail_given_up", {{"why", error.what()}});
  }
  if (!record) {
    co_await remove(mail.id);
    co_return Next::go_on;
  }
  const Handover handover = co_await ports_.carrier.hand_over(
      {.from = sender_.address, .to = record->to, .message = std::move(record->message)}, cancel);
  switch (handover.outcome) {
    case Handover::Outcome::accepted:
      co_await remove(mail.id);
      co_return Next::go_on;
    case Handover::Outcome::refused:
      base::log_warn("mail_given_up", {{"why", handover.why}});
      co_await remove(mail.id);
      co_return Next::go_on;
    case Handover::Outcome::later:
      base::log_info("mail_deferred", {{"why", handover.why}});
      co_await note_failure(std::move(mail));
      co_return Next::go_on;
    case Handover::Outcome::unreachable:
      break;
  }
  base::log_warn("mail_server_unreachable", {{"why", handover.why}});
  co_return Next::pause;
}

runtime::Task<> MailQueue::note_failure(storage::StoredMail mail) {
  const base::Milliseconds pause = doubled(kFirstRetry, mail.attempts, kLastRetry);
  storage::Change change;  // nobody acts
  change.mutations.emplace_back(
      storage::NoteMailFailure{.id = std::move(mail.id),
                               .attempts = mail.attempts + 1,
                               .next_attempt_at = ports_.clock.now() + pause});
  co_await ports_.committer.commit(std::move(change));
}

runtime::Task<> MailQueue::remove(std::string id) {
  storage::Change change;  // nobody acts
  change.mutations.emplace_back(storage::RemoveMail{std::move(id)});
  co_await ports_.committer.commit(std::move(change));
}

}  // namespace chancery::mail
