// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a PostgreSQL server looks like while it starts up: its socket is there, and whoever connects
// is told to come again later (SQLSTATE 57P03).
//
// Concurrency: any thread.

#include <atomic>
#include <cstdint>
#include <future>
#include <string>

namespace chancery::storage {

class StartingServer {
 public:
  // Nothing is there until `start`. `folder` is where the real server has its socket.
  explicit StartingServer(const std::string& folder) : path_(folder + "/.s.PGSQL.5432") {}
  ~StartingServer() { stop(); }
  StartingServer(const StartingServer&) = delete;
  StartingServer& operator=(const StartingServer&) = delete;

  void start();
  // The socket is gone.
  void stop();
  [[nodiscard]] std::uint32_t refusals() const { return refused_; }
  // Blocks until there were so many.
  void wait_for_refusals(std::uint32_t count) const;

 private:
  void refuse_all() const;

  std::string path_;
  int listening_ = -1;
  mutable std::atomic<std::uint32_t> refused_ = 0;
  std::future<void> refusing_;
};

}  // namespace chancery::storage
