// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/devices/routes.hpp"

#include <utility>

namespace chancery::client {

std::vector<boundary::Route> device_routes(const DeviceServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(upload_keys(services.keys));
  routes.push_back(claim_keys(services.keys));
  routes.push_back(query_keys(services.query));
  routes.push_back(key_changes(services.lists));
  routes.push_back(upload_cross_signing_keys(services.cross_signing, services.interactive));
  routes.push_back(upload_signatures(services.cross_signing));
  routes.push_back(send_to_device(services.to_device));
  routes.push_back(change_key_backup(services.backups));
  routes.push_back(create_key_backup(services.backups));
  routes.push_back(get_key_backup(services.backups));
  routes.push_back(newest_key_backup(services.backups));
  routes.push_back(remove_key_backup(services.backups));
  for (boundary::Route& route : backed_up_key_routes(services.backups)) {
    routes.push_back(std::move(route));
  }
  for (boundary::Route& route : dehydrated_device_routes(services.dehydrated)) {
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace chancery::client
