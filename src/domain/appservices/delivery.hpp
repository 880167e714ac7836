// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The delivery to one application service: one transaction after the other, each until it has
// arrived.
//
// A service that cannot be reached is tried again after growing pauses, and at once when it is
// heard of. Nobody waits for it.
//
// Concurrency: `run` is one task; the rest from any thread.
// Spec:        application-service, "Pushing events".

#include "domain/appservices/journal.hpp"
#include "domain/appservices/news.hpp"
#include "domain/appservices/service_client.hpp"
#include "runtime/wait.hpp"

#include <atomic>
#include <optional>

namespace chancery::appservices {

class Delivery {
 public:
  static constexpr std::chrono::seconds kPatience{60};
  static constexpr std::chrono::milliseconds kFirstPause{1'000};
  static constexpr std::chrono::milliseconds kLongestPause{5 * 60 * 1'000};
  // Positions that concern nobody are written down only now and then.
  static constexpr std::uint64_t kMostUnwritten = 1'000;

  struct Ports {
    Journal& journal;
    ServiceClient& client;
    runtime::Random& random;
    runtime::Clock& clock;
  };
  Delivery(const Service& service, Ports ports, NewsDesk::Ports news)
      : service_(service), ports_(ports), feed_(news.feed), desk_(service, signals_, news) {}

  // Until cancelled.
  runtime::Task<> run(runtime::CancelToken cancel);
  // Writes down how far it was told. After `run`.
  runtime::Task<> write();
  void note_alive();

  [[nodiscard]] const Service& service() const { return service_; }
  [[nodiscard]] Signals& signals() { return signals_; }

 private:
  runtime::Task<> begin();
  runtime::Task<> step(runtime::CancelToken cancel);
  runtime::Task<> look(runtime::CancelToken cancel);
  runtime::Task<> send(runtime::CancelToken cancel);
  void note_failure(const http::OutboundResult& result);
  runtime::Task<> pause(runtime::CancelToken cancel);

  const Service& service_;
  Ports ports_;
  storage::CommittedChanges& feed_;
  Signals signals_;
  NewsDesk desk_;
  bool has_begun_ = false;
  storage::StreamPosition told_;
  storage::StreamPosition written_;
  std::optional<News> gathered_;  // not yet in the journal
  std::optional<Transaction> under_way_;
  unsigned failures_ = 0;
  std::atomic<bool> is_failing_ = false;
  runtime::Bell alive_;
};

}  // namespace chancery::appservices
