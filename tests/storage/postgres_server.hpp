// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A PostgreSQL server for the tests: in a temporary folder, on a unix socket, gone with the
// program.
//
// Failure: std::runtime_error, with what the server's programs wrote.

#include "tests/support/temporary_folder.hpp"

#include <string>
#include <sys/types.h>

namespace chancery::storage {

class PostgresServer {
 public:
  // Starts one; `crash` and `restart` are for tests of broken connections.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The one that most tests share.
  static PostgresServer& shared();

  // The address of a schema that is made empty here.
  [[nodiscard]] std::string make_schema();
  [[nodiscard]] std::string address() const;
  // Where its socket is.
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }
  // Ends as by a crash: no connection survives.
  void crash();
  void start();

 private:
  support::TemporaryFolder folder_;
  pid_t server_ = 0;
  int schemas_ = 0;
};

}  // namespace chancery::storage
