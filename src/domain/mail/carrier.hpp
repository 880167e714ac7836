// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The mail carrier port: whoever takes a message and brings it on. The real one speaks SMTP.
//
// Concurrency: any scheduler.
// Failure:     values, for mail servers fail often; Cancelled.

#include "domain/mail/address.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <string>

namespace chancery::mail {

struct Letter {
  Address from;
  Address to;
  std::string message;  // as write_message makes it
};

struct Handover {
  enum class Outcome : std::uint8_t {
    accepted,
    refused,      // this message will not be taken, whenever it comes
    later,        // this message may be taken later
    unreachable,  // no message is taken now
  };
  Outcome outcome = Outcome::unreachable;
  std::string why;  // for the log: a step and a code, nothing of the message
};

class Carrier {
 public:
  virtual ~Carrier() = default;
  // False: the operator named no mail server, and no mail is to be written.
  [[nodiscard]] virtual bool is_configured() const = 0;
  // False: the mail server said that it takes no mail for international addresses.
  [[nodiscard]] virtual bool may_take_international() const = 0;
  virtual runtime::Task<Handover> hand_over(Letter letter, runtime::CancelToken cancel) = 0;
};

}  // namespace chancery::mail
