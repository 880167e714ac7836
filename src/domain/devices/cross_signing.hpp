// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cross-signing: a user's master, self-signing and user-signing keys, and signatures by them.
//
// Concurrency: any scheduler.
// Failure:     ApiError for what the client got wrong.
// Spec:        client-server, "Cross-signing".

#include "base/json.hpp"
#include "domain/audit/recorder.hpp"
#include "domain/devices/key_turns.hpp"
#include "domain/devices/signed_keys.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/device_keys.hpp"

#include <map>
#include <string>

namespace chancery::devices {

class CrossSigning {
 public:
  struct Ports {
    storage::DeviceKeyStore& store;
    storage::Committer& committer;
    audit::Recorder& recorder;
    KeyTurns& turns;  // those of DeviceKeys too
  };
  explicit CrossSigning(Ports ports) : ports_(ports) {}

  // What the user has shown beyond an access token.
  enum class Proof : std::uint8_t { none, authenticated };
  enum class Upload : std::uint8_t { done, needs_authentication };
  // The body of POST /keys/device_signing/upload. The first upload needs no proof, nor does one
  // that changes nothing; another without proof changes nothing.
  runtime::Task<Upload> upload(protocol::UserId user, base::JsonObject body, Proof proof);

  // The body of POST /keys/signatures/upload. Returns the failures as its answer has them.
  runtime::Task<base::JsonObject> add_signatures(protocol::UserId signer, base::JsonObject body);

 private:
  struct Keys;
  runtime::Task<Keys> load_keys(protocol::UserId user);
  static bool replaces_keys(const Keys& stored, const base::JsonObject& body);
  struct Failure;
  std::optional<Failure> check_own(const Keys& own, const protocol::UserId& signer,
                                   const std::string& target, const base::JsonObject& object,
                                   storage::Change& change);
  std::optional<Failure> check_other(const Keys& own, const Keys& theirs,
                                     const std::pair<protocol::UserId, protocol::UserId>& pair,
                                     const std::pair<std::string, const base::JsonObject*>& target,
                                     storage::Change& change);
  Ports ports_;
};

}  // namespace chancery::devices
