// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/push/routes.hpp"

namespace chancery::client {

std::vector<boundary::Route> push_routes(const PushServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(get_push_rules(services.rules));
  routes.push_back(get_global_push_rules(services.rules));
  routes.push_back(get_push_rules_of_kind(services.rules));
  routes.push_back(get_push_rule(services.rules));
  routes.push_back(put_push_rule(services.rules));
  routes.push_back(remove_push_rule(services.rules));
  routes.push_back(get_push_rule_enabled(services.rules));
  routes.push_back(set_push_rule_enabled(services.rules));
  routes.push_back(get_push_rule_actions(services.rules));
  routes.push_back(set_push_rule_actions(services.rules));
  routes.push_back(get_pushers(services.pushers));
  routes.push_back(set_pusher(services.pushers));
  routes.push_back(list_notifications(services));
  routes.push_back(unsubscribe(services.digests));
  return routes;
}

}  // namespace chancery::client
