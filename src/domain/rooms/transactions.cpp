// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/transactions.hpp"

#include <utility>

namespace chancery::rooms {
namespace {

constexpr std::size_t kMostCompleted = 16'384;

// User ids and scopes have no NUL; the id stands last.
std::string text_of(const TransactionKey& key) {
  std::string text = key.user.text();
  text += '\0';
  text += key.scope;
  text += '\0';
  text += key.id;
  return text;
}

}  // namespace

Transactions::Running::Running(Running&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), key_(std::move(other.key_)) {}

Transactions::Running::~Running() {
  if (owner_ != nullptr) owner_->finish(key_, std::nullopt);
}

void Transactions::Running::complete(std::string result) {
  std::exchange(owner_, nullptr)->finish(key_, std::move(result));
}

runtime::Task<Transactions::Begun> Transactions::begin(TransactionKey key) {
  const std::string text = text_of(key);
  while (true) {
    runtime::Bell done;
    std::uint64_t ticket = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto [entry, is_first] = entries_.try_emplace(text);
      if (is_first) co_return Begun{.result = std::nullopt, .running = Running(this, text)};
      if (entry->second.result) co_return Begun{.result = entry->second.result, .running = {}};
      done = entry->second.done;
      ticket = done.ticket();
    }
    co_await done.wait(ticket);
  }
}

runtime::Task<std::optional<std::string>> Transactions::find_stored(TransactionKey key) {
  co_return co_await events_.find_transaction(std::move(key.user), std::move(key.scope),
                                              std::move(key.id));
}

void Transactions::finish(const std::string& key, std::optional<std::string> result) {
  runtime::Bell done;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = entries_.find(key);
    done = entry->second.done;
    if (result) {
      entry->second.result = std::move(result);
      completed_.push_back(key);
      if (completed_.size() > kMostCompleted) {
        entries_.erase(completed_.front());
        completed_.pop_front();
      }
    } else {
      entries_.erase(entry);
    }
  }
  done.ring();
}

}  // namespace chancery::rooms
