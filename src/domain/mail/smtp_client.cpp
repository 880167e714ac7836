// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/smtp_client.hpp"

#include "base/base64.hpp"
#include "domain/mail/smtp_reply.hpp"
#include "runtime/deadline.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <expected>
#include <memory>
#include <utility>

namespace chancery::mail {
namespace {

using runtime::PeerGone;
using runtime::Task;
using Outcome = Handover::Outcome;

bool equal_without_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
    return std::toupper(a) == std::toupper(b);
  });
}

std::string padded_base64(std::string_view bytes) {
  std::string text = base::encode_base64(bytes);
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

// What a server says that it can, by the first word of each line of its greeting.
class Extensions {
 public:
  explicit Extensions(SmtpReply reply) : reply_(std::move(reply)) {}
  // The words behind `name`; absent when it is not offered.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    for (const std::string& line : reply_.lines) {
      const std::string_view view = line;
      const std::size_t end = std::min(view.find_first_of(" ="), view.size());
      if (equal_without_case(view.substr(0, end), name)) {
        return view.substr(std::min(end + 1, view.size()));
      }
    }
    return std::nullopt;
  }
  [[nodiscard]] bool has_mechanism(std::string_view name) const {
    std::string_view words = find("AUTH").value_or("");
    while (!words.empty()) {
      const std::size_t end = std::min(words.find(' '), words.size());
      if (equal_without_case(words.substr(0, end), name)) return true;
      words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
  }

 private:
  SmtpReply reply_;
};

// Commands and their replies over one stream, which is closed when the time is up. `step` says what
// is waited for, should that be the end of it.
class Dialogue {
 public:
  Dialogue(runtime::StreamPtr stream, std::string_view& step)
      : stream_(std::move(stream)), step_(step) {}

  Task<SmtpReply> ask(std::string_view step, std::string line) {
    return send(step, std::move(line) + "\r\n");
  }
  Task<SmtpReply> send(std::string_view step, std::string bytes) {
    step_ = step;
    co_await stream_->write_all(bytes);
    co_return co_await read(step);
  }
  Task<SmtpReply> read(std::string_view step) {
    step_ = step;
    SmtpReplyReader reader;
    std::array<char, 1024> part{};
    while (true) {
      const std::size_t count = co_await stream_->read_some(part);
      if (count == 0) throw PeerGone("the mail server closed the connection");
      const auto state = reader.feed({part.data(), count});
      if (state == SmtpReplyReader::State::broken) throw PeerGone("no SMTP reply");
      if (state == SmtpReplyReader::State::complete) co_return reader.take();
    }
  }
  [[nodiscard]] bool is_secure() const { return stream_->is_secure(); }
  void close() {
    if (stream_) stream_->close();
  }
  // What was received so far was in clear: nothing of it counts for what follows.
  Task<> start_tls(runtime::Network& network, runtime::TlsTrust trust,
                   runtime::CancelToken cancel) {
    step_ = "TLS";
    stream_ = co_await network.start_tls(std::move(stream_), std::move(trust), std::move(cancel));
  }

 private:
  runtime::StreamPtr stream_;
  std::string_view& step_;
};

Handover judge(std::string_view step, const SmtpReply& reply, Outcome if_lasting) {
  return {.outcome = reply.is_transient() ? Outcome::later : if_lasting,
          .why = fmt::format("{}: {}", step, reply.code)};
}

// What the server can, or why it is not spoken to.
using Greeted = std::expected<Extensions, Handover>;

Task<Greeted> greet(Dialogue& dialogue, const SmtpServer& server, runtime::Network& network,
                    runtime::CancelToken cancel) {
  const auto unreachable = [](std::string why) {
    return std::unexpected(Handover{.outcome = Outcome::unreachable, .why = std::move(why)});
  };
  const SmtpReply greeting = co_await dialogue.read("greeting");
  if (!greeting.is_positive()) co_return unreachable(fmt::format("greeting: {}", greeting.code));
  const std::string hello = "EHLO " + server.own_name;
  SmtpReply answer = co_await dialogue.ask("EHLO", hello);
  if (!answer.is_positive()) co_return unreachable(fmt::format("EHLO: {}", answer.code));
  if (server.security == Security::starttls) {
    if (!Extensions(std::move(answer)).find("STARTTLS")) co_return unreachable("no STARTTLS");
    const SmtpReply ready = co_await dialogue.ask("STARTTLS", "STARTTLS");
    if (ready.code != 220) co_return unreachable(fmt::format("STARTTLS: {}", ready.code));
    co_await dialogue.start_tls(network, {.name = server.host, .certificates = server.certificates},
                                cancel);
    answer = co_await dialogue.ask("EHLO", hello);
    if (!answer.is_positive()) co_return unreachable(fmt::format("EHLO: {}", answer.code));
  }
  Extensions extensions(std::move(answer));
  if (server.user.empty()) co_return extensions;
  if (!dialogue.is_secure()) co_return unreachable("no password is sent in clear");
  SmtpReply done;
  if (extensions.has_mechanism("PLAIN")) {
    std::string secret;
    secret += '\0';
    secret += server.user;
    secret += '\0';
    secret += server.password;
    done = co_await dialogue.ask("AUTH", "AUTH PLAIN " + padded_base64(secret));
  } else if (extensions.has_mechanism("LOGIN")) {
    done = co_await dialogue.ask("AUTH", "AUTH LOGIN");
    if (done.code == 334) done = co_await dialogue.ask("AUTH", padded_base64(server.user));
    if (done.code == 334) done = co_await dialogue.ask("AUTH", padded_base64(server.password));
  } else {
    co_return unreachable("neither AUTH PLAIN nor AUTH LOGIN");
  }
  if (done.code != 235) co_return unreachable(fmt::format("AUTH: {}", done.code));
  co_return extensions;
}

