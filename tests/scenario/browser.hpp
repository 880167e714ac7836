// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A browser before the pages of a server under test: keeps its cookie, follows redirects within the
// server, and sends forms as they stand on a page.
//
//   Browser browser(server);
//   browser.open("/_chancery/account");
//   browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", "…"}});
//   CHECK(browser.page().body.find("@alice:x") != std::string::npos);

#include "tests/scenario/server_under_test.hpp"

#include <map>
#include <string>
#include <string_view>

namespace chancery::scenario {

class Browser {
 public:
  using Fields = std::map<std::string, std::string>;

  explicit Browser(ServerUnderTest& server) : server_(&server) {}

  // The page at which it ends up; a redirect to elsewhere is the page then.
  const ApiAnswer& open(const std::string& target);
  // Fills `fields` into the form of this page that goes to `action`, and sends it. Throws when
  // there is no such form.
  const ApiAnswer& submit(std::string_view action, Fields fields);
  // A form that no page offered.
  const ApiAnswer& post(const std::string& target, const Fields& fields);

  [[nodiscard]] const ApiAnswer& page() const { return page_; }
  [[nodiscard]] bool shows(std::string_view text) const {
    return page_.body.find(text) != std::string::npos;
  }
  // Where the server sent it, beyond itself; "" when nowhere.
  [[nodiscard]] std::string sent_to() const;
  [[nodiscard]] const std::string& cookie() const { return cookie_; }
  void set_cookie(std::string cookie) { cookie_ = std::move(cookie); }

 private:
  ApiAnswer send(http::Method method, const std::string& target, const std::string& body);
  const ApiAnswer& end_up(ApiAnswer answer);

  ServerUnderTest* server_;
  std::string cookie_;
  ApiAnswer page_;
};

// "a=1&b=2", encoded.
[[nodiscard]] std::string form_of(const Browser::Fields& fields);
// The parameter in the fragment of an address, or in its query where it has none; "" when there is
// no such one.
[[nodiscard]] std::string parameter_of(const std::string& address, std::string_view name);

}  // namespace chancery::scenario
