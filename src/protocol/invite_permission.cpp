// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/invite_permission.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace chancery::protocol {
namespace {

// Absent when it is no list of texts. A list that is missing or null is empty.
std::optional<std::vector<Glob>> read_globs(const base::JsonObject& json, std::string_view name) {
  std::vector<Glob> globs;
  const base::Json* value = json.if_contains(name);
  if (value == nullptr || value->is_null()) return globs;
  if (!value->is_array()) return std::nullopt;
  for (const base::Json& text : value->get_array()) {
    if (!text.is_string()) return std::nullopt;
    globs.emplace_back(text.get_string(), GlobSyntax::full, GlobScope::whole);
  }
  return globs;
}

// "After stripping any port suffix."
std::string_view host_of(std::string_view server) {
  const std::size_t colon = server.rfind(':');
  const bool has_port = colon != std::string_view::npos && server.find(']', colon) == server.npos;
  return has_port ? server.substr(0, colon) : server;
}

}  // namespace

InvitePermission::InvitePermission(const base::JsonObject& plain, const base::JsonObject& fine)
    : blocks_all_(base::find_string(plain, "default_action") == "block") {
  if (!base::find_bool(fine, "enabled").value_or(true)) return;
  struct Part {
    std::string_view name;
    Rule::Of of;
    InviteFate fate;
  };
  // In the order in which the proposal asks them.
  constexpr std::array kParts{Part{"allowed_users", Rule::Of::user, InviteFate::shown},
                              Part{"ignored_users", Rule::Of::user, InviteFate::ignored},
                              Part{"blocked_users", Rule::Of::user, InviteFate::blocked},
                              Part{"allowed_servers", Rule::Of::server, InviteFate::shown},
                              Part{"ignored_servers", Rule::Of::server, InviteFate::ignored},
                              Part{"blocked_servers", Rule::Of::server, InviteFate::blocked}};
  std::vector<Rule> rules;
  for (const Part& part : kParts) {
    auto globs = read_globs(fine, part.name);
    if (!globs) return;
    if (!globs->empty()) rules.push_back({part.of, part.fate, *std::move(globs)});
  }
  rules_ = std::move(rules);
}

InviteFate InvitePermission::decide(const UserId& inviter) const {
  if (blocks_all_) return InviteFate::blocked;
  const std::string_view host = host_of(inviter.server_name());
  for (const Rule& rule : rules_) {
    const std::string_view text = rule.of == Rule::Of::user ? inviter.text() : host;
    if (std::ranges::any_of(rule.globs, [text](const Glob& glob) { return glob.matches(text); })) {
      return rule.fate;
    }
  }
  return InviteFate::shown;
}

}  // namespace chancery::protocol
