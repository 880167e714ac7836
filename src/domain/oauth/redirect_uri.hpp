// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Redirect URIs: which ones a client may register, and whether a request's is one of them.
//
// Whoever controls the address to which a browser is sent gets the code: nothing but what was
// registered is taken, and nothing may be registered that others control.
//
// Failure: values, never exceptions, whatever the input.
// Spec: client-server, "Redirect URI validation"; RFC 8252 7; RFC 9700 4.1.

#include "domain/oauth/parameters.hpp"
#include "domain/oauth/uri.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::oauth {

enum class ApplicationType : std::uint8_t { web, native };
enum class ResponseMode : std::uint8_t { query, fragment };

// Why a client at `client_uri` may not register `text`; absent: it may.
[[nodiscard]] std::optional<std::string_view> find_fault(std::string_view text,
                                                         ApplicationType type,
                                                         const Uri& client_uri);
// Whether what a request names is what was registered: to the letter, but for the port of a
// loopback address, which is the request's choice.
[[nodiscard]] bool is_same_redirect(std::string_view registered, std::string_view named);
// Where single sign-on may send a login token when its person agrees: the web, this machine, or an
// app's own scheme; no scheme that a browser carries out itself.
[[nodiscard]] std::optional<Uri> parse_sign_on_target(std::string_view text);

// `uri` with the parameters added, in its query or its fragment.
[[nodiscard]] std::string with_parameters(std::string_view uri, ResponseMode mode,
                                          const Parameters& parameters);
// `uri` without the query parameters of that name.
[[nodiscard]] std::string without_parameter(std::string_view uri, std::string_view name);

}  // namespace chancery::oauth
