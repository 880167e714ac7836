// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/routes.hpp"

namespace chancery::media_api {

std::vector<boundary::Route> media_routes(const MediaServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(upload(services.media));
  routes.push_back(create_media(services.media));
  routes.push_back(upload_to(services.media));
  routes.push_back(media_config(services.media));
  routes.push_back(download(services.media));
  routes.push_back(download_named(services.media));
  routes.push_back(thumbnail(services.thumbnails));
  routes.push_back(preview_url(services.previews));
  routes.push_back(legacy_download(services.media, services.legacy));
  routes.push_back(legacy_download_named(services.media, services.legacy));
  routes.push_back(legacy_thumbnail(services.thumbnails, services.legacy));
  return routes;
}

}  // namespace chancery::media_api
