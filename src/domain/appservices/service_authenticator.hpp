// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The authenticator of application services: whose request it is that carries a service's token.
//
// A service acts as its sender, or as a user and a device that the request names. Every other token
// is a person's and is handed on.
//
// Concurrency: any scheduler.
// Failure:     ApiError forbidden, unknown_device, user_deactivated; StorageError.
// Spec:        application-service, "Identity assertion"; MSC4326.

#include "domain/accounts/session.hpp"
#include "domain/appservices/deliveries.hpp"
#include "domain/appservices/registry.hpp"
#include "runtime/clock.hpp"
#include "storage/accounts.hpp"
#include "storage/sessions.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chancery::appservices {

class ServiceAuthenticator final : public accounts::Authenticator {
 public:
  struct Ports {
    const Registry& registry;
    accounts::Authenticator& people;
    storage::AccountStore& accounts;
    storage::SessionStore& devices;
    Deliveries& deliveries;
    runtime::Clock& clock;
  };
  explicit ServiceAuthenticator(Ports ports) : ports_(ports) {}

  runtime::Task<accounts::TokenVerdict> check_credential(accounts::Credential credential) override;
  [[nodiscard]] std::optional<accounts::TokenVerdict> find_at_hand(
      const accounts::ShownToken& token) const override;
  [[nodiscard]] bool is_known(const accounts::ShownToken& token) const override;
  [[nodiscard]] bool waives_limits(const accounts::ShownToken& token) const override;
  void note_use(const accounts::Session& session, std::string_view address,
                std::string_view user_agent) override;
  [[nodiscard]] accounts::SessionWatchPtr watch(const accounts::SeenSession& seen) override {
    return ports_.people.watch(seen);
  }

 private:
  runtime::Task<accounts::TokenVerdict> act_as(const Service& service,
                                               accounts::Credential credential);
  runtime::Task<protocol::DeviceId> get_device(protocol::UserId user,
                                               std::optional<std::string> name);

  Ports ports_;
};

}  // namespace chancery::appservices
