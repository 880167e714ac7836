// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/proofs.hpp"

#include "base/digest.hpp"

namespace chancery::accounts {

std::uint64_t Proofs::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

Proof Proofs::of(const storage::StoredAccount& account, std::uint64_t began) {
  return {.password = base::sha256(account.password_hash), .made_at = began};
}

Proof Proofs::renewed(Proof proof) const {
  proof.made_at = now();
  return proof;
}

Proof Proofs::with_password(Proof proof, std::string_view password_hash) {
  proof.password = base::sha256(password_hash);
  return proof;
}

protocol::ApiError Proofs::overtaken() {
  return protocol::ApiError(protocol::ErrorCode::forbidden,
                            "Sign in once more: the account has changed meanwhile")
      .because("proof_overtaken");
}

bool Proofs::holds(const Proof& proof, const storage::StoredAccount& account) const {
  if (!base::equal_secrets(proof.password, base::sha256(account.password_hash))) return false;
  const std::lock_guard lock(mutex_);
  const auto found = ended_at_.find(account.user);
  return proof.made_at > (found == ended_at_.end() ? forgotten_ : found->second);
}

void Proofs::end(const protocol::UserId& user) {
  const std::lock_guard lock(mutex_);
  if (ended_at_.size() >= kMost) {
    // Everybody signs in once more at worst; nobody does who was signed out.
    forgotten_ = now_;
    ended_at_.clear();
  }
  ended_at_[user] = now_++;
}

}  // namespace chancery::accounts