bool is_international(const Letter& letter) {
  return letter.from.is_international() || letter.to.is_international();
}

// What stands behind the sender's address. An international address stands in the headers, too,
// which then are not ASCII.
std::string mail_parameters(const Letter& letter, const Extensions& extensions) {
  std::string parameters;
  const bool is_ascii = std::ranges::none_of(
      letter.message, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (!is_ascii && extensions.find("8BITMIME")) parameters += " BODY=8BITMIME";
  if (is_international(letter)) parameters += " SMTPUTF8";
  return parameters;
}

Task<Handover> deliver(Dialogue& dialogue, const Letter& letter, const Extensions& extensions) {
  if (is_international(letter) && !extensions.find("SMTPUTF8")) {
    co_return Handover{.outcome = Outcome::refused,
                       .why = "the mail server takes no international addresses (SMTPUTF8)"};
  }
  const SmtpReply from = co_await dialogue.ask(
      "MAIL FROM",
      fmt::format("MAIL FROM:<{}>{}", letter.from.text(), mail_parameters(letter, extensions)));
  // A sender that is refused is the operator's to mend, and then this mail can go.
  if (!from.is_positive()) co_return judge("MAIL FROM", from, Outcome::later);
  const SmtpReply to =
      co_await dialogue.ask("RCPT TO", fmt::format("RCPT TO:<{}>", letter.to.text()));
  if (!to.is_positive()) co_return judge("RCPT TO", to, Outcome::refused);
  const SmtpReply ready = co_await dialogue.ask("DATA", "DATA");
  if (ready.code != 354) co_return judge("DATA", ready, Outcome::refused);
  const SmtpReply taken = co_await dialogue.send("message", stuff_dots(letter.message));
  if (!taken.is_positive()) co_return judge("message", taken, Outcome::refused);
  co_return Handover{.outcome = Outcome::accepted, .why = {}};
}

}  // namespace

std::string stuff_dots(std::string_view message) {
  std::string out;
  out.reserve(message.size() + 64);
  bool at_start = true;
  for (const char c : message) {
    if (at_start && c == '.') out += '.';
    out += c;
    at_start = c == '\n';
  }
  if (!at_start) out += "\r\n";
  return out + ".\r\n";
}

Task<runtime::StreamPtr> SmtpClient::connect(runtime::CancelToken cancel) {
  const std::vector<std::string> addresses = co_await ports_.resolver.resolve(server_.host, cancel);
  std::string why = server_.host + " has no address";
  for (const std::string& address : addresses) {
    const runtime::Endpoint to{.address = address, .port = server_.port};
    try {
      if (server_.security != Security::tls) co_return co_await ports_.network.connect(to, cancel);
      co_return co_await ports_.network.connect_tls(
          to, {.name = server_.host, .certificates = server_.certificates}, cancel);
    } catch (const PeerGone& gone) {  // the next address may answer
      why = gone.what();
    }
  }
  throw PeerGone(why);
}

Task<Handover> SmtpClient::speak(runtime::StreamPtr stream, Letter letter,
                                 runtime::CancelToken cancel, BrokenOff& if_broken_off) {
  Dialogue dialogue(std::move(stream), if_broken_off.step);
  const runtime::CancelCallback at_end(cancel, [&dialogue] { dialogue.close(); });
  const Greeted greeted = co_await greet(dialogue, server_, ports_.network, cancel);
  if (!greeted) co_return greeted.error();
  may_take_international_ = greeted->find("SMTPUTF8").has_value();
  // From here on it may be this message's fault: others shall not wait for it.
  if_broken_off.outcome = Outcome::later;
  Handover handover = co_await deliver(dialogue, letter, *greeted);
  // It was answered: whether the farewell arrives is of no matter.
  try {
    co_await dialogue.ask("QUIT", "QUIT");
  } catch (const PeerGone&) {  // gone already
  }
  co_return handover;
}

Task<Handover> SmtpClient::hand_over(Letter letter, runtime::CancelToken cancel) {
  const runtime::Deadline deadline(kPatience, cancel);
  std::string why;
  BrokenOff broken_off;
  try {
    runtime::StreamPtr stream = co_await connect(deadline.token());
    co_return co_await speak(std::move(stream), std::move(letter), deadline.token(), broken_off);
  } catch (const PeerGone& gone) {  // an outcome like others
    why = gone.what();
  } catch (const runtime::Cancelled&) {  // by the deadline, or from outside
    why = "no answer in time";
  }
  cancel.throw_if_cancelled();
  if (deadline.has_passed()) why = "no answer in time";
  co_return Handover{.outcome = broken_off.outcome,
                     .why = fmt::format("{}: {}", broken_off.step, why)};
}

}  // namespace chancery::mail
