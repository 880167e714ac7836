// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/audit/sealed_recorder.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"

namespace chancery::audit {

namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kNonceBytes = 12;
constexpr std::string_view kPartDomain{"mxaudit/c/v1\0", 13};
constexpr std::string_view kRecordDomain{"mxaudit/r/v1\0", 13};

// The four compartments as the texts that are committed to.
std::array<std::string, 4> compartments_of(const Act& act, base::Timestamp at) {
  std::string who = "{\"device\":";
  base::append_quoted(who, act.device);
  who += ",\"who\":";
  base::append_quoted(who, act.who);
  who += '}';

  std::string what = "{\"act\":";
  base::append_quoted(what, act.act);
  what += fmt::format(",\"at\":{},\"rule\":", at.milliseconds);
  base::append_quoted(what, act.rule);
  what += '}';

  std::string object;
  base::append_quoted(object, act.object);
  std::string context;
  base::append_quoted(context, act.context);
  return {std::move(who), std::move(what), std::move(object), std::move(context)};
}

}  // namespace

std::string commit_to_part(std::string_view salt, std::string_view part) {
  std::string text(kPartDomain);
  text += salt;
  text += part;
  return base::sha256(text);
}

std::string commit_to_record(const std::array<std::string, 4>& parts) {
  std::string text(kRecordDomain);
  for (const std::string& part : parts) text += part;
  return base::sha256(text);
}

SealedRecorder::SealedRecorder(keys::KeyRing& keys, runtime::Random& random, runtime::Clock& clock)
    : keys_(keys), random_(random), clock_(clock) {}

storage::AuditRecord SealedRecorder::record(const Act& act) {
  const base::Timestamp at = clock_.now();
  const std::array<std::string, 4> compartments = compartments_of(act, at);
  const std::string random = random_.bytes(4 * kSaltBytes + kNonceBytes);

  storage::AuditRecord record;
  record.kind = act.kind;
  std::string body = "{\"parts\":[";
  for (std::size_t i = 0; i < compartments.size(); ++i) {
    const std::string_view salt = std::string_view(random).substr(i * kSaltBytes, kSaltBytes);
    record.parts[i] = commit_to_part(salt, compartments[i]);
    if (i > 0) body += ',';
    body += compartments[i];
  }
  body += "],\"salts\":\"";
  body += base::encode_base64(std::string_view(random).substr(0, 4 * kSaltBytes));
  body += "\"}";
  record.commitment = commit_to_record(record.parts);

  // Sealed as what it speaks of is: in a room by its key and the actor's, else by the actor's.
  const bool is_person = act.who.starts_with('@');
  keys::FreshLock fresh =
      is_person ? keys_.lock_for(act.context, act.who, at) : keys_.lock_for_purpose("audit", at);
  storage::Nonce nonce{};
  std::copy_n(random.end() - kNonceBytes, kNonceBytes, nonce.begin());
  record.sealed_body = storage::seal_record(body, fresh.lock, record.commitment, nonce);
  record.keys = std::move(fresh.made);
  return record;
}

}  // namespace chancery::audit
