// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of push: rules, pushers, notifications.

#include "api/boundary/route.hpp"
#include "domain/push/mail_digests.hpp"
#include "domain/push/notifications.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/push/pushers.hpp"
#include "runtime/clock.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chancery::client {

struct PushServices {
  push::PushRules& rules;
  push::Pushers& pushers;
  push::Notifications& notifications;
  push::MailDigests& digests;
  runtime::Clock& clock;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> push_routes(const PushServices& services);

// One a file.
[[nodiscard]] boundary::Route get_push_rules(push::PushRules& rules);
[[nodiscard]] boundary::Route get_global_push_rules(push::PushRules& rules);
[[nodiscard]] boundary::Route get_push_rules_of_kind(push::PushRules& rules);
[[nodiscard]] boundary::Route get_push_rule(push::PushRules& rules);
[[nodiscard]] boundary::Route put_push_rule(push::PushRules& rules);
[[nodiscard]] boundary::Route remove_push_rule(push::PushRules& rules);
[[nodiscard]] boundary::Route get_push_rule_enabled(push::PushRules& rules);
[[nodiscard]] boundary::Route set_push_rule_enabled(push::PushRules& rules);
[[nodiscard]] boundary::Route get_push_rule_actions(push::PushRules& rules);
[[nodiscard]] boundary::Route set_push_rule_actions(push::PushRules& rules);
[[nodiscard]] boundary::Route get_pushers(push::Pushers& pushers);
[[nodiscard]] boundary::Route set_pusher(push::Pushers& pushers);
[[nodiscard]] boundary::Route list_notifications(const PushServices& services);
[[nodiscard]] boundary::Route unsubscribe(push::MailDigests& digests);

}  // namespace chancery::client
