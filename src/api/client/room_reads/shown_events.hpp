// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What several endpoints that read rooms take from requests, and how they show events.

#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "domain/rooms/client_event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::client {

// A place in a timeline. M_INVALID_PARAM when it is no token of ours.
[[nodiscard]] std::optional<storage::StreamPosition> read_place(const boundary::Call& call,
                                                                std::string_view name);
// `limit`, or `usual`; at most 500.
[[nodiscard]] std::size_t read_limit(const boundary::Call& call, std::size_t usual);
// The same of a page that can be gone on from: at least 1.
[[nodiscard]] std::size_t read_page_limit(const boundary::Call& call, std::size_t usual);
// `filter`, a RoomEventFilter in JSON. M_INVALID_PARAM when it is malformed.
[[nodiscard]] protocol::RoomEventFilter read_filter(const boundary::Call& call);

[[nodiscard]] rooms::ClientView viewer_of(const RoomReadServices& services,
                                          const boundary::Call& call);
// Appends `"name":[events]`.
void append_shown(std::string& out, std::string_view name,
                  const std::vector<rooms::CachedEventPtr>& events,
                  const rooms::ClientView& viewer);
// The same as a list, each event with what others made of it and what the viewer then was.
runtime::Task<std::string> bundled_events(RoomReadServices services, rooms::SeenEvents seen,
                                          rooms::ClientView viewer);
// The same of the only one of them, as an object.
runtime::Task<std::string> bundled_event(RoomReadServices services, rooms::SeenEvents one,
                                         rooms::ClientView viewer);
// The content, or the event where `format=event` asks for it.
[[nodiscard]] http::Response show_state(const RoomReadServices& services,
                                        const boundary::Call& call,
                                        const rooms::CachedEvent& event);
// What the three relations endpoints have in common: event, dir, from, to, limit.
[[nodiscard]] rooms::Reading::RelatedWanted read_related(const boundary::Call& call);
runtime::Task<http::Response> related_response(RoomReadServices services, boundary::Call& call,
                                               rooms::Reading::RelatedWanted wanted);

}  // namespace chancery::client
