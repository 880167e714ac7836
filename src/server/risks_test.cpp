// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/risks.hpp"

#include <doctest/doctest.h>

namespace chancery::server {
namespace {

// "event where" of each.
std::vector<std::string> risks_of(const Config& config) {
  std::vector<std::string> found;
  for (const Risk& risk : find_risks(config)) {
    found.push_back(std::string(risk.event) + " " + risk.where);
    CHECK_FALSE(risk.advice.empty());
  }
  return found;
}
using Risks = std::vector<std::string>;

TEST_CASE("the defaults dare nothing") { CHECK(find_risks({}).empty()); }

TEST_CASE("a listener without TLS is told where others than this machine reach it") {
  Config config;
  config.server.public_url = "https://chat.example.org";
  config.listeners = {{.address = "127.0.0.1"},
                      {.address = "127.8.8.8"},
                      {.address = "::1"},
                      {.address = "::ffff:127.0.0.1"},
                      {.address = "0.0.0.0", .port = 80},
                      {.address = "::", .port = 81},
                      {.address = "192.0.2.1", .port = 82},
                      {.address = "::ffff:192.0.2.1", .port = 83},
                      {.address = "0.0.0.0", .port = 443, .tls = true}};

  CHECK(risks_of(config) == Risks{"listens_in_clear 0.0.0.0:80", "listens_in_clear [::]:81",
                                  "listens_in_clear 192.0.2.1:82",
                                  "listens_in_clear [::ffff:192.0.2.1]:83"});
}

TEST_CASE("a server that others reach should know the address by which they do") {
  Config config;
  config.listeners = {{.address = "0.0.0.0", .port = 443, .tls = true}};
  CHECK(risks_of(config) == Risks{"public_url_not_set server.public_url"});

  config.server.public_url = "https://chat.example.org";
  CHECK(find_risks(config).empty());
}

TEST_CASE("registration without a check, and limits that are off, are told") {
  Config config;
  config.registration.mode = RegistrationMode::open;
  config.limits.enabled = false;
  CHECK(risks_of(config) == Risks{"limits_off limits.enabled"});

  config.registration.allow_dummy = true;
  CHECK(risks_of(config) ==
        Risks{"registration_open_to_all registration.allow_dummy", "limits_off limits.enabled"});
}

}  // namespace
}  // namespace chancery::server
