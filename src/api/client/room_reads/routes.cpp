// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/room_reads/routes.hpp"

namespace chancery::client {

std::vector<boundary::Route> room_read_routes(const RoomReadServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(event_context(services));
  routes.push_back(get_event(services));
  routes.push_back(get_state(services));
  routes.push_back(get_state_event(services));
  routes.push_back(get_state_event_without_key(services));
  routes.push_back(joined_members(services));
  routes.push_back(members(services));
  routes.push_back(messages(services));
  routes.push_back(relations(services));
  routes.push_back(relations_by_event_type(services));
  routes.push_back(relations_by_type(services));
  routes.push_back(send_receipt(services));
  routes.push_back(set_read_markers(services));
  routes.push_back(set_typing(services));
  routes.push_back(threads(services));
  routes.push_back(timestamp_to_event(services));
  return routes;
}

}  // namespace chancery::client
