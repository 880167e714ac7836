// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Forms: reading what a browser or a client posts, and answering in the words of OAuth.

#include "api/boundary/call.hpp"
#include "domain/oauth/authorizations.hpp"
#include "domain/oauth/parameters.hpp"
#include "domain/oauth/refusal.hpp"

#include <string>

namespace chancery::oauth_api {

inline constexpr std::size_t kMostFormBytes = std::size_t{32} * 1024;

// Any client, limited by address.
[[nodiscard]] boundary::Guard form_guard(boundary::LimitClass limit);

// The body as a form: ApiError bad_json when it is none.
[[nodiscard]] runtime::Task<oauth::Parameters> read_form(boundary::Call& call);
// The query of the request, each name once: ApiError bad_json otherwise.
[[nodiscard]] oauth::Parameters read_query(boundary::Call& call);
// As it was sent, without the mark.
[[nodiscard]] std::string raw_query(boundary::Call& call);

// RFC 6749 5.2.
[[nodiscard]] http::Response refuse(const oauth::Refusal& refusal);
// RFC 6749 5.1.
[[nodiscard]] http::Response show_tokens(const oauth::Granted& granted);
// Failures of the server's other parts as errors of OAuth.
[[nodiscard]] http::Response show_failure(const boundary::Failure& failure);
// No cache keeps the response.
void add_no_store(http::Response& response);

}  // namespace chancery::oauth_api
