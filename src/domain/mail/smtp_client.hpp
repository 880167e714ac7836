// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The SMTP client: hands one message to the operator's mail server.
//
// A connection for each message. With `tls` or `starttls` the certificate must be for the server's
// name, and nothing is said before; a server that offers no STARTTLS is not spoken to in clear
// instead. The password is never sent in clear.
//
// Concurrency: any scheduler.
// Failure:     values, for mail servers fail often; Cancelled.
// Spec:        RFC 5321, RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 8314, RFC 6152 (8BITMIME),
//              RFC 6531 (SMTPUTF8).

#include "domain/mail/carrier.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/network.hpp"
#include "runtime/resolver.hpp"
#include "runtime/task.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::mail {

enum class Security : std::uint8_t { tls, starttls, none };

struct SmtpServer {
  std::string host;  // "": there is none, and no mail is sent
  std::uint16_t port = 465;
  Security security = Security::tls;
  std::string user;  // "": it wants no sign-in
  std::string password;
  std::string own_name;      // by which this server greets
  std::string certificates;  // path of trusted ones, PEM; empty: the system's
};

class SmtpClient final : public Carrier {
 public:
  static constexpr std::chrono::seconds kPatience{60};

  struct Ports {
    runtime::Network& network;
    runtime::Resolver& resolver;
  };
  SmtpClient(Ports ports, SmtpServer server) : ports_(ports), server_(std::move(server)) {}

  [[nodiscard]] bool is_configured() const override { return !server_.host.empty(); }
  [[nodiscard]] bool may_take_international() const override { return may_take_international_; }
  runtime::Task<Handover> hand_over(Letter letter, runtime::CancelToken cancel) override;

 private:
  // What it means when no outcome comes back, and what was waited for.
  struct BrokenOff {
    Handover::Outcome outcome = Handover::Outcome::unreachable;
    std::string_view step = "connect";
  };
  runtime::Task<Handover> speak(runtime::StreamPtr stream, Letter letter,
                                runtime::CancelToken cancel, BrokenOff& if_broken_off);
  runtime::Task<runtime::StreamPtr> connect(runtime::CancelToken cancel);

  Ports ports_;
  SmtpServer server_;
  std::atomic<bool> may_take_international_ = true;  // until the server says otherwise
};

// Lines that begin with a dot get another, and the end is marked.
[[nodiscard]] std::string stuff_dots(std::string_view message);

}  // namespace chancery::mail
