// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// FakeResolver: names and their addresses as a test wants them, also other ones each time, and the
// records of services.
//
// Concurrency: the test's scheduler.

#include "http/ip_address.hpp"
#include "runtime/resolver.hpp"
#include "runtime/wait.hpp"

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace chancery::support {

class FakeResolver final : public runtime::Resolver {
 public:
  using Addresses = std::vector<std::string>;

  void set(const std::string& host, Addresses addresses) { names_[host] = {std::move(addresses)}; }
  // One after the other; the last one stays.
  void set_in_turn(const std::string& host, std::deque<Addresses> answers) {
    names_[host] = std::move(answers);
  }
  void set_service(const std::string& name, std::vector<runtime::ServiceRecord> records) {
    services_[name] = std::move(records);
  }
  // No name server answers.
  void fall_silent() { silent_ = true; }
  [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }

  runtime::Task<std::vector<runtime::ServiceRecord>> find_service(
      std::string name, runtime::CancelToken cancel) override {
    asked_.push_back(name);
    if (silent_) co_await runtime::sleep_for(std::chrono::hours(1), cancel);
    const auto found = services_.find(name);
    co_return found == services_.end() ? std::vector<runtime::ServiceRecord>{} : found->second;
  }

  runtime::Task<Addresses> resolve(std::string host, runtime::CancelToken cancel) override {
    asked_.push_back(host);
    if (silent_) co_await runtime::sleep_for(std::chrono::hours(1), cancel);
    if (http::IpAddress::parse(host)) co_return Addresses{host};
    const auto found = names_.find(host);
    if (found == names_.end()) co_return Addresses{};
    Addresses answer = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    co_return answer;
  }

 private:
  std::map<std::string, std::deque<Addresses>> names_;
  std::map<std::string, std::vector<runtime::ServiceRecord>> services_;
  std::vector<std::string> asked_;
  bool silent_ = false;
};

}  // namespace chancery::support
