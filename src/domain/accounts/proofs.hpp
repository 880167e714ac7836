// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Proofs: that somebody showed who they are, kept while a sign-in goes on.
//
// Between the proof and the session lies time: a hash is made, a browser goes to and fro, a device
// waits for its code. What was proven before the password was changed, or before everything of the
// person was signed out, opens nothing afterwards.
//
// Concurrency: any thread. In memory, as everything is that holds a proof; bounded.

#include "protocol/api_error.hpp"
#include "protocol/identifiers.hpp"
#include "storage/accounts.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chancery::accounts {

struct Proof {
  std::string password;       // SHA-256 of the stored hash of the password
  std::uint64_t made_at = 0;  // in the order of sign-outs
};

class Proofs {
 public:
  static constexpr std::size_t kMost = 65'536;

  // What a proof begins with. Requires: taken before the account is read.
  [[nodiscard]] std::uint64_t now() const;
  // That whoever is there is the person of `account`, which was read after `began`.
  [[nodiscard]] static Proof of(const storage::StoredAccount& account, std::uint64_t began);
  // The same proof after the person who showed it ended others of theirs, or changed the password
  // to the one with this hash.
  [[nodiscard]] Proof renewed(Proof proof) const;
  [[nodiscard]] static Proof with_password(Proof proof, std::string_view password_hash);
  // Whether `proof` is still good for `account`.
  [[nodiscard]] bool holds(const Proof& proof, const storage::StoredAccount& account) const;
  // Ends what `user` has proven so far.
  void end(const protocol::UserId& user);
  // What is said to whom comes with one that holds no longer.
  [[nodiscard]] static protocol::ApiError overtaken();

 private:
  mutable std::mutex mutex_;
  std::uint64_t now_ = 1;
  std::uint64_t forgotten_ = 0;  // of those who were signed out before it nothing is known any more
  std::unordered_map<protocol::UserId, std::uint64_t> ended_at_;
};

}  // namespace chancery::accounts
