// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Registrations: what the operator's files say of each application service.
//
// Read as the ecosystem writes them; keys of others are passed over.
//
// Concurrency: pure functions over values.
// Spec:        application-service, "Registration"; MSC2409, MSC3202, MSC4190.

#include "domain/appservices/pattern.hpp"
#include "protocol/identifiers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::appservices {

struct Namespace {
  Pattern pattern;
  enum class Exclusive : std::uint8_t { no, yes } exclusive = Exclusive::no;
};

struct Registration {
  std::string id;
  std::string url;  // "": nothing is sent to it
  std::string as_token;
  std::string hs_token;
  protocol::UserId sender;
  std::vector<Namespace> users;
  std::vector<Namespace> aliases;
  std::vector<Namespace> rooms;
  std::vector<std::string> protocols;
  bool rate_limited = true;
  bool receive_ephemeral = false;
  bool receive_encryption = false;  // org.matrix.msc3202: device lists and counts of keys
  bool device_management = false;   // devices are made by PUT /devices, never by signing in
};

struct RegistrationFile {
  std::string path;
  std::string text;
};

struct ReadRegistrations {
  std::vector<Registration> registrations;
  std::vector<std::string> mistakes;  // "path:line: what"; with any of them nothing may be used
};

// Every file, and what holds between them: ids, tokens and senders are each one service's alone.
[[nodiscard]] ReadRegistrations read_registrations(const std::vector<RegistrationFile>& files,
                                                   const protocol::ServerName& server);

}  // namespace chancery::appservices
