// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Records: whatever bytes lie in the database, opening them gives StorageCorrupt or nothing else;
// and what was sealed opens to the same bytes, of any length and content.

#include "base/assert.hpp"
#include "storage/errors.hpp"
#include "storage/record.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace chancery;

namespace {

class AnyKeys final : public storage::RecordKeys {
 public:
  storage::RecordLock get_lock(storage::RecordKeyIds ids) override {
    return {.ids = ids, .secret = std::string(64, 'k')};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  AnyKeys keys;
  try {
    (void)storage::open_record(text, keys, "$event");
    CHANCERY_ASSERT(!"a forged record opened");
  } catch (const storage::StorageCorrupt&) {  // the only way out
  }
  const storage::RecordLock lock = keys.get_lock({1, 2});
  const std::string sealed = storage::seal_record(text, lock, "$event", storage::Nonce{});
  CHANCERY_ASSERT(storage::open_record(sealed, keys, "$event") == text);
  return 0;
}
