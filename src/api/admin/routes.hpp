// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of /_synapse/admin: what tools for Synapse's owners call.

#include "api/admin/requests.hpp"
#include "api/boundary/route.hpp"
#include "domain/accounts/account_data.hpp"
#include "domain/accounts/devices.hpp"
#include "domain/accounts/moderation.hpp"
#include "domain/accounts/registration.hpp"
#include "domain/admin/account_editor.hpp"
#include "domain/admin/account_list.hpp"
#include "domain/admin/history_purge.hpp"
#include "domain/admin/media_moderation.hpp"
#include "domain/admin/rate_exceptions.hpp"
#include "domain/admin/report_list.hpp"
#include "domain/admin/room_acts.hpp"
#include "domain/admin/room_list.hpp"
#include "domain/admin/room_removal.hpp"
#include "domain/admin/server_notices.hpp"
#include "domain/admin/user_redaction.hpp"
#include "domain/push/pushers.hpp"
#include "domain/rooms/aliases.hpp"
#include "runtime/clock.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::admin_api {

struct AdminServices {
  admin::AccountList& accounts;
  admin::AccountEditor& editor;
  admin::RateExceptions& rates;
  admin::RoomList& rooms;
  admin::RoomActs& room_acts;
  admin::RoomRemoval& removal;
  admin::HistoryPurge& purge;
  admin::UserRedaction& redaction;
  admin::ReportList& reports;
  admin::MediaModeration& media;
  admin::ServerNotices& notices;
  accounts::Moderation& moderation;
  accounts::AccountCreation& creation;
  accounts::Devices& devices;
  accounts::AuditedCommits& commits;
  push::Pushers& pushers;
  rooms::Aliases& aliases;
  rooms::Rooms& known_rooms;
  runtime::Clock& clock;
  std::string version;                         // of this program
  std::span<const std::string_view> features;  // unstable ones that clients are told of
};

using Routes = std::vector<boundary::Route>;
// The services must outlive the routes.
[[nodiscard]] Routes admin_routes(const AdminServices& services);

// The row that answers `spec`: "GET /rooms" of "v1" is GET /_synapse/admin/v1/rooms. Operations of
// other versions are written with the whole path.
[[nodiscard]] boundary::Route admin_route(boundary::Spec spec, boundary::Endpoint endpoint);
// The same with a slash at the end as well. COMPAT: synadm; may go when it does without.
[[nodiscard]] boundary::Route admin_route_or_slash(boundary::Spec spec,
                                                   boundary::Endpoint endpoint);

// One file, before something is done to it: owners do not act against one another by way of their
// files either. What there is none of is left to the act. Throws ApiError.
[[nodiscard]] runtime::Task<> require_may_act(const AdminServices& services, accounts::Session by,
                                              media::MediaName name);

// One resource a file.
[[nodiscard]] Routes user_list_routes(const AdminServices& services);
[[nodiscard]] Routes user_routes(const AdminServices& services);
[[nodiscard]] Routes user_act_routes(const AdminServices& services);
[[nodiscard]] Routes user_belonging_routes(const AdminServices& services);
[[nodiscard]] Routes user_device_routes(const AdminServices& services);
[[nodiscard]] Routes user_feature_routes(const AdminServices& services);
[[nodiscard]] Routes user_redaction_routes(const AdminServices& services);
[[nodiscard]] Routes rate_exception_routes(const AdminServices& services);
[[nodiscard]] Routes room_routes(const AdminServices& services);
[[nodiscard]] Routes room_act_routes(const AdminServices& services);
[[nodiscard]] Routes room_removal_routes(const AdminServices& services);
[[nodiscard]] Routes history_purge_routes(const AdminServices& services);
[[nodiscard]] Routes scheduled_task_routes(const AdminServices& services);
[[nodiscard]] Routes report_routes(const AdminServices& services);
[[nodiscard]] Routes media_routes(const AdminServices& services);
[[nodiscard]] Routes media_quarantine_routes(const AdminServices& services);
[[nodiscard]] Routes server_notice_routes(const AdminServices& services);
[[nodiscard]] Routes server_fact_routes(const AdminServices& services);

}  // namespace chancery::admin_api
