// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/sync/parsed_bodies.hpp"

#include "base/json.hpp"
#include "domain/sync/sliding_body.hpp"
#include "protocol/api_error.hpp"

#include <boost/json/monotonic_resource.hpp>

#include <array>
#include <utility>

namespace chancery::client {

using protocol::ApiError;
using protocol::ErrorCode;

namespace {

sync::SlidingBody parse_body(sync::SlidingFace face, std::string_view text) {
  // The values are gone when this ends: they need no memory of their own.
  std::array<unsigned char, 8 * 1'024> memory{};
  boost::json::monotonic_resource resource(memory.data(), memory.size());
  const auto json = base::parse_json(text, base::JsonRules::plain, &resource);
  if (!json) {
    const bool is_deep = json.error().reason == "nested too deeply";
    throw ApiError(is_deep ? ErrorCode::bad_json : ErrorCode::not_json,
                   is_deep ? "The body is nested too deeply" : "The body is not JSON")
        .because(json.error().reason);
  }
  if (!json->is_object()) throw ApiError(ErrorCode::bad_json, "The body must be an object");
  auto body = sync::parse_sliding_body(face, json->get_object());
  if (!body) throw ApiError(body.error().code, body.error().text);
  return *std::move(body);
}

bool may_come_again(const sync::SlidingBody& body) {
  const auto& [to_device, e2ee, threads, sticky] = body.extensions;
  return !body.pos && !body.transaction && !(to_device && to_device->since) &&
         !(sticky && sticky->since);
}

}  // namespace

sync::SlidingBody ParsedBodies::get(const std::string& text) {
  if (text.empty()) return get("{}");
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(text);
    if (found != kept_.end()) return found->second;
  }
  sync::SlidingBody parsed = parse_body(face_, text);
  if (text.size() > kMostBytes || !may_come_again(parsed)) return parsed;
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept) kept_.clear();
  return kept_.try_emplace(text, std::move(parsed)).first->second;
}

std::size_t ParsedBodies::size() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

}  // namespace chancery::client
