// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Transactions: a request repeated under its transaction id has one effect and one answer.
//
// The event and the memory of its transaction are one change, so this holds across a restart. A
// repetition that comes while the first still runs waits for it.
//
// Concurrency: any thread.
// Spec: client-server, "Transaction identifiers": the scope is the device and the endpoint.

#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "runtime/task.hpp"
#include "runtime/wait.hpp"
#include "storage/events.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace chancery::rooms {

struct TransactionKey {
  protocol::UserId user;
  std::string scope;
  std::string id;
};

class Transactions {
 public:
  explicit Transactions(storage::EventStore& events) : events_(events) {}

  // The first request's hold on the key. What is not completed when this dies was never done.
  class [[nodiscard]] Running {
   public:
    Running() = default;
    Running(Running&& other) noexcept;
    Running& operator=(Running&&) = delete;
    ~Running();
    void complete(std::string result);

   private:
    friend class Transactions;
    Running(Transactions* owner, std::string key) : owner_(owner), key_(std::move(key)) {}
    Transactions* owner_ = nullptr;
    std::string key_;
  };
  struct Begun {
    std::optional<std::string> result;  // of the first request; absent: this is the first
    Running running;
  };
  // Knows what this program has done since its start, and recently; what the store remembers
  // beyond that refuses the change that repeats it: then ask `find_stored`.
  runtime::Task<Begun> begin(TransactionKey key);
  runtime::Task<std::optional<std::string>> find_stored(TransactionKey key);

 private:
  struct Entry {
    std::optional<std::string> result;
    runtime::Bell done;
  };
  void finish(const std::string& key, std::optional<std::string> result);

  storage::EventStore& events_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> completed_;  // oldest first
};

}  // namespace chancery::rooms
