// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The error boundary: whatever leaves an endpoint becomes a response, and what is ours to mend a
// line of the log; while the database is away, not one for each request.
//
// Concurrency: any thread.

#include "api/boundary/route.hpp"
#include "base/log_pace.hpp"
#include "http/message.hpp"
#include "runtime/clock.hpp"

#include <exception>
#include <string_view>

namespace chancery::boundary {

class ErrorBoundary {
 public:
  explicit ErrorBoundary(runtime::Clock& clock) : clock_(clock) {}

  // As the request's route shows failures.
  [[nodiscard]] http::Response response_to(std::exception_ptr failure, std::string_view request_id,
                                           const Route& route);

 private:
  [[nodiscard]] Failure look_into(std::exception_ptr failure, std::string_view request_id);
  void tell_of_storage(std::string_view what, std::string_view request_id);

  runtime::Clock& clock_;
  base::LogPace storage_failures_;
};

}  // namespace chancery::boundary
