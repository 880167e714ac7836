// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The real resolver: c-ares on the sockets of an io thread, so that no thread blocks.
//
// Each look-up reads the system's settings anew (/etc/resolv.conf, /etc/hosts), so that a change
// needs no restart. Names are complete: no search domain is put after them.
//
// Concurrency: resolve from any io thread; made and destroyed while no other one is.

#include "base/time.hpp"
#include "runtime/resolver.hpp"

#include <string>
#include <vector>

namespace chancery::runtime {

class AresResolver final : public Resolver {
 public:
  struct Settings {
    std::string servers;  // "127.0.0.1:5353,[::1]:53"; empty: the system's
    base::Milliseconds time{10'000};
  };
  AresResolver();
  explicit AresResolver(Settings settings);
  ~AresResolver() override;
  AresResolver(const AresResolver&) = delete;
  AresResolver& operator=(const AresResolver&) = delete;

  Task<std::vector<std::string>> resolve(std::string host, CancelToken cancel) override;
  Task<std::vector<ServiceRecord>> find_service(std::string name, CancelToken cancel) override;

 private:
  const Settings settings_;
};

}  // namespace chancery::runtime
