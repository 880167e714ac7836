// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The modules of administration, put together: what the owners of the server may ask for.

#include "api/admin/routes.hpp"
#include "api/boundary/rate_limits.hpp"
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
#include "server/account_modules.hpp"
#include "server/mail_modules.hpp"
#include "server/media_modules.hpp"
#include "server/push_modules.hpp"
#include "server/room_modules.hpp"
#include "server/search_modules.hpp"
#include "server/stores.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::server {

// Who says server notices; empty when nobody does.
[[nodiscard]] protocol::UserId notices_sender(const Config& config);

struct AdminModules final : boundary::PersonalRates {
  struct Ports {
    rooms::Rooms& rooms;
    RoomModules& room_modules;
    AccountModules& accounts;
    PeopleModules& people;
    PushModules& push;
    MailModules& mail;
    SearchModules& search;
    MediaModules& media;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  AdminModules(Stores& stores, const Config& config, const Ports& ports);

  // Before the first request.
  runtime::Task<> start();
  // Ends what owners asked for and is not done yet.
  runtime::Task<> stop();
  [[nodiscard]] std::vector<boundary::Route> routes(std::string program_version);
  [[nodiscard]] std::optional<boundary::Rate> find_rate(const std::string& who) const override;

  Ports ports;
  admin::RateExceptions rates;
  admin::AccountList account_list;
  admin::AccountEditor editor;
  admin::RoomList room_list;
  admin::RoomActs room_acts;
  admin::RoomRemoval removal;
  admin::HistoryPurge purge;
  admin::UserRedaction redaction;
  admin::ReportList reports;
  admin::MediaModeration media;
  admin::ServerNotices notices;
};

}  // namespace chancery::server
