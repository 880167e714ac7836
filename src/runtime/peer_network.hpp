// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Networks of peers: by what name somebody is counted who is known by an address alone.
//
// One household has 2^64 addresses of IPv6: whatever is counted is counted by their network.

#include <string>
#include <string_view>

namespace chancery::runtime {

// An IPv4 address as it is, also where it is mapped into IPv6; of IPv6 the first 64 bits, as
// "2001:db8:0:1::/64". What is no address stays as it is.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace chancery::runtime
