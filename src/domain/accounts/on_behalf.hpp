// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who does something with what is somebody's: they themself, or an owner of the server in their
// stead. What is done is done to the person; the record of the act names who did it.

#include "domain/accounts/session.hpp"
#include "domain/audit/recorder.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace chancery::accounts {

class OnBehalf {
 public:
  // By themself.
  OnBehalf(const Session& own)  // a session is somebody who acts for themself
      : user_(own.user), by_(own.user), device_(own.device), service_(own.service) {}
  // By an owner of the server.
  OnBehalf(const Session& owner, protocol::UserId user)
      : user_(std::move(user)), by_(owner.user), device_(owner.device), kind_("admin") {}

  [[nodiscard]] const protocol::UserId& user() const { return user_; }  // whose it is
  [[nodiscard]] bool is_by_owner() const { return kind_ == "admin"; }
  [[nodiscard]] bool is_by_service() const { return !service_.empty(); }

  // For the record; whose it is stands beside the object where somebody else did it.
  [[nodiscard]] audit::Act act(std::string name, std::string object) const {
    return {.kind = kind_,
            .who = by_.text(),
            .device = device_.text(),
            .act = std::move(name),
            .object = std::move(object),
            .context = by_ == user_ ? std::string() : user_.text()};
  }

 private:
  protocol::UserId user_;
  protocol::UserId by_;
  protocol::DeviceId device_;
  std::string service_;
  std::string_view kind_ = "user";
};

}  // namespace chancery::accounts
