// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The recorder that commits with salts and seals under the keys of what the act is about.
//
// Spec: storage/audit_record.hpp for the commitments. The body is canonical JSON:
// {"at": ms, "salts": [4 × base64], "who": {…}, "act": …, "object": …, "context": …}.

#include "domain/audit/recorder.hpp"
#include "domain/keys/key_ring.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"

namespace chancery::audit {

class SealedRecorder final : public Recorder {
 public:
  SealedRecorder(keys::KeyRing& keys, runtime::Random& random, runtime::Clock& clock);
  [[nodiscard]] storage::AuditRecord record(const Act& act) override;

 private:
  keys::KeyRing& keys_;
  runtime::Random& random_;
  runtime::Clock& clock_;
};

// The commitment to one compartment, 32 bytes.
[[nodiscard]] std::string commit_to_part(std::string_view salt, std::string_view part);
// The record's commitment over those of its four compartments, 32 bytes.
[[nodiscard]] std::string commit_to_record(const std::array<std::string, 4>& parts);

}  // namespace chancery::audit
