// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/pages/routes.hpp"

#include "api/boundary/call.hpp"
#include "api/pages/assets.hpp"
#include "api/pages/page.hpp"
#include "base/assert.hpp"
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/escape_html.hpp"
#include "protocol/api_error.hpp"

#include <initializer_list>
#include <memory>
#include <utility>

namespace chancery::pages {
namespace {

using boundary::Call;

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'";

constexpr boundary::Guard kBrowser{.needs = {.capability = policy::Capability::open},
                                   .authentication = boundary::Authentication::none,
                                   .limit = boundary::LimitClass::read};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

// A page or file as it is sent: the same for everybody.
struct Document {
  std::string_view content_type;
  std::shared_ptr<const std::string> text;
  std::string etag;
};

// What takes the place of {{name}} in an asset.
using Texts = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// The pages behind the links of mails differ by what they say alone.
constexpr Texts kConfirmTexts{
    {"{{title}}", "Confirm your address"},
    {"{{what}}",
     "You were sent a mail because somebody asked to use your address here, or to set the password "
     "of the account that has it."},
    {"{{look}}", "/_chancery/confirm_address/look"},
    {"{{advice}}", "Confirm only if that was you: whoever asked can go on then."},
    {"{{button}}", "That was me"},
    {"{{done_title}}", "Confirmed"},
    {"{{done}}", "Go on where you asked for the mail."}};
constexpr Texts kUnsubscribeTexts{
    {"{{title}}", "Stop these mails?"},
    {"{{what}}", "This server writes to you when messages wait for you."},
    {"{{look}}", ""},
    {"{{advice}}", "You can have these mails again from your Matrix client."},
    {"{{button}}", "Stop these mails"},
    {"{{done_title}}", "No more mails"},
    {"{{done}}", "You are not written to about messages any more."}};

Document make_document(std::string_view name, const PageFacts& facts, Texts texts) {
  const Asset* asset = find_asset(name);
  CHANCERY_ASSERT(asset != nullptr);
  std::string text(asset->bytes);
  replace_all(text, "{{server_name}}", base::escape_html(facts.server_name));
  for (const auto& [place, words] : texts) replace_all(text, place, base::escape_html(words));
  replace_all(text, "{{name_label}}",
              facts.mail == PageFacts::Mail::sent ? "Username or e-mail address" : "Username");
  replace_all(text, "{{min_length}}", std::to_string(facts.password_min_length));
  std::string etag = "\"" + base::encode_hex(base::sha256(text)).substr(0, 32) + "\"";
  return {asset->content_type, std::make_shared<const std::string>(std::move(text)),
          std::move(etag)};
}

http::Response answer(Call& call, const Document& document) {
  http::Response response;
  add_page_fields(response, kPolicy);
  // Asked for again each time, and sent only when it changed: an update shows at once.
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("ETag", document.etag);
  if (call.request().headers.find("If-None-Match") == document.etag) {
    response.status = 304;
    return response;
  }
  response.headers.set("Content-Type", document.content_type);
  response.body = document.text;
  return response;
}

runtime::Task<http::Response> serve(Call& call, std::shared_ptr<const Document> document) {
  co_return answer(call, *document);
}

runtime::Task<http::Response> lead_on() {
  http::Response response;
  response.status = 302;
  add_page_fields(response, "default-src 'none'; frame-ancestors 'none'");
  response.headers.set("Location", "/_chancery/account");
  co_return response;
}

// Addresses that people type lead to where they can do something.
boundary::Route lead(boundary::Spec spec, std::vector<std::string> paths) {
  return {.method = http::Method::get,
          .paths = std::move(paths),
          .guard = kBrowser,
          .spec = spec,
          .endpoint = [](Call& /*call*/) { return lead_on(); }};
}

boundary::Route page(std::string_view asset, std::vector<std::string> paths, boundary::Spec spec,
                     const PageFacts& facts, Texts texts = {}) {
  return {.method = http::Method::get,
          .paths = std::move(paths),
          .guard = kBrowser,
          .spec = spec,
          .endpoint = [document = std::make_shared<const Document>(make_document(
                           asset, facts, texts))](Call& call) { return serve(call, document); }};
}

}  // namespace

std::vector<boundary::Route> page_routes(const PageFacts& facts) {
  std::vector<boundary::Route> routes;
  constexpr boundary::Spec kSignIn{"client-server", "v1.1", "GET /_matrix/static/client/login/"};
  routes.push_back(page("sign_in.html",
                        {"/_matrix/static/client/login/", "/_matrix/static/client/login"}, kSignIn,
                        facts));
  constexpr boundary::Spec kSetUp{"chancery", "v1", "GET /setup"};
  routes.push_back(page("set_up.html", {"/setup"}, kSetUp, facts));
  constexpr boundary::Spec kConfirm{"chancery", "v1", "GET /_chancery/confirm_address"};
  routes.push_back(
      page("mail_link.html", {"/_chancery/confirm_address"}, kConfirm, facts, kConfirmTexts));
  constexpr boundary::Spec kUnsubscribe{"chancery", "v1", "GET /_chancery/unsubscribe"};
  routes.push_back(
      page("mail_link.html", {"/_chancery/unsubscribe"}, kUnsubscribe, facts, kUnsubscribeTexts));
  constexpr boundary::Spec kFile{"chancery", "v1", "GET /_chancery/pages/{name}"};
  for (const std::string_view name : {"page.css", "icon.svg", "form.js", "sign_in.js", "set_up.js",
                                      "auth_done.js", "mail_link.js"}) {
    routes.push_back(page(name, {"/_chancery/pages/" + std::string(name)}, kFile, facts));
  }
  constexpr boundary::Spec kRoot{"chancery", "v1", "GET /"};
  routes.push_back(lead(kRoot, {"/"}));
  constexpr boundary::Spec kSlash{"chancery", "v1", "GET /_chancery/account/"};
  routes.push_back(lead(kSlash, {"/_chancery/account/", "/_chancery", "/_chancery/"}));
  return routes;
}

}  // namespace chancery::pages
