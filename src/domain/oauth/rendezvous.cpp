// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/rendezvous.hpp"

namespace chancery::oauth {
namespace {

// Knowing it is all that is needed to read and write.
constexpr std::size_t kIdLength = 32;

}  // namespace

Rendezvous::Begun Rendezvous::begin(std::string text, std::string content_type) {
  const base::Timestamp now = clock_.now();
  Begun begun{.id = random_.alphanumeric(kIdLength),
              .note = {.text = std::move(text),
                       .content_type = std::move(content_type),
                       .version = make_version(),
                       .written_at = now,
                       .expires_at = now + kLifetime}};
  notes_.put(begun.id, Kept{begun.note, {}});
  return begun;
}

Rendezvous::Written Rendezvous::write(const std::string& id, Writing writing) {
  Written written = Gone{};
  std::string version = make_version();
  notes_.change(id, [&](Kept& kept) {
    if (!writing.transaction.empty() && kept.transaction == writing.transaction) {
      written = static_cast<const Note&>(kept);
      return;
    }
    if (kept.version != writing.seen) {
      written = Stale{kept};
      return;
    }
    kept.text = std::move(writing.text);
    kept.content_type = std::move(writing.content_type);
    kept.version = std::move(version);
    kept.written_at = clock_.now();
    kept.transaction = std::move(writing.transaction);
    written = static_cast<const Note&>(kept);
  });
  return written;
}

}  // namespace chancery::oauth
