// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The boundary: the one way from an HTTP request to an endpoint and back.
//
// For each request, in this order: find the row, answer CORS preflights, authenticate (within a
// limit of its own where that asks the store), limit, ask the policy, run the endpoint, look
// whether the session ended meanwhile, turn what it throws into the Matrix error, add CORS fields,
// log one line with the request id.
//
// Concurrency: any scheduler; immutable after construction.

#include "api/boundary/call.hpp"
#include "api/boundary/rate_limits.hpp"
#include "api/boundary/route.hpp"
#include "domain/accounts/session.hpp"
#include "http/message.hpp"
#include "runtime/clock.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::boundary {

class ErrorBoundary;

class Boundary : private Meter {
 public:
  struct Ports {
    accounts::Authenticator& authenticator;
    RateLimits& limits;
    runtime::Clock& clock;
    // What a browser is shown at an address of ours (kPages) that is none, or takes no such method;
    // empty: the Matrix error.
    ShowFailure show_lost = {};
  };
  static constexpr std::string_view kPages = "/_chancery/";
  // Asserts that no two rows claim the same method and path.
  Boundary(std::vector<Route> routes, Ports ports);
  ~Boundary() override;

  runtime::Task<http::Response> handle(http::Request& request);
  // The answer to what never became a request.
  [[nodiscard]] static http::Response refuse(unsigned status, std::string_view reason);

  // Every row, for the test that walks them and for the conformance page.
  [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }
  // The row that would answer; null when there is none.
  [[nodiscard]] const Route* find_route(http::Method method, std::string_view path) const;

 private:
  struct Found;
  using ByMethod = std::map<http::Method, const Route*>;
  static const Route* find_row(const ByMethod& methods, http::Method method);
  // Fills in the row that the request asks for; false: there is none to ask, and `response` is the
  // answer.
  [[nodiscard]] bool find(const http::Request& request, Found& found, http::Response& response);
  // Logs how a request ended. Out of line, as others below: what is inlined into a task has room in
  // its frame, which lies there for as long as an endpoint waits.
  [[gnu::noinline]] void note(const Found& found, unsigned status) const;
  [[gnu::noinline]] void answer_failure(std::exception_ptr failure, const Found& found,
                                        http::Response& response) const;
  [[nodiscard]] http::Response unrecognised(const http::Request& request, unsigned status,
                                            std::string_view text) const;
  // Writes where `handle` has room for it: a task that returns it would have room of its own.
  runtime::Task<> answer(http::Request& request, Found& found, http::Response& response);
  // Finds the session of the call's token, without a task where the store need not be asked; false:
  // ask it, by the next one.
  [[nodiscard]] bool authenticate_at_hand(Call& call);
  // The same of whoever may have made the token up.
  [[gnu::noinline]] runtime::Task<> authenticate_stranger(Call& call);
  [[gnu::noinline]] runtime::Task<> authenticate(Call& call);
  // Throws what the verdict refuses.
  static void accept(Call& call, accounts::TokenVerdict verdict);
  // Notes, limits and asks the policy, once it is known who asks.
  [[gnu::noinline]] void admit(Call& call);
  // Of the account, or of the network where nobody is signed in.
  void charge(Call& call, LimitClass limit) override;
  // Throws ApiError limit_exceeded.
  void take(LimitClass limit, const std::string& who);
  void ask_policy(const Call& call);

  std::vector<Route> routes_;
  struct Index;
  std::unique_ptr<Index> index_;
  Ports ports_;
  std::unique_ptr<ErrorBoundary> errors_;
};

// The fields that let pages of any origin read the response.
void add_cors(http::Response& response);

}  // namespace chancery::boundary
