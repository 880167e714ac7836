// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The registry: every application service, known by its token, and what is whose.
//
// Concurrency: immutable after construction.

#include "domain/accounts/access_token.hpp"
#include "domain/accounts/reserved_names.hpp"
#include "domain/appservices/registration.hpp"
#include "protocol/identifiers.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chancery::appservices {

class Service {
 public:
  explicit Service(Registration registration) : facts_(std::move(registration)) {}

  [[nodiscard]] const Registration& facts() const { return facts_; }
  [[nodiscard]] const std::string& id() const { return facts_.id; }
  [[nodiscard]] const protocol::UserId& sender() const { return facts_.sender; }
  [[nodiscard]] bool is_reachable() const { return !facts_.url.empty(); }

  // Whether it may act as the user and hears of them: its sender, and users of this server in its
  // namespaces.
  [[nodiscard]] bool covers(const protocol::UserId& user) const;
  [[nodiscard]] bool covers(const protocol::RoomAlias& alias) const;
  [[nodiscard]] bool covers(const protocol::RoomId& room) const;
  // Whether nobody else may have the name.
  [[nodiscard]] bool owns(const protocol::UserId& user) const;
  [[nodiscard]] bool owns(const protocol::RoomAlias& alias) const;

 private:
  [[nodiscard]] bool is_local(const protocol::UserId& user) const {
    return user.server_name() == facts_.sender.server_name();
  }
  Registration facts_;
};

class Registry final : public accounts::ReservedNames {
 public:
  Registry() = default;
  // Requires: read_registrations found no mistake in them.
  explicit Registry(std::vector<Registration> registrations);

  [[nodiscard]] bool is_empty() const { return services_.empty(); }
  [[nodiscard]] const std::vector<std::unique_ptr<const Service>>& services() const {
    return services_;
  }
  // Null when it is no application service's.
  [[nodiscard]] const Service* find_by_token(const accounts::TokenHash& token) const;
  [[nodiscard]] const Service* find(std::string_view id) const;

  [[nodiscard]] bool is_reserved(const protocol::UserId& user,
                                 std::string_view service) const override;
  // Whether `service` ("" for people) may make and remove the alias: a service within its
  // namespaces alone, and nobody in those that are another's.
  [[nodiscard]] bool may_use(const protocol::RoomAlias& alias, std::string_view service) const;

 private:
  std::vector<std::unique_ptr<const Service>> services_;
  std::unordered_map<accounts::TokenHash, const Service*> by_token_;
};

}  // namespace chancery::appservices
