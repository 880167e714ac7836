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
  };
  explicit CrossSigning(Ports ports) : ports_(ports) {}

  enum class UploadNeeds : std::uint8_t { nothing, authentication };
  // The first upload needs no more than a session, nor does one that changes nothing.
  runtime::Task<UploadNeeds> needs_of(protocol::UserId user, const base::JsonObject& body);

  // The body of POST /keys/device_signing/upload.
  runtime::Task<> upload(protocol::UserId user, base::JsonObject body);

  // The body of POST /keys/signatures/upload. Returns the failures as its answer has them.
  runtime::Task<base::JsonObject> add_signatures(protocol::UserId signer, base::JsonObject body);

 private:
  struct Keys;
  runtime::Task<Keys> load_keys(protocol::UserId user);
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
