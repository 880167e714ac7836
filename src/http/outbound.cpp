// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/outbound.hpp"

namespace chancery::http {

std::string_view outbound_failure_name(OutboundFailure failure) {
  switch (failure) {
    case OutboundFailure::bad_url:
      return "bad_url";
    case OutboundFailure::refused_address:
      return "refused_address";
    case OutboundFailure::unresolvable:
      return "unresolvable";
    case OutboundFailure::unreachable:
      return "unreachable";
    case OutboundFailure::timed_out:
      return "timed_out";
    case OutboundFailure::too_large:
      return "too_large";
    case OutboundFailure::bad_answer:
      return "bad_answer";
  }
  return "unknown";
}

}  // namespace chancery::http
