// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A request's body as content to be uploaded.

#include "api/boundary/call.hpp"
#include "domain/media/media.hpp"
#include "runtime/task.hpp"

#include <string>

namespace chancery::media_api {

class IncomingContent final : public media::ContentSource {
 public:
  explicit IncomingContent(http::BodyReader& body) : body_(body) {}
  runtime::Task<std::string> next() override { return body_.read_some(); }

 private:
  http::BodyReader& body_;
};

// Who uploads what, by the session, the headers and the query.
[[nodiscard]] media::Upload upload_of(boundary::Call& call);

}  // namespace chancery::media_api
