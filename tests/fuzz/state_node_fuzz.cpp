// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// State nodes: bytes are refused with StorageCorrupt, or they are the one encoding of what they
// say.

#include "base/assert.hpp"
#include "storage/detail/state_node.hpp"
#include "storage/errors.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  try {
    const storage::detail::DecodedNode node = storage::detail::decode_node(text);
    const std::string again =
        std::visit([](const auto& one) { return storage::detail::encode_node(one); }, node);
    CHANCERY_ASSERT(again == text);
  } catch (const storage::StorageCorrupt&) {  // refused
  }
  return 0;
}
