// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "storage/detail/dictionary.hpp"

extern "C" {
extern const char chancery_events_dictionary_begin[];  // embedded by detail/embed_dictionary.S
extern const char chancery_events_dictionary_end[];
}

namespace chancery::storage::detail {

std::string_view events_dictionary() {
  return {
      chancery_events_dictionary_begin,
      static_cast<std::size_t>(chancery_events_dictionary_end - chancery_events_dictionary_begin)};
}

}  // namespace chancery::storage::detail
