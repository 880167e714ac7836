// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/registry.hpp"

#include <algorithm>

namespace chancery::appservices {
namespace {

bool is_in(const std::vector<Namespace>& namespaces, std::string_view text) {
  return std::ranges::any_of(namespaces,
                             [&](const Namespace& each) { return each.pattern.matches(text); });
}

bool is_exclusively_in(const std::vector<Namespace>& namespaces, std::string_view text) {
  return std::ranges::any_of(namespaces, [&](const Namespace& each) {
    return each.exclusive == Namespace::Exclusive::yes && each.pattern.matches(text);
  });
}

}  // namespace

bool Service::covers(const protocol::UserId& user) const {
  return user == facts_.sender || (is_local(user) && is_in(facts_.users, user.text()));
}

bool Service::covers(const protocol::RoomAlias& alias) const {
  return is_in(facts_.aliases, alias.text());
}

bool Service::covers(const protocol::RoomId& room) const {
  return is_in(facts_.rooms, room.text());
}

bool Service::owns(const protocol::UserId& user) const {
  return user == facts_.sender || (is_local(user) && is_exclusively_in(facts_.users, user.text()));
}

bool Service::owns(const protocol::RoomAlias& alias) const {
  return is_exclusively_in(facts_.aliases, alias.text());
}

Registry::Registry(std::vector<Registration> registrations) {
  for (Registration& registration : registrations) {
    const accounts::TokenHash hash(registration.as_token);
    services_.push_back(std::make_unique<const Service>(std::move(registration)));
    by_token_.emplace(hash, services_.back().get());
  }
}

const Service* Registry::find_by_token(const accounts::TokenHash& token) const {
  const auto found = by_token_.find(token);
  return found == by_token_.end() ? nullptr : found->second;
}

const Service* Registry::find(std::string_view id) const {
  const auto found = std::ranges::find_if(
      services_, [&](const std::unique_ptr<const Service>& each) { return each->id() == id; });
  return found == services_.end() ? nullptr : found->get();
}

bool Registry::is_reserved(const protocol::UserId& user, std::string_view service) const {
  // Its sender is a service's own, whatever another says of all names.
  if (const Service* own = find(service); own != nullptr && own->sender() == user) return false;
  return std::ranges::any_of(services_, [&](const std::unique_ptr<const Service>& each) {
    return each->id() != service && each->owns(user);
  });
}

bool Registry::may_use(const protocol::RoomAlias& alias, std::string_view service) const {
  const bool is_anothers =
      std::ranges::any_of(services_, [&](const std::unique_ptr<const Service>& each) {
        return each->id() != service && each->owns(alias);
      });
  if (is_anothers) return false;
  const Service* own = find(service);
  return own == nullptr || own->covers(alias);
}

}  // namespace chancery::appservices
