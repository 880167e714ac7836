// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The account pages: what somebody who is signed in sees of their account, by the actions that
// clients link to.
//
// Spec: client-server, "Account management URL actions" (MSC4191).

#include "api/oauth/routes.hpp"
#include "api/oauth/visitors.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::oauth_api {

enum class AccountAction : std::uint8_t {
  overview,
  profile,
  password,
  devices,
  device,
  end_device,
  deactivate,
  reset,      // of the cross-signing keys
  addresses,  // of mail
  remove_address,
};
// By the names of clients, old ones too; overview for what is unknown.
[[nodiscard]] AccountAction parse_action(std::string_view name);
// The link that shows `action`; the page before it where it has none of its own.
[[nodiscard]] std::string address_of(AccountAction action, std::string_view device = {});

class AccountPages {
 public:
  explicit AccountPages(const Services& services)
      : services_(services), visitors_(services.browsers, services.site) {}

  struct View {
    AccountAction action = AccountAction::overview;
    std::string device = {};       // id
    std::string news = {};         // what was done
    Fault fault = {};              // why what was asked could not be done
    oauth::Parameters typed = {};  // what was asked; of passwords nothing is shown again
  };
  // Requires: somebody is signed in.
  runtime::Task<http::Response> show(Visitor visitor, View view) const;

  [[nodiscard]] const Visitors& visitors() const { return visitors_; }
  [[nodiscard]] const Services& services() const { return services_; }

 private:
  runtime::Task<pages::Html> profile(Visitor visitor, View view) const;
  runtime::Task<pages::Html> addresses(Visitor visitor) const;
  runtime::Task<pages::Html> devices(Visitor visitor) const;
  // Of one that was found.
  runtime::Task<pages::Html> device(Visitor visitor, storage::StoredDevice device) const;
  runtime::Task<std::optional<storage::StoredDevice>> find_device(Visitor visitor,
                                                                  std::string id) const;

  Services services_;
  Visitors visitors_;
};

}  // namespace chancery::oauth_api
