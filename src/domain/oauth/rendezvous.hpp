// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rendezvous: where two devices of one person leave each other encrypted notes while one signs the
// other in by a QR code.
//
// Of each meeting the last note is kept, at most 4 KiB, until the meeting's time is over. Whoever
// writes must have seen what they replace.
//
// Concurrency: any thread. In memory; bounded, the oldest go first.
// Spec:        MSC4108, MSC4388.

#include "base/time.hpp"
#include "domain/accounts/expiring.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace chancery::oauth {

class Rendezvous {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::minutes(10);
  static constexpr std::size_t kMostBytes = 4'096;
  static constexpr std::size_t kMost = 1'024;

  Rendezvous(runtime::Clock& clock, runtime::Random& random)
      : clock_(clock), random_(random), notes_({.lifetime = kLifetime, .most = kMost}, clock) {}

  struct Note {
    std::string text;
    std::string content_type;
    std::string version;  // another one after each writing
    base::Timestamp written_at;
    base::Timestamp expires_at;
  };
  struct Begun {
    std::string id;
    Note note;
  };
  // Requires: texts of at most kMostBytes, here and below.
  [[nodiscard]] Begun begin(std::string text, std::string content_type);
  [[nodiscard]] std::optional<Note> find(const std::string& id) const { return notes_.find(id); }

  struct Gone {};
  struct Stale {
    Note now;
  };
  // `seen` is the version that is replaced. The same writing once more is answered as the first.
  struct Writing {
    std::string text;
    std::string content_type;
    std::string seen;
    std::string transaction = {};  // "": none
  };
  using Written = std::variant<Note, Gone, Stale>;
  [[nodiscard]] Written write(const std::string& id, Writing writing);
  // Whether there was one.
  [[nodiscard]] bool end(const std::string& id) { return notes_.take(id).has_value(); }

 private:
  struct Kept : Note {
    std::string transaction;  // the one that wrote it
  };
  [[nodiscard]] std::string make_version() { return random_.alphanumeric(22); }

  runtime::Clock& clock_;
  runtime::Random& random_;
  accounts::Expiring<Kept> notes_;
};

}  // namespace chancery::oauth
