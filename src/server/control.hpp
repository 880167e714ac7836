// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Control: the way by which the command line reaches the server that has the data folder.
//
// While the server runs, a file in the data folder (mode 0600) names its address and a token that
// is made anew at each start. Whoever can read it may do operator acts.

#include "api/boundary/route.hpp"
#include "runtime/disk.hpp"
#include "runtime/random.hpp"
#include "server/operator_acts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::server {

struct ControlAddress {
  std::string address;  // numeric
  std::uint16_t port = 0;
  std::string token;
};

class Control {
 public:
  Control(OperatorActs& acts, runtime::Random& random);

  // POST /_chancery/control/{act}.
  [[nodiscard]] std::vector<boundary::Route> routes();
  // Tells the command line of `folder` where the server listens without TLS.
  void announce(const std::string& folder, const std::string& address, std::uint16_t port) const;
  // The server stops.
  static void withdraw(const std::string& folder);
  // Absent when no server has announced itself.
  [[nodiscard]] static std::optional<ControlAddress> find(const std::string& folder);

 private:
  runtime::Task<http::Response> answer(boundary::Call& call);

  OperatorActs& acts_;
  std::string token_;
};

}  // namespace chancery::server
