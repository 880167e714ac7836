// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/incoming_content.hpp"

namespace chancery::media_api {

media::Upload upload_of(boundary::Call& call) {
  const http::Request& request = call.request();
  media::Upload upload{
      .by = {.user = call.session().user, .device = call.session().device},
      .label = {.content_type = std::string(
                    request.headers.find("Content-Type").value_or("application/octet-stream")),
                .file_name = {}},
      .length = request.content_length};
  if (const auto name = call.query("filename"); name && !name->empty()) {
    upload.label.file_name = std::string(*name);
  }
  return upload;
}

}  // namespace chancery::media_api
