// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/visitors.hpp"

#include "api/oauth/forms.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::oauth_api {

using pages::Html;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::size_t kMostPathBytes = 8'192;

// The value of the cookie of that name; "" when there is none.
std::string_view find_cookie(std::string_view field, std::string_view name) {
  while (!field.empty()) {
    const std::size_t end = field.find(';');
    std::string_view pair = field.substr(0, end);
    field = end == std::string_view::npos ? std::string_view() : field.substr(end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      return pair.substr(equals + 1);
    }
  }
  return {};
}

std::string text_of(const boundary::Failure& failure) {
  if (failure.status >= 500) return "The server cannot do this at the moment. Try again later.";
  if (failure.status == 429) {
    const std::string wait = wait_of(failure.extra);
    return fmt::format("Too many attempts. Wait {}, go back and try again.",
                       wait.empty() ? "a minute" : wait);
  }
  // Errors of the API have no full stop.
  return failure.text.ends_with('.') ? failure.text : failure.text + '.';
}

http::Response show_failed(const Site& site, unsigned status, std::string_view title,
                           std::string_view text) {
  Html body = complaint(text);
  body.append(link(kAccountPath, "Your account"));
  return pages::show_page(site.server_name,
                          {.status = status, .title = std::string(title), .body = body});
}

}  // namespace

bool is_own_path(std::string_view text) {
  constexpr std::string_view kOwn = "/_chancery/";
  const bool is_ours = text.starts_with(kOwn) || text.starts_with(kSignOnStagePath);
  if (text.size() > kMostPathBytes || !is_ours) return false;
  // In the path nothing leads elsewhere, not by another spelling either; the query is for the page
  // that reads it.
  const std::string_view path = text.substr(0, text.find('?'));
  if (path.find("..") != std::string_view::npos || path.find('%') != std::string_view::npos) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' && c != '\\' && c != '"' && c != '<' && c != '>';
  });
}

std::string own_path(std::string_view path) {
  return std::string(is_own_path(path) ? path : kAccountPath);
}

std::string_view Visitors::cookie_name() const {
  return site_.is_secure() ? "__Host-chancery" : "chancery";
}

runtime::Task<Visitor> Visitors::look(boundary::Call& call) const {
  Visitor visitor;
  const std::string_view sent =
      find_cookie(call.request().headers.find("Cookie").value_or(""), cookie_name());
  visitor.has_cookie = oauth::BrowserSessions::is_cookie(sent);
  visitor.cookie = visitor.has_cookie ? std::string(sent) : browsers_.make_cookie();
  if (visitor.has_cookie) {
    if (auto person = co_await browsers_.find(visitor.cookie)) {
      visitor.user = person->session.user;
      visitor.session = std::move(person->session);
      visitor.proof = std::move(person->proof);
    }
  }
  visitor.form_token = browsers_.form_token(visitor.cookie);
  co_return visitor;
}

runtime::Task<Visitors::Posted> Visitors::read(boundary::Call& call) const {
  Posted posted{.visitor = co_await look(call), .form = co_await read_form(call)};
  const bool is_ours = posted.visitor.has_cookie &&
                       browsers_.is_form_token(posted.visitor.cookie, posted.form.get("token"));
  if (!is_ours) {
    throw ApiError(ErrorCode::forbidden,
                   "This page is out of date, or cookies are switched off. Go back, load the page "
                   "again, and try once more.");
  }
  co_return posted;
}

runtime::Task<Visitor> Visitors::sign_in(Visitor visitor, Entering entering) const {
  browsers_.end(visitor.cookie);
  visitor.cookie = co_await browsers_.begin(entering.user, std::move(entering.proof),
                                            std::move(entering.address));
  visitor.has_cookie = false;
  visitor.user = std::move(entering.user);
  visitor.form_token = browsers_.form_token(visitor.cookie);
  co_return visitor;
}

void Visitors::sign_out(Visitor& visitor) const {
  browsers_.end(visitor.cookie);
  visitor.cookie = browsers_.make_cookie();
  visitor.has_cookie = false;
  visitor.user.reset();
}

void Visitors::add_cookie(http::Response& response, const Visitor& visitor) const {
  if (visitor.has_cookie) return;
  // Lax: it comes along when a client sends the browser here, and with no form of another site.
  response.headers.add("Set-Cookie",
                       fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}", cookie_name(),
                                   visitor.cookie, site_.is_secure() ? "; Secure" : ""));
}

http::Response Visitors::show(const Visitor& visitor, const pages::Page& page) const {
  http::Response response = pages::show_page(site_.server_name, page);
  add_cookie(response, visitor);
  return response;
}

http::Response Visitors::redirect(const Visitor& visitor, const std::string& to) const {
  http::Response response;
  response.status = 303;
  pages::add_page_fields(response, "default-src 'none'; frame-ancestors 'none'");
  add_no_store(response);
  response.headers.set("Location", to);
  add_cookie(response, visitor);
  return response;
}

http::Response Visitors::detour(const Visitor& visitor, std::string_view path,
                                const std::string& next) const {
  return redirect(visitor, fmt::format("{}?next={}", path, oauth::encode_component(next)));
}

Html Visitors::begin_form(const Visitor& visitor, std::string_view action) {
  Html html;
  html.open("form", {{"method", "post"}, {"action", action}});
  html.empty("input", {{"type", "hidden"}, {"name", "token"}, {"value", visitor.form_token}});
  return html;
}

boundary::Guard page_guard(boundary::LimitClass limit) { return form_guard(limit); }

boundary::ShowFailure page_failures(const Site& site) {
  return [&site](const boundary::Failure& failure) {
    return show_failed(site, failure.status, "That did not work", text_of(failure));
  };
}

boundary::ShowFailure lost_page(const Site& site) {
  return [&site](const boundary::Failure& failure) {
    if (failure.status == 405) {
      return show_failed(site, failure.status, "Nothing to see here",
                         "This address only takes what a page or an app sends to it.");
    }
    return show_failed(site, failure.status, "There is no such page",
                       "Nothing is at this address. It may be mistyped, or too old.");
  };
}

std::vector<boundary::Route> form_page(const Site& site, FormPage page) {
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::get,
                    .paths = page.paths,
                    .guard = page_guard(page.show_limit),
                    .spec = page.show_spec,
                    .endpoint = std::move(page.show),
                    .show_failure = page_failures(site)});
  routes.push_back({.method = http::Method::post,
                    .paths = std::move(page.paths),
                    .guard = page_guard(page.answer_limit),
                    .spec = page.answer_spec,
                    .endpoint = std::move(page.answer),
                    .show_failure = page_failures(site)});
  return routes;
}

}  // namespace chancery::oauth_api
