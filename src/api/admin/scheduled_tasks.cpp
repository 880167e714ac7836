// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_synapse/admin/v1/scheduled_tasks
//
// Shows what owners asked for that takes long: what goes on, and what ended within the last day.
#include "api/admin/long_act_json.hpp"
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;

namespace {

struct Wanted {
  std::optional<std::string> action;
  std::optional<std::string> subject;
  std::optional<std::string> status;
  base::Timestamp before;  // 0: whenever it was begun
};

Wanted read_wanted(const Call& call) {
  const auto text = [&call](std::string_view name) -> std::optional<std::string> {
    const auto value = call.query(name);
    return value ? std::optional<std::string>(*value) : std::nullopt;
  };
  return {.action = text("action_name"),
          .subject = text("resource_id"),
          .status = text("job_status"),
          .before = {call.query_integer("max_timestamp").value_or(0)}};
}

bool is_wanted(const std::optional<std::string>& wanted, std::string_view is) {
  return !wanted || *wanted == is;
}

void add(base::JsonArray& tasks, const Wanted& wanted, const admin::ActStatus& status,
         std::string_view action, const std::string& subject, base::JsonObject result) {
  if (!is_wanted(wanted.action, action) || !is_wanted(wanted.subject, subject)) return;
  if (!is_wanted(wanted.status, state_of(status))) return;
  if (wanted.before.milliseconds != 0 && status.begun_at > wanted.before) return;
  tasks.push_back(base::JsonObject{{"id", status.id},
                                   {"action", action},
                                   {"status", state_of(status)},
                                   {"timestamp_ms", status.begun_at.milliseconds},
                                   {"resource_id", subject},
                                   {"result", std::move(result)},
                                   {"error", text_or_null(status.error)}});
}

runtime::Task<http::Response> show(const AdminServices& services, Call& call) {
  const Wanted wanted = read_wanted(call);
  base::JsonArray tasks;
  for (const admin::RemovalStatus& status : services.removal.acts().all()) {
    add(tasks, wanted, status, "shutdown_and_purge_room", status.room.text(),
        describe_outcome(status));
  }
  for (const admin::PurgeStatus& status : services.purge.acts().all()) {
    add(tasks, wanted, status, "purge_history", status.room.text(),
        {{"removed", static_cast<std::int64_t>(status.removed)}});
  }
  for (const admin::UserRedactionStatus& status : services.redaction.acts().all()) {
    add(tasks, wanted, status, "redact_all_events", status.user.text(),
        {{"redacted", static_cast<std::int64_t>(status.redacted)}});
  }
  co_return boundary::json_response(base::JsonObject{{"scheduled_tasks", std::move(tasks)}});
}

}  // namespace

Routes scheduled_task_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /scheduled_tasks"},
                               [services](Call& call) { return show(services, call); }));
  return routes;
}

}  // namespace chancery::admin_api
