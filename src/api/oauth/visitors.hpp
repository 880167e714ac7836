// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Visitors: who is at the browser, and whether a form comes from a page of ours.
//
// A browser has one cookie, which other origins cannot send with a form (SameSite) nor plant
// (__Host-, where there is TLS). Forms carry a token that goes with it. Pages that need somebody
// send strangers to the sign-in page, and back.

#include "api/boundary/call.hpp"
#include "api/boundary/route.hpp"
#include "api/oauth/fields.hpp"
#include "api/oauth/site.hpp"
#include "api/pages/page.hpp"
#include "domain/oauth/browser_sessions.hpp"
#include "domain/oauth/parameters.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::oauth_api {

struct Visitor {
  std::string cookie;
  bool has_cookie = false;  // the browser sent it; else it must be given
  std::optional<protocol::UserId> user;
  // Of who is signed in: as the rest of the server knows people, and how they showed it.
  accounts::Session session;
  accounts::Proof proof;
  std::string form_token;
};

class Visitors {
 public:
  Visitors(oauth::BrowserSessions& browsers, const Site& site) : browsers_(browsers), site_(site) {}

  runtime::Task<Visitor> look(boundary::Call& call) const;
  // What a page of ours posted. Throws ApiError forbidden when it was not one, bad_json.
  struct Posted {
    Visitor visitor;
    oauth::Parameters form;
  };
  runtime::Task<Posted> read(boundary::Call& call) const;

  // Who has shown by `proof` that they are `user`, and whence.
  struct Entering {
    protocol::UserId user;
    accounts::Proof proof;
    std::string address;
  };
  // `visitor`, signed in anew.
  runtime::Task<Visitor> sign_in(Visitor visitor, Entering entering) const;
  void sign_out(Visitor& visitor) const;
  // What the next page is to tell `visitor`, who is signed in.
  void tell(const Visitor& visitor, std::string news) const {
    browsers_.tell(visitor.cookie, std::move(news));
  }
  [[nodiscard]] std::string take_news(const Visitor& visitor) const {
    return browsers_.take_news(visitor.cookie);
  }

  [[nodiscard]] http::Response show(const Visitor& visitor, const pages::Page& page) const;
  [[nodiscard]] http::Response redirect(const Visitor& visitor, const std::string& to) const;
  // To `path` (sign-in page, new account) and from there back to `next`.
  [[nodiscard]] http::Response detour(const Visitor& visitor, std::string_view path,
                                      const std::string& next) const;
  // What a form begins with: its token.
  [[nodiscard]] static pages::Html begin_form(const Visitor& visitor, std::string_view action);

  [[nodiscard]] const Site& site() const { return site_; }

 private:
  [[nodiscard]] std::string_view cookie_name() const;
  void add_cookie(http::Response& response, const Visitor& visitor) const;

  oauth::BrowserSessions& browsers_;
  const Site& site_;
};

// A path of this server's pages, to which a browser may be sent after it signed in.
[[nodiscard]] bool is_own_path(std::string_view text);
// `path`, or the account page where it is none of ours.
[[nodiscard]] std::string own_path(std::string_view path);

// Guards of pages, and how failures look on them.
[[nodiscard]] boundary::Guard page_guard(boundary::LimitClass limit);
[[nodiscard]] boundary::ShowFailure page_failures(const Site& site);
// What a browser is shown at an address of this server's pages that is none.
[[nodiscard]] boundary::ShowFailure lost_page(const Site& site);

// A page with a form on it: what is shown there, and what is done with the form that comes back.
struct FormPage {
  std::vector<std::string> paths;
  boundary::Spec show_spec;
  boundary::Spec answer_spec;
  boundary::Endpoint show;
  boundary::Endpoint answer;
  boundary::LimitClass show_limit = boundary::LimitClass::read;
  boundary::LimitClass answer_limit = boundary::LimitClass::write;
};
[[nodiscard]] std::vector<boundary::Route> form_page(const Site& site, FormPage page);

}  // namespace chancery::oauth_api
